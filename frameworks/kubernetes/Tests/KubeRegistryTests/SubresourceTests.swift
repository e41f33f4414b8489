internal import ClusterBase
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import Testing

@Suite struct SubresourceTests {
    @Test func scaleShowsAndSetsTheReplicas() async throws {
        let world = try await World()
        var widget = Widget.make("w1", color: "red")
        widget["spec", "replicas"] = 2
        let parent = try await world.create(widget: widget)
        var scale = try await world.get("default/widgets/w1/scale")
        #expect(scale.kind == "Scale" && scale.apiVersion == "autoscaling/v1")
        #expect(scale.integer("spec", "replicas") == 2 && scale.text("status", "selector") == "color=red")
        #expect(scale.uid == parent.uid && scale.resourceVersion == parent.resourceVersion)
        scale["spec", "replicas"] = 5
        let written = try await world.update("default/widgets/w1/scale", scale)
        #expect(written.integer("spec", "replicas") == 5)
        #expect(try await world.get("default/widgets/w1").generation == 2)
        #expect(try await failure { try await world.update("default/widgets/w1/scale", scale) }.code == 409)
        for patch in [PatchBody.merge(["spec": ["replicas": 7]]), .strategic(["spec": ["replicas": 7]])] {
            #expect(try await world.patch("default/widgets/w1/scale", patch).integer("spec", "replicas") == 7)
        }
        let negative = try await failure {
            try await world.patch("default/widgets/w1/scale", .merge(["spec": ["replicas": -1]]))
        }
        #expect(
            negative.code == 422 && negative.message.hasPrefix("Scale.autoscaling \"w1\" is invalid: spec.replicas"))
    }

    @Test func aPodIsBoundOnce() async throws {
        let world = try await World()
        try await world.create("default/pods", PodDeletionTests.pod("p"))
        let binding = KubeObject([
            "metadata": ["name": "p", "annotations": ["k": "v"]], "target": ["kind": "Node", "name": "n1"],
        ])
        let answer = try await world.create("default/pods/p/binding", binding)
        #expect(answer.kind == "Status" && answer.text("status") == "Success")
        #expect(answer.text("target", "name") == "n1")
        let pod = try await world.get("default/pods/p")
        #expect(pod.text("spec", "nodeName") == "n1" && pod.annotation("k") == "v")
        #expect(pod.list("status", "conditions").contains { $0["type"] == "PodScheduled" && $0["status"] == "True" })
        let again = try await failure { try await world.create("default/pods/p/binding", binding) }
        #expect(again.code == 409)
        #expect(
            again.message
                == "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\"")
    }

    @Test func aBindingMayBePostedToItsCollection() async throws {
        let world = try await World()
        try await world.create("default/pods", PodDeletionTests.pod("p"))
        let binding = KubeObject(["metadata": ["name": "p"], "target": ["name": "n2"]])
        try await world.create("default/bindings", binding)
        #expect(try await world.get("default/pods/p").text("spec", "nodeName") == "n2")
        let missing = KubeObject(["metadata": ["name": "q"], "target": ["name": "n2"]])
        #expect(try await failure { try await world.create("default/bindings", missing) }.code == 404)
    }

    @Test func evictionDeletesAPod() async throws {
        let world = try await World()
        try await world.create("default/pods", PodDeletionTests.pod("p", node: "n1"))
        let dry = KubeObject(["metadata": ["name": "p"], "deleteOptions": ["dryRun": ["All"]]])
        try await world.create("default/pods/p/eviction", dry)
        #expect(!(try await world.get("default/pods/p")).isDeleting)
        let eviction = KubeObject(["metadata": ["name": "p"], "deleteOptions": ["gracePeriodSeconds": 4]])
        let answer = try await world.registry.create(
            world.target("default/pods/p/eviction"), eviction, WriteOptions())
        #expect(answer.code == 201)
        #expect(try await world.get("default/pods/p").deletionGracePeriodSeconds == 4)
    }

    @Test func verbsThatDoNotExistAreRefused() async throws {
        let world = try await World()
        try await world.create("default/pods", PodDeletionTests.pod("p"))
        #expect(try await failure { try await world.get("default/pods/p/binding") }.code == 405)
        #expect(try await failure { try await world.create("default/pods/p/status", KubeObject()) }.code == 405)
        #expect(try await failure { try await world.get("default/pods/p/nonsense") }.code == 404)
    }

    @Test func componentsAreComputed() async throws {
        let world = try await World {
            $0.computed["componentstatuses"] = {
                [KubeObject(["kind": "ComponentStatus", "metadata": ["name": "store"]])]
            }
        }
        #expect(try await world.list("componentstatuses").trees.map(\.name) == ["store"])
        #expect(try await world.get("/componentstatuses/store").kind == "ComponentStatus")
        #expect(try await failure { try await world.get("/componentstatuses/none") }.code == 404)
    }
}

@Suite struct ServiceClaimTests {
    static func service(_ name: String, ip: String = "", type: String = "ClusterIP") -> KubeObject {
        var service = KubeObject([
            "metadata": ["name": .string(name)],
            "spec": ["type": .string(type), "ports": [["port": 80]], "selector": ["a": "b"]],
        ])
        if !ip.isEmpty { service["spec", "clusterIP"] = .string(ip) }
        return service
    }

    @Test func anAddressHasOneHolderUntilTheServiceGoes() async throws {
        let world = try await World()
        let made = try await world.create("default/services", Self.service("a"))
        let address = made.text("spec", "clusterIP")
        #expect(address.hasPrefix("10.10.10."))
        let taken = try await failure { try await world.create("default/services", Self.service("b", ip: address)) }
        #expect(taken.code == 422 && taken.message.contains("provided IP is already allocated"))
        try await world.delete("default/services/a")
        let freed = try await world.create("default/services", Self.service("b", ip: address))
        #expect(freed.text("spec", "clusterIP") == address)
        let restarted = try await World(seed: 9, store: world.store)
        #expect(
            try await failure { try await restarted.create("default/services", Self.service("c", ip: address)) }.code
                == 422,
            "claims outlive the process")
    }

    @Test func endpointsGoWithTheServiceOfTheirName() async throws {
        let world = try await World()
        for name in ["web", "db"] {
            try await world.create("default/endpoints", KubeObject(["metadata": ["name": .string(name)]]))
        }
        try await world.create("default/services", Self.service("web"))
        try await world.delete("default/services/web") { $0.isDryRun = true }
        #expect(try await world.names("default/endpoints") == ["db", "web"])
        let start = try await world.store.revision
        let (recorder, handle) = try await world.watch("default/endpoints", from: "\(start)")
        try await world.delete("default/services/web")
        #expect(try await world.names("default/endpoints") == ["db"])
        try await recorder.wait(for: 1)
        #expect(recorder.changes == ["DELETED web"])
        handle.cancel()
    }

    @Test func nodePortsFollowTheType() async throws {
        let world = try await World()
        try await world.create("default/services", Self.service("a", type: "NodePort"))
        var service = try await world.get("default/services/a")
        #expect(service.list("spec", "ports").first?["nodePort"]?.integer ?? 0 >= 30_000)
        #expect(
            try await world.store.list(prefix: "/claims/nodeports/", after: nil, limit: nil, at: nil).values.count == 1)
        service["spec", "type"] = "ClusterIP"
        service["spec", "ports"] = [["port": 80]]
        try await world.update("default/services/a", service)
        #expect(
            try await world.store.list(prefix: "/claims/nodeports/", after: nil, limit: nil, at: nil).values.isEmpty)
    }

    @Test func concurrentServicesNeverShareAnAddress() async throws {
        let world = try await World { $0.random = { 3 } }
        let made = await (0..<30).asyncCompact { try? await world.create("default/services", Self.service("s\($0)")) }
        #expect(made.count == 30)
        #expect(Set(made.map { $0.text("spec", "clusterIP") }).count == 30)
    }

    @Test func aDryRunClaimsNothing() async throws {
        let world = try await World()
        try await world.create("default/services", Self.service("a", ip: "10.10.10.9"), dryRun: true)
        try await world.create("default/services", Self.service("b", ip: "10.10.10.9"))
    }
}
