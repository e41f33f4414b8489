import ClusterBase
import KubeCore
import KubeModel
import Testing

@Suite struct GarbageCollectorTests {
    private static let kinds: [ResourceKind] = [.pods, .replicaSets, .configMaps, .nodes]

    private func collector() -> GarbageCollector { GarbageCollector(kinds: Self.kinds) }

    /// An object of a uid, which is its name too.
    private func made(
        _ kind: ResourceKind, _ uid: String, in namespace: String = "default", owners: [OwnerReference] = [],
        finalizers: [String] = [], isDeleting: Bool = false, version: String = "1"
    ) -> KubeObject {
        var object = KubeObject()
        (object.apiVersion, object.kind) = (kind.groupVersion.description, kind.kind)
        (object.name, object.uid, object.resourceVersion) = (uid, uid, version)
        if kind.isNamespaced { object.namespace = namespace }
        (object.ownerReferences, object.finalizers) = (owners, finalizers)
        if isDeleting { object.deletionTimestamp = "1970-01-01T00:00:00Z" }
        return object
    }

    private func owner(_ kind: ResourceKind, _ uid: String, blocks: Bool = false) -> OwnerReference {
        OwnerReference(
            apiVersion: kind.groupVersion.description, kind: kind.kind, name: uid, uid: uid,
            blocksOwnerDeletion: blocks)
    }

    private func key(_ name: String, in namespace: String = "default") -> ObjectKey {
        ObjectKey(namespace: namespace, name)
    }

    private func deletion(_ kind: ResourceKind, _ uid: String, _ propagation: DeletionPropagation = .background)
        -> Intent
    {
        .delete(
            kind, key(uid, in: kind.isNamespaced ? "default" : ""),
            DeletionRequest(propagation: propagation, uid: uid, resourceVersion: "1"))
    }

    private func patch(_ kind: ResourceKind, _ uid: String, _ member: String, _ value: JSONValue) -> Intent {
        let metadata: JSONObject = ["uid": .string(uid), "resourceVersion": "1", member: value]
        return .patch(kind, key(uid), ["metadata": .object(metadata)])
    }

    @Test func knownOwnersNeedNoLook() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        let pod = made(.pods, "pod", owners: [owner(.replicaSets, "rs")])
        #expect(collector.know([(.replicaSets, rs), (.pods, pod)]).isEmpty)
        var changed = pod
        changed.resourceVersion = "2"
        #expect(collector.observe(.changed(changed, from: pod), of: .pods).isEmpty)
        #expect(collector.plan(.object("pod")) == .nothing)
    }

    @Test func dependentsOfADeletedOwnerGo() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        _ = collector.know([
            (.replicaSets, rs), (.pods, made(.pods, "a", owners: [owner(.replicaSets, "rs")])),
            (.pods, made(.pods, "b", owners: [owner(.replicaSets, "rs")])), (.pods, made(.pods, "free")),
        ])
        #expect(
            collector.observe(.deleted(rs), of: .replicaSets) == [Trigger(.object("a")), Trigger(.object("b"))])
        #expect(collector.plan(.object("a")) == Plan([deletion(.pods, "a")]))
        #expect(collector.plan(.object("b")) == Plan([deletion(.pods, "b")]))
    }

    @Test func ownerThatIsNotKnownIsAskedForFirst() {
        var collector = collector()
        let pod = made(.pods, "pod", owners: [owner(.replicaSets, "rs")])
        #expect(collector.know([(.pods, pod)]) == [Trigger(.object("pod"))])
        let question = collector.plan(.object("pod"))
        #expect(question.intents == [.get(.replicaSets, key("rs"))])

        let absent = APIError.notFound(ResourceKind.replicaSets.resource, "rs")
        #expect(collector.resume(.object("pod"), question, [.failed(absent)]) == Plan([deletion(.pods, "pod")]))
    }

    @Test func ownerOfAnotherUidIsNotTheOwner() {
        var collector = collector()
        _ = collector.know([(.pods, made(.pods, "pod", owners: [owner(.replicaSets, "rs")]))])
        let question = collector.plan(.object("pod"))
        var namesake = made(.replicaSets, "rs")
        namesake.uid = "other"
        #expect(collector.resume(.object("pod"), question, [.object(namesake)]) == Plan([deletion(.pods, "pod")]))
    }

    @Test func ownerThatTheServerKnowsHolds() {
        var collector = collector()
        _ = collector.know([(.pods, made(.pods, "pod", owners: [owner(.replicaSets, "rs")]))])
        let question = collector.plan(.object("pod"))
        let answer = collector.resume(.object("pod"), question, [.object(made(.replicaSets, "rs"))])
        #expect(answer == Plan(then: .again(after: .seconds(30))))
        let failed = collector.resume(.object("pod"), question, [.failed(.internalError("disk"))])
        #expect(failed == Plan(then: .retry))
    }

    @Test func onlyDanglingReferencesAreRemovedWhileAnOwnerIsLeft() {
        var collector = collector()
        let (one, two) = (made(.replicaSets, "one"), made(.replicaSets, "two"))
        let pod = made(.pods, "pod", owners: [owner(.replicaSets, "one"), owner(.replicaSets, "two")])
        _ = collector.know([(.replicaSets, one), (.replicaSets, two), (.pods, pod)])
        _ = collector.observe(.deleted(one), of: .replicaSets)
        #expect(
            collector.plan(.object("pod"))
                == Plan([patch(.pods, "pod", "ownerReferences", [owner(.replicaSets, "two").value])]))
    }

    @Test func foregroundDeletionDeletesDependentsThenTheOwner() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        let blocking = made(.pods, "a", owners: [owner(.replicaSets, "rs", blocks: true)])
        let loose = made(.pods, "b", owners: [owner(.replicaSets, "rs")])
        _ = collector.know([(.replicaSets, rs), (.pods, blocking), (.pods, loose)])
        let going = made(.replicaSets, "rs", finalizers: ["foregroundDeletion"], isDeleting: true)
        #expect(
            collector.observe(.changed(going, from: rs), of: .replicaSets) == [
                Trigger(.object("a")), Trigger(.object("b")), Trigger(.object("rs")),
            ])
        #expect(collector.plan(.object("rs")) == Plan(triggers: [Trigger(.object("a"))]))
        #expect(collector.plan(.object("a")) == Plan([deletion(.pods, "a")]))
        #expect(collector.plan(.object("b")) == Plan([deletion(.pods, "b")]))
        #expect(collector.observe(.deleted(blocking), of: .pods) == [Trigger(.object("rs"))])
        #expect(collector.plan(.object("rs")) == Plan([patch(.replicaSets, "rs", "finalizers", .null)]))
    }

    @Test func foregroundDeletionReachesDependentsOfDependents() {
        var collector = collector()
        let top = made(.configMaps, "top", finalizers: ["foregroundDeletion", "x/y"], isDeleting: true)
        let middle = made(.replicaSets, "middle", owners: [owner(.configMaps, "top", blocks: true)])
        let leaf = made(.pods, "leaf", owners: [owner(.replicaSets, "middle", blocks: true)])
        _ = collector.know([(.configMaps, top), (.replicaSets, middle), (.pods, leaf)])
        #expect(collector.plan(.object("middle")) == Plan([deletion(.replicaSets, "middle", .foreground)]))
        #expect(collector.plan(.object("leaf")) == .nothing)
        // Other finalizers stay.
        _ = collector.observe(.deleted(leaf), of: .pods)
        _ = collector.observe(.deleted(middle), of: .replicaSets)
        #expect(
            collector.plan(.object("top")) == Plan([patch(.configMaps, "top", "finalizers", ["x/y"])]))
    }

    @Test func dependentsThatWaitForEachOtherAreFreed() {
        var collector = collector()
        let top = made(
            .configMaps, "top", owners: [owner(.replicaSets, "low", blocks: true)],
            finalizers: ["foregroundDeletion"], isDeleting: true)
        let low = made(.replicaSets, "low", owners: [owner(.configMaps, "top", blocks: true)])
        _ = collector.know([(.configMaps, top), (.replicaSets, low)])
        let freed = Plan<GarbageCollector.Key>([
            patch(.replicaSets, "low", "ownerReferences", [owner(.configMaps, "top").value])
        ])
        #expect(collector.plan(.object("low")) == freed)
    }

    @Test func orphaningDeletionLeavesDependentsFree() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        let pod = made(.pods, "a", owners: [owner(.replicaSets, "rs"), owner(.configMaps, "cm")])
        let other = made(.pods, "b", owners: [owner(.replicaSets, "rs")])
        _ = collector.know([
            (.replicaSets, rs), (.configMaps, made(.configMaps, "cm")), (.pods, pod), (.pods, other),
        ])
        let going = made(.replicaSets, "rs", finalizers: ["orphan"], isDeleting: true)
        #expect(collector.observe(.changed(going, from: rs), of: .replicaSets) == [Trigger(.orphans("rs"))])
        let freeing = collector.plan(.orphans("rs"))
        #expect(
            freeing.intents == [
                patch(.pods, "a", "ownerReferences", [owner(.configMaps, "cm").value]),
                patch(.pods, "b", "ownerReferences", .null),
            ])
        let gone = APIError.notFound(ResourceKind.pods.resource, "b")
        #expect(
            collector.resume(.orphans("rs"), freeing, [.object(pod), .failed(gone)])
                == Plan([patch(.replicaSets, "rs", "finalizers", .null)]))
        let conflict = APIError.modified(ResourceKind.pods.resource, "a")
        #expect(collector.resume(.orphans("rs"), freeing, [.failed(conflict), .done]) == Plan(then: .retry))
    }

    @Test func dependentsKeepTheWishOfTheirOwnDeletion() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        _ = collector.know([
            (.replicaSets, rs),
            (.pods, made(.pods, "pod", owners: [owner(.replicaSets, "rs")], finalizers: ["orphan"])),
        ])
        _ = collector.observe(.deleted(rs), of: .replicaSets)
        #expect(collector.plan(.object("pod")) == Plan([deletion(.pods, "pod", .orphan)]))
    }

    @Test func ownerInAnotherNamespaceIsAbsent() {
        var collector = collector()
        let pod = made(.pods, "pod", owners: [owner(.replicaSets, "rs")])
        #expect(
            collector.know([(.replicaSets, made(.replicaSets, "rs", in: "other")), (.pods, pod)])
                == [Trigger(.object("pod"))])
        let question = collector.plan(.object("pod"))
        #expect(question.intents == [.get(.replicaSets, key("rs"))])
        #expect(question.events.map(\.reason) == ["OwnerRefInvalidNamespace"])
        #expect(
            question.events.first?.message
                == "ownerRef [apps/v1/ReplicaSet, namespace: default, name: rs, uid: rs] does not exist in namespace "
                + "\"default\"")
        let absent = APIError.notFound(ResourceKind.replicaSets.resource, "rs")
        #expect(collector.resume(.object("pod"), question, [.failed(absent)]).intents == [deletion(.pods, "pod")])
        // The owner itself still holds what lives beside it.
        _ = collector.know([(.pods, made(.pods, "near", in: "other", owners: [owner(.replicaSets, "rs")]))])
        #expect(collector.plan(.object("near")) == .nothing)
    }

    @Test func ownerOfTheClusterHoldsObjectsOfAnyNamespace() {
        var collector = collector()
        let node = made(.nodes, "node")
        let pod = made(.pods, "pod", owners: [owner(.nodes, "node")])
        #expect(collector.know([(.nodes, node), (.pods, pod)]).isEmpty)
        _ = collector.observe(.deleted(node), of: .nodes)
        #expect(collector.plan(.object("pod")) == Plan([deletion(.pods, "pod")]))
    }

    @Test func objectOfTheClusterWithAnOwnerInANamespaceIsLeftAlone() {
        var collector = collector()
        _ = collector.know([(.nodes, made(.nodes, "node", owners: [owner(.replicaSets, "rs")]))])
        #expect(collector.plan(.object("node")) == .nothing)
    }

    @Test func ownersOfUnknownKindsHold() {
        var collector = collector()
        let strange = OwnerReference(apiVersion: "example.com/v1", kind: "Strange", name: "s", uid: "s")
        _ = collector.know([(.pods, made(.pods, "pod", owners: [strange]))])
        #expect(collector.plan(.object("pod")) == .nothing)
    }

    @Test func ownersMayBeNamedInOtherVersions() {
        let old = GroupVersionKind(GroupVersion(group: "extensions", "v1beta1"), "ReplicaSet")
        var collector = GarbageCollector(kinds: Self.kinds, aliases: [old: .replicaSets])
        let reference = OwnerReference(apiVersion: "extensions/v1beta1", kind: "ReplicaSet", name: "rs", uid: "rs")
        let rs = made(.replicaSets, "rs")
        #expect(collector.know([(.replicaSets, rs), (.pods, made(.pods, "pod", owners: [reference]))]).isEmpty)
        _ = collector.observe(.deleted(rs), of: .replicaSets)
        #expect(collector.plan(.object("pod")) == Plan([deletion(.pods, "pod")]))
    }

    @Test func objectsBeingDeletedAreLeftAlone() {
        var collector = collector()
        let rs = made(.replicaSets, "rs")
        let pod = made(.pods, "pod", owners: [owner(.replicaSets, "rs")], isDeleting: true)
        _ = collector.know([(.replicaSets, rs), (.pods, pod)])
        _ = collector.observe(.deleted(rs), of: .replicaSets)
        #expect(collector.plan(.object("pod")) == .nothing)
    }
}
