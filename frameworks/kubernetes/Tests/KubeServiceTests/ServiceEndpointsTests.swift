import ClusterBase
import KubeClient
import KubeModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServiceEndpointsTests {
    private let web = ObjectKey(namespace: "default", "web")

    private func ips(_ endpoints: KubeObject, _ member: String = "addresses") -> [String] {
        endpoints.list("subsets").flatMap { $0[member]?.array ?? [] }.compactMap { $0["ip"]?.string }
    }

    @Test func endpointsFollowPodsAndGoWithTheService() async throws {
        try await TestCluster.with { (cluster) async throws in
            try await cluster.createPod("a", labels: #"{"app":"web"}"#, ip: "10.0.0.1")
            try await cluster.createPod("other", labels: #"{"app":"db"}"#, ip: "10.0.0.9")
            try await cluster.create(
                .services,
                #"""
                {"metadata":{"name":"web","namespace":"default"},
                 "spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"http"}]}}
                """#)
            var endpoints = try await cluster.wait("the first address", .endpoints, web) { ips($0) == ["10.0.0.1"] }
            #expect(endpoints["subsets"]?[0]?["ports"] == [["port": 8_080, "protocol": "TCP"]])
            #expect(endpoints["subsets"]?[0]?["addresses"]?[0]?["targetRef"]?["name"] == "a")

            var b = try await cluster.createPod("b", labels: #"{"app":"web"}"#, ip: "10.0.0.2", ready: false)
            endpoints = try await cluster.wait("the pod that is not ready", .endpoints, web) {
                ips($0, "notReadyAddresses") == ["10.0.0.2"]
            }
            #expect(ips(endpoints) == ["10.0.0.1"])

            b["status", "conditions"] = [
                ["type": "Ready", "status": "True", "lastTransitionTime": "2026-01-02T03:05:05Z"]
            ]
            _ = try await cluster.client.update(.pods, b, subresource: "status")
            try await cluster.wait("both addresses", .endpoints, web) { ips($0) == ["10.0.0.1", "10.0.0.2"] }

            try await cluster.client.delete(
                .pods, ObjectKey(namespace: "default", "a"), DeletionRequest(gracePeriodSeconds: 0))
            try await cluster.wait("the second address", .endpoints, web) { ips($0) == ["10.0.0.2"] }

            try await cluster.client.delete(.services, web)
            try await cluster.waitForEnd(.endpoints, web)
        }
    }

    @Test func endpointsOfPeopleAreLeftAlone() async throws {
        try await TestCluster.with { (cluster) async throws in
            let own = try await cluster.create(
                .endpoints,
                #"""
                {"metadata":{"name":"db","namespace":"default"},
                 "subsets":[{"addresses":[{"ip":"192.168.3.180"}],"ports":[{"port":3036}]}]}
                """#)
            try await cluster.create(
                .services, #"{"metadata":{"name":"db","namespace":"default"},"spec":{"ports":[{"port":3036}]}}"#)
            // Something the controller does afterwards shows that it has looked.
            try await cluster.create(
                .services,
                #"""
                {"metadata":{"name":"web","namespace":"default"},
                 "spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}
                """#)
            try await cluster.wait("other endpoints", .endpoints, web) { _ in true }
            let now = try await cluster.client.get(.endpoints, ObjectKey(namespace: "default", "db"))
            #expect(now.resourceVersion == own.resourceVersion)
        }
    }

    @Test func apiServerHasAServiceOfItsOwn() async throws {
        try await TestCluster.with(controllers: false) { (cluster) async throws in
            let key = ObjectKey(namespace: "default", "kubernetes")
            let service = try await cluster.client.get(.services, key)
            #expect(service.text("spec", "clusterIP") == "10.10.10.1")
            #expect(service.label("component") == "apiserver")
            #expect(service["spec", "ports"]?[0]?["name"] == "https")
            #expect(try await cluster.find(.endpoints, key) != nil)
        }
    }

    @Test func anotherServiceRangeDoesNotKeepTheServerFromStarting() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let key = ObjectKey(namespace: "default", "kubernetes")
        try await TestCluster.with(workDirectory: directory.path, controllers: false) { (cluster) async throws in
            try await cluster.create(
                .services,
                #"""
                {"metadata":{"name":"web","namespace":"default"},
                 "spec":{"clusterIP":"10.10.10.17","ports":[{"port":80}]}}
                """#)
        }
        try await TestCluster.with(
            workDirectory: directory.path, controllers: false, serviceRange: "10.20.0.0/24"
        ) { (cluster) async throws in
            #expect(try await cluster.client.get(.services, key).text("spec", "clusterIP") == "10.10.10.1")
            try await cluster.client.delete(.services, key)
        }
        // The first address of this range is taken, so the service cannot be made again.
        try await TestCluster.with(
            workDirectory: directory.path, controllers: false, serviceRange: "10.10.10.16/28"
        ) { (cluster) async throws in
            #expect(try await cluster.find(.services, key) == nil)
            #expect(try await cluster.client.get(.services, web).text("spec", "clusterIP") == "10.10.10.17")
        }
    }
}
