import ClusterBase
import KubeModel
import KubeNetworkCore
import Testing

@Suite struct ServiceMapTests {
    private let http: JSONValue = ["name": "http", "port": 80, "protocol": "TCP", "nodePort": 30080]
    private let dns: JSONValue = ["name": "dns", "port": 53, "protocol": "UDP"]

    @Test func portsCarryWhatTheObjectSays() throws {
        var map = ServiceMap(nodeName: "n1")
        var service = ServiceObjects.service(
            "web", ports: [http, dns],
            spec: [
                ("type", "LoadBalancer"), ("externalIPs", ["10.9.0.1", "fd00::1", "10.9.0.1"]),
                ("loadBalancerSourceRanges", ["192.168.0.0/16"]), ("sessionAffinity", "ClientIP"),
                ("sessionAffinityConfig", ["clientIP": ["timeoutSeconds": 60]]), ("externalTrafficPolicy", "Local"),
            ])
        service["status"] = ["loadBalancer": ["ingress": [["ip": "78.110.25.19"], ["hostname": "lb.example"]]]]
        map.apply(services: [.added(service)])
        let port = try #require(map[ServiceObjects.name("web", "http")])
        #expect(port.clusterIP.description == "10.254.0.10")
        #expect((port.port, port.nodePort, port.transport) == (80, 30080, .tcp))
        #expect(port.externalIPs.map(\.description) == ["10.9.0.1"])
        #expect(port.ingressIPs.map(\.description) == ["78.110.25.19"])
        #expect(port.sourceRanges.map(\.description) == ["192.168.0.0/16"])
        #expect(port.affinitySeconds == 60)
        #expect(port.isLocalOnly)
        #expect(map[ServiceObjects.name("web", "dns")]?.transport == .udp)
        #expect(map[ServiceObjects.name("web", "dns")]?.nodePort == nil)
        #expect(map.takeChanges().map(\.description) == ["default/web:dns", "default/web:http"])
        #expect(map.takeChanges().isEmpty)
    }

    @Test func affinityLastsThreeHoursWithoutAWordOnIt() {
        var map = ServiceMap(nodeName: "n1")
        map.apply(services: [.added(ServiceObjects.service("web", spec: [("sessionAffinity", "ClientIP")]))])
        #expect(map[ServiceObjects.name("web")]?.affinitySeconds == 10_800)
    }

    @Test(arguments: [
        [("clusterIP", JSONValue.string("None"))], [("clusterIP", "")], [("type", "ExternalName")],
        [("clusterIP", "fd00::10")],
    ])
    func whatHasNoAddressIsNotProxied(spec: [(String, JSONValue)]) {
        var map = ServiceMap(nodeName: "n1")
        map.apply(services: [.added(ServiceObjects.service("web", spec: spec))])
        #expect(map.count == 0)
    }

    @Test func anotherProxysServiceIsLeftToIt() {
        var map = ServiceMap(nodeName: "n1")
        var service = ServiceObjects.service("web")
        service["metadata", "labels"] = ["service.kubernetes.io/service-proxy-name": "other"]
        map.apply(services: [.added(service)])
        #expect(map.count == 0)
    }

    @Test func endpointsOfOnePortNameComeFromAllSubsets() {
        var map = ServiceMap(nodeName: "n1")
        map.apply(services: [.added(ServiceObjects.service("web", ports: [http]))])
        var object = ServiceObjects.endpoints(
            "web", ["10.0.2.3@n2", "10.0.1.2@n1"], ports: [("http", 8080), ("x", 9)])
        object["subsets"] = .array(
            object.list("subsets") + [
                [
                    "addresses": [["ip": "10.0.1.9"], ["ip": "fd00::9"]],
                    "notReadyAddresses": [["ip": "10.0.1.77"]], "ports": [["name": "http", "port": 8081]],
                ]
            ])
        map.apply(endpoints: [.added(object)])
        let endpoints = map.endpoints(of: ServiceObjects.name("web", "http"))
        #expect(endpoints.map(\.address.description) == ["10.0.1.2:8080", "10.0.1.9:8081", "10.0.2.3:8080"])
        #expect(endpoints.map(\.isLocal) == [true, false, false])
    }

    @Test func onlyPortsWhoseEndpointsDifferHaveChanged() {
        var map = ServiceMap(nodeName: "n1")
        let ports: [(String, Int64)] = [("a", 1), ("b", 2)]
        map.apply(endpoints: [.added(ServiceObjects.endpoints("web", ["10.0.0.1"], ports: ports))])
        _ = map.takeChanges()
        let moved = ServiceObjects.endpoints("web", ["10.0.0.1"], ports: [("a", 1), ("b", 3)])
        map.apply(endpoints: [.changed(moved, from: moved)])
        #expect(map.takeChanges() == [ServiceObjects.name("web", "b")])
        map.apply(endpoints: [.changed(moved, from: moved)])
        #expect(map.takeChanges().isEmpty)
        map.apply(endpoints: [.deleted(moved)])
        #expect(map.takeChanges() == [ServiceObjects.name("web", "a"), ServiceObjects.name("web", "b")])
    }

    @Test func aServiceLosesPortsItNoLongerNames() {
        var map = ServiceMap(nodeName: "n1")
        map.apply(services: [.added(ServiceObjects.service("web", ports: [http, dns]))])
        _ = map.takeChanges()
        let fewer = ServiceObjects.service("web", ports: [dns])
        map.apply(services: [.changed(fewer, from: fewer)])
        #expect(map.names == [ServiceObjects.name("web", "dns")])
        #expect(map.takeChanges().contains(ServiceObjects.name("web", "http")))
        map.apply(services: [.deleted(fewer)])
        #expect(map.count == 0)
    }

    @Test func anOverriddenServiceLeadsToTheNodeItself() {
        let own = ServiceObjects.address("172.17.0.1:53")
        var map = ServiceMap(nodeName: "n1", overrides: [ObjectKey(namespace: "default", "dns"): own])
        map.apply(services: [.added(ServiceObjects.service("dns", ports: [dns]))])
        map.apply(endpoints: [.added(ServiceObjects.endpoints("dns", ["10.0.0.1"], ports: [("dns", 53)]))])
        #expect(map.endpoints(of: ServiceObjects.name("dns", "dns")) == [ServiceEndpoint(own, isLocal: true)])
    }
}
