import ClusterBase
import KubeKinds
import KubeModel
import Testing

/// The other kinds of the first versions, and what surrounds their objects.
@Suite struct LegacyKindTests {
    @Test func serviceWithOnePort() throws {
        let fixture = try LegacyFixture("Service")
        let json = #"""
            {"id":"redis","port":6379,"containerPort":6380,"portName":"main","protocol":"TCP",
             "selector":{"name":"redis"},"portalIP":"10.10.10.9","createExternalLoadBalancer":true,
             "publicIPs":["1.2.3.4"],"sessionAffinity":"ClientIP","labels":{"a":"b"}}
            """#
        let service = try fixture.hub(json)
        #expect(service.name == "redis" && service.label("a") == "b")
        let ports = service.list("spec", "ports").compactMap { KubeObject($0) }
        #expect(ports.count == 1)
        #expect(ports.first?.integer("port") == 6379 && ports.first?["targetPort"] == 6380)
        #expect(ports.first?.text("name") == "main" && ports.first?.text("protocol") == "TCP")
        #expect(service["spec", "selector"] == ["name": "redis"])
        #expect(service.text("spec", "clusterIP") == "10.10.10.9")
        #expect(service.text("spec", "type") == "LoadBalancer")
        #expect(service["spec", "externalIPs"] == ["1.2.3.4"])
        #expect(service.text("spec", "sessionAffinity") == "ClientIP")

        let shown = try fixture.settled(json)
        #expect(shown["port"] == 6379 && shown["containerPort"] == 6380)
        #expect(shown.text("portName") == "main" && shown.text("protocol") == "TCP")
        #expect(shown.list("ports").count == 1 && shown.list("ports").first?["containerPort"] == 6380)
        #expect(shown.text("portalIP") == "10.10.10.9" && shown.flag("createExternalLoadBalancer"))
        #expect(shown["publicIPs"] == ["1.2.3.4"] && shown["spec"] == nil && shown["clusterIP"] == nil)
    }

    @Test func serviceWithManyPorts() throws {
        let fixture = try LegacyFixture("Service")
        let json = #"""
            {"id":"web","port":1,"ports":[{"name":"http","port":80,"containerPort":"web"},{"name":"tls","port":443}]}
            """#
        let ports = try fixture.hub(json).list("spec", "ports")
        #expect(ports.map { $0["port"] } == [80, 443])
        #expect(ports.map { $0["targetPort"] } == ["web", 443])
        let shown = try fixture.settled(json)
        #expect(shown["port"] == 80 && shown["containerPort"] == "web" && shown.text("portName") == "http")
    }

    @Test func todaysServicePassesThrough() throws {
        for version in ["v1beta1", "v1beta3"] {
            let fixture = try LegacyFixture("Service", version)
            let service = try fixture.today(
                #"""
                {"metadata":{"name":"a"},"spec":{"type":"NodePort","clusterIP":"None","externalTrafficPolicy":"Local",
                  "ports":[{"port":80,"nodePort":30080,"name":"x"}]},
                 "status":{"loadBalancer":{"ingress":[{"ip":"1.1.1.1"}]}}}
                """#)
            let shown = fixture.shown(service)
            let spec = version == "v1beta1" ? shown : KubeObject(shown["spec"]) ?? KubeObject()
            #expect(spec.text("portalIP") == "None" && spec.text("type") == "NodePort")
            var back = try fixture.hub(shown.value)
            back["metadata", "selfLink"] = nil
            #expect(back == service, "\(version)")
        }
    }

    @Test(arguments: ["Minion", "Node"]) func minionOfTheSeeds(kind: String) throws {
        let fixture = try LegacyFixture(kind)
        let node = try fixture.hub(LegacySample.minion)
        #expect(node.kind == "Node" && node.name == "10.1.2.3")
        #expect(node["status", "capacity"] == ["cpu": "1", "memory": "1073741824"])
        #expect(node.label("name") == "my-first-k8s-node")

        let shown = try fixture.settled(LegacySample.minion)
        #expect(shown.kind == kind && shown.text("id") == "10.1.2.3")
        #expect(shown["resources", "capacity"] == ["cpu": 1000, "memory": 1_073_741_824])
        #expect(shown["status", "capacity"] == nil)
    }

    @Test func minionWithConditions() throws {
        let fixture = try LegacyFixture("Minion")
        let json = #"""
            {"id":"n1","hostIP":"10.0.0.7","podCIDR":"10.2.0.0/24","unschedulable":true,"externalID":"i-1",
             "resources":{"capacity":{"cpu":"2500m","memory":"1Gi","pods":40}},
             "status":{"phase":"Running","conditions":[{"kind":"Ready","status":"Full",
              "lastProbeTime":"2015-01-02T03:04:05Z","reason":"ok"}]}}
            """#
        let node = try fixture.hub(json)
        #expect(node.text("spec", "podCIDR") == "10.2.0.0/24" && node.flag("spec", "unschedulable"))
        #expect(node["status", "capacity"] == ["cpu": "2500m", "memory": "1Gi", "pods": "40"])
        #expect(node.list("status", "addresses") == [["type": "LegacyHostIP", "address": "10.0.0.7"]])
        let condition = KubeObject(node.list("status", "conditions").first)
        #expect(condition?.text("type") == "Ready" && condition?.text("status") == "True")
        #expect(condition?.text("lastHeartbeatTime") == "2015-01-02T03:04:05Z")
        let shown = try fixture.settled(json)
        #expect(shown.text("hostIP") == "10.0.0.7" && shown.text("externalID") == "i-1")
        #expect(shown["resources", "capacity"] == ["cpu": 2500, "memory": 1_073_741_824, "pods": 40])
        #expect(shown.list("status", "conditions").map { $0["kind"] } == ["Ready"])
    }

    @Test func endpointsAsListAndAsSubsets() throws {
        let fixture = try LegacyFixture("Endpoints")
        let listed = try fixture.hub(#"{"id":"a","protocol":"UDP","endpoints":["10.0.0.1:53","10.0.0.2:54"]}"#)
        let subsets = listed.list("subsets").compactMap { KubeObject($0) }
        #expect(subsets.map { $0.list("addresses").first?["ip"] } == ["10.0.0.1", "10.0.0.2"])
        #expect(subsets.map { $0.list("ports").first?["port"] } == [53, 54])
        #expect(subsets.map { $0.list("ports").first?["protocol"] } == ["UDP", "UDP"])
        let shown = try fixture.settled(
            #"{"id":"a","subsets":[{"addresses":[{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}],"ports":[{"port":80}]}]}"#)
        #expect(shown["endpoints"] == ["10.0.0.1:80", "10.0.0.2:80"] && shown.text("protocol") == "TCP")
        let address = KubeObject(shown.list("subsets").first)?.list("addresses").first
        #expect(address == ["IP": "10.0.0.1"])
        let nested = try LegacyFixture("Endpoints", "v1beta3")
            .settled(#"{"metadata":{"name":"a"},"subsets":[{"addresses":[{"IP":"10.0.0.1"}],"ports":[{"port":80}]}]}"#)
        #expect(KubeObject(nested.list("subsets").first)?.list("addresses") == [["IP": "10.0.0.1"]])
    }

    @Test func eventsAndBindings() throws {
        let events = try LegacyFixture("Event")
        let json = #"""
            {"id":"e","namespace":"n","involvedObject":{"kind":"Pod","id":"p"},"reason":"failed","message":"m",
             "source":"kubelet","host":"n1","timestamp":"2014-12-01T00:00:00Z","status":"Waiting","count":2}
            """#
        let event = try events.hub(json)
        #expect(event["source"] == ["component": "kubelet", "host": "n1"])
        #expect(event.text("firstTimestamp") == "2014-12-01T00:00:00Z")
        #expect(event.text("lastTimestamp") == "2014-12-01T00:00:00Z")
        #expect(event.text("involvedObject", "name") == "p")
        let shown = try events.settled(json)
        #expect(shown.text("source") == "kubelet" && shown.text("host") == "n1")
        #expect(shown.text("timestamp") == "2014-12-01T00:00:00Z" && shown.text("reason") == "failed")

        let binding = try LegacyFixture("Binding").hub(#"{"podID":"redis","host":"n1"}"#)
        #expect(binding.name == "redis")
        #expect(binding["target"] == ["kind": "Node", "name": "n1"])
    }

    @Test func plainKindsOnlyLoseTheirEnvelope() throws {
        let namespace = try LegacyFixture("Namespace").settled(#"{"id":"n","spec":{"finalizers":["kubernetes"]}}"#)
        #expect(namespace.text("id") == "n" && namespace["spec", "finalizers"] == ["kubernetes"])
        #expect(namespace.text("status", "phase") == "Active" && namespace["metadata"] == nil)
        let secret = try LegacyFixture("Secret").settled(#"{"id":"s","data":{"k":"dg=="}}"#)
        #expect(secret["data"] == ["k": "dg=="] && secret.text("type") == "Opaque")
    }
}

/// What the table says of the first versions.
@Suite struct LegacyTableTests {
    private let table = KindTable.standard

    @Test func oldVersionsAreServedButNotShown() {
        #expect(table.legacyVersions.map(\.version) == ["v1beta1", "v1beta2", "v1beta3"])
        #expect(table.groups.first?.versions == [.v1])
        #expect(
            table.entries(in: GroupVersion("v1beta1")).map(\.plural) == [
                "bindings", "endpoints", "events", "minions", "namespaces", "nodes", "pods", "replicationControllers",
                "replicationcontrollers", "secrets", "services",
            ])
        #expect(table.entry(plural: "minions", in: GroupVersion("v1beta3")) == nil)
        #expect(table.entry(plural: "nodes", in: GroupVersion("v1beta3"))?.kind.kind == "Node")
    }

    @Test func listsAreFlat() throws {
        let entry = try #require(table.entry(plural: "minions", in: GroupVersion("v1beta1")))
        let shape = try #require(entry.version.legacy?.list)
        let list = shape(
            KubeObject([
                "kind": "MinionList", "apiVersion": "v1beta1", "metadata": ["resourceVersion": "9"],
                "items": [["kind": "Minion", "apiVersion": "v1beta1", "id": "a"]],
            ]))
        #expect(
            list.value == [
                "kind": "MinionList", "creationTimestamp": .null, "selfLink": "/api/v1beta1/minions",
                "resourceVersion": 9, "apiVersion": "v1beta1", "items": [["id": "a"]], "minions": [["id": "a"]],
            ])
        #expect(table.entry(plural: "pods", in: GroupVersion("v1beta3"))?.version.legacy?.list == nil)
    }

    @Test func statusesNameTheirObjectById() throws {
        let error = try #require(KubeObject(APIError.notFound(GroupResource("pods"), "x").status))
        let flat = try #require(table.entry(plural: "pods", in: GroupVersion("v1beta1"))?.version.legacy).status(error)
        #expect(flat.apiVersion == "v1beta1" && flat["metadata"] == nil && flat["creationTimestamp"] == .null)
        #expect(flat["details"] == ["id": "x", "kind": "pods"] && flat.integer("code") == 404)
        let traits = try #require(table.entry(plural: "pods", in: GroupVersion("v1beta3"))?.version.legacy)
        let nested = traits.status(error)
        #expect(nested.apiVersion == "v1beta3" && nested["metadata"] == [:] && nested.text("details", "id") == "x")
    }

    @Test func idsMayHaveCapitals() {
        let rule = NameRule.anyCaseSubdomain
        #expect(rule.problems("redisController").isEmpty)
        #expect(!rule.problems("redis_controller").isEmpty && !rule.problems("").isEmpty)
    }
}
