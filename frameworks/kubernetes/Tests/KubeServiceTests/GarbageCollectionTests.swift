import KubeClient
import KubeModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct GarbageCollectionTests {
    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name) }

    @Test func dependentsGoAfterTheirOwner() async throws {
        try await TestCluster.with { (cluster) async throws in
            let top = try await cluster.createMap("top")
            let middle = try await cluster.createMap("middle", owner: top)
            try await cluster.createMap("low", owner: middle)
            try await cluster.createMap("free")
            try await cluster.client.delete(.configMaps, key("top"), DeletionRequest(propagation: .background))
            for name in ["middle", "low"] { try await cluster.waitForEnd(.configMaps, key(name)) }
            #expect(try await cluster.find(.configMaps, key("free")) != nil)
        }
    }

    @Test func ownerInTheForegroundGoesAfterItsDependents() async throws {
        try await TestCluster.with { (cluster) async throws in
            let top = try await cluster.createMap("top")
            var held = try await cluster.createMap("held", owner: top, blocks: true)
            held.finalizers = ["example.com/hold"]
            held = try await cluster.client.update(.configMaps, held)
            try await cluster.createMap("loose", owner: top)
            try await cluster.client.delete(.configMaps, key("top"), DeletionRequest(propagation: .foreground))
            held = try await cluster.wait("the dependent to be deleted", .configMaps, key("held")) { $0.isDeleting }
            try await cluster.waitForEnd(.configMaps, key("loose"))
            let waiting = try await cluster.client.get(.configMaps, key("top"))
            #expect(waiting.isDeleting)
            #expect(waiting.finalizers == ["foregroundDeletion"])
            held.finalizers = []
            _ = try await cluster.client.update(.configMaps, held)
            try await cluster.waitForEnd(.configMaps, key("top"))
            #expect(try await cluster.find(.configMaps, key("held")) == nil)
        }
    }

    @Test func orphansStayAndForgetTheirOwner() async throws {
        try await TestCluster.with { (cluster) async throws in
            let top = try await cluster.createMap("top")
            try await cluster.createMap("low", owner: top)
            try await cluster.client.delete(.configMaps, key("top"), DeletionRequest(propagation: .orphan))
            try await cluster.waitForEnd(.configMaps, key("top"))
            let low = try await cluster.client.get(.configMaps, key("low"))
            #expect(low.ownerReferences.isEmpty)
            #expect(!low.isDeleting)
        }
    }

    @Test func ownersThatNeverWereLeaveNothing() async throws {
        try await TestCluster.with { (cluster) async throws in
            var ghost = try await cluster.createMap("ghost")
            try await cluster.createMap("kept", owner: ghost)
            ghost.uid = "00000000-0000-4000-8000-000000000000"
            try await cluster.createMap("lost", owner: ghost)
            try await cluster.waitForEnd(.configMaps, key("lost"))
            #expect(try await cluster.find(.configMaps, key("kept")) != nil)
        }
    }

    @Test func ownerInAnotherNamespaceIsToldAbout() async throws {
        try await TestCluster.with { (cluster) async throws in
            try await cluster.create(.namespaces, #"{"metadata":{"name":"dev"}}"#)
            let owner = try await cluster.createMap("owner", in: "dev")
            let lost = try await cluster.createMap("lost", owner: owner)
            try await cluster.waitForEnd(.configMaps, key("lost"))
            let selection = ObjectSelection(
                namespace: "default", fields: "involvedObject.uid=\(lost.uid),reason=OwnerRefInvalidNamespace")
            let event = try await eventually("the event", within: .seconds(10)) {
                try await cluster.client.list(.events, selection).objects.first
            }
            #expect(event.text("source", "component") == "garbage-collector-controller")
            #expect(event.text("type") == "Warning")
            #expect(event.integer("count") == 1)
        }
    }
}
