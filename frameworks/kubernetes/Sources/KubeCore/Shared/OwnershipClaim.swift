internal import ClusterBase
internal import KubeModel

/// Which objects a controller has, which it must take, and which it must let go.
///
/// It has what names it as controller and is selected; takes what is selected and names no controller; lets go what
/// names it and is not selected any more. A controller that is being deleted takes and lets go nothing.
///
/// Source: upstream `pkg/controller/controller_ref_manager.go` (1.20).
struct OwnershipClaim: Sendable {
    /// What it has, in the order of the candidates.
    private(set) var owned: [KubeObject] = []
    /// What it must take.
    private(set) var adoptable: [KubeObject] = []
    /// What it must let go.
    private(set) var released: [KubeObject] = []

    private let owner: KubeObject
    private let ownerKind: ResourceKind

    init(of owner: KubeObject, _ ownerKind: ResourceKind, selector: LabelSelector, among candidates: [KubeObject]) {
        (self.owner, self.ownerKind) = (owner, ownerKind)
        for object in candidates {
            if let controller = object.controller {
                guard controller.uid == owner.uid else { continue }
                if selector.matches(object) {
                    owned.append(object)
                } else if !owner.isDeleting {
                    released.append(object)
                }
            } else if !owner.isDeleting, !object.isDeleting, selector.matches(object) {
                adoptable.append(object)
            }
        }
    }

    /// Whether there is nothing to take or let go.
    var isSettled: Bool { adoptable.isEmpty && released.isEmpty }

    /// What is to be asked before anything is taken: whether the owner is still there.
    var verification: [Intent] { adoptable.isEmpty ? [] : [.get(ownerKind, owner.key)] }

    /// Whether the answer allows to take objects: the owner is the same and not being deleted.
    func isVerified(by progress: Progress) -> Bool {
        adoptable.isEmpty
            || progress.outcomes.contains { outcome in
                guard case .object(let current) = outcome.answer else { return false }
                return current.uid == owner.uid && !current.isDeleting
            }
    }

    /// The writes that take and let go objects of a kind; each is refused when the object has changed.
    func intents(for kind: ResourceKind) -> [Intent] {
        adoptable.map { write($0, kind, $0.ownerReferences + [owner.controllerReference(ownerKind)]) }
            + released.map { object in
                write(object, kind, object.ownerReferences.filter { $0.uid != owner.uid })
            }
    }

    private func write(_ object: KubeObject, _ kind: ResourceKind, _ owners: [OwnerReference]) -> Intent {
        let metadata: JSONObject = [
            "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
            "ownerReferences": owners.isEmpty ? .null : .array(owners.map(\.value)),
        ]
        return .patch(kind, object.key, ["metadata": .object(metadata)])
    }

    /// Takes the answers of `intents`; false when something must be tried again.
    ///
    /// What is gone needs nothing.
    mutating func finish(_ progress: Progress) -> Bool {
        for outcome in progress.outcomes.prefix(adoptable.count) {
            if case .object(let object) = outcome.answer { owned.append(object) }
        }
        (adoptable, released) = ([], [])
        return progress.failures.allSatisfy { $0.code == 404 }
    }
}

extension KubeObject {
    /// The reference that makes an object of that kind the controller of another.
    func controllerReference(_ kind: ResourceKind) -> OwnerReference {
        OwnerReference(
            apiVersion: kind.groupVersion.description, kind: kind.kind, name: name, uid: uid, isController: true,
            blocksOwnerDeletion: true)
    }
}

extension APIError {
    /// Whether the namespace is being deleted, so that nothing can be made in it any more.
    var isNamespaceTerminating: Bool { causes.contains { $0.reason == "NamespaceTerminating" } }
}
