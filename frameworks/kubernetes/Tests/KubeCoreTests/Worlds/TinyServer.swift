import ClusterBase
import KubeCore
import KubeModel

/// A little API server: objects by key, revisions that guard writes, generations, generated names, graceful deletion of
/// pods that are bound, and a log of what happened.
struct TinyServer {
    private(set) var objects: [ResourceKind: [ObjectKey: KubeObject]] = [:]
    private(set) var log: [(kind: ResourceKind, delta: ObjectDelta)] = []
    private var revision = 0
    private var uids = 0
    var now = UnixTime(seconds: 1_000)

    /// The objects of a kind, by key.
    func all(_ kind: ResourceKind) -> [KubeObject] {
        (objects[kind] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }
    subscript(kind: ResourceKind, key: ObjectKey) -> KubeObject? { objects[kind]?[key] }

    mutating func create(_ kind: ResourceKind, _ new: KubeObject) -> Outcome.Answer {
        var object = new
        uids += 1
        if object.name.isEmpty { object.name = object.generateName + "\(uids)" }
        if objects[kind]?[object.key] != nil { return .failed(.alreadyExists(kind.resource, object.name)) }
        object.uid = "uid-\(uids)"
        object.creationTimestamp = KubeTime.text(now)
        if kind != .pods { object.generation = 1 }
        stamp(&object)
        objects[kind, default: [:]][object.key] = object
        log.append((kind, .added(object)))
        return .object(object)
    }

    /// Changes an object as its own source would, such as a kubelet or a user.
    mutating func change(_ kind: ResourceKind, _ key: ObjectKey, _ change: (inout KubeObject) -> Void) {
        guard var object = objects[kind]?[key] else { return }
        change(&object)
        put(kind, object)
    }

    mutating func remove(_ kind: ResourceKind, _ key: ObjectKey) {
        guard let object = objects[kind]?.removeValue(forKey: key) else { return }
        log.append((kind, .deleted(object)))
    }

    mutating func answer(_ intent: Intent) -> Outcome.Answer {
        switch intent {
        case .get(let kind, let key): objects[kind]?[key].map { .object($0) } ?? missing(kind, key)
        case .create(let kind, let object): create(kind, object)
        case .update(let kind, let object, let subresource): update(kind, object, subresource)
        case .patch(let kind, let key, let patch, let subresource): self.patch(kind, key, patch, subresource)
        case .delete(let kind, let key, let request): delete(kind, key, request)
        default: .failed(.badRequest("these controllers do not do this"))
        }
    }

    private func missing(_ kind: ResourceKind, _ key: ObjectKey) -> Outcome.Answer {
        .failed(.notFound(kind.resource, key.name))
    }

    private mutating func update(_ kind: ResourceKind, _ new: KubeObject, _ subresource: String) -> Outcome.Answer {
        guard let old = objects[kind]?[new.key] else { return missing(kind, new.key) }
        guard old.uid == new.uid, old.resourceVersion == new.resourceVersion else {
            return .failed(.modified(kind.resource, new.name))
        }
        var object = new
        let kept = subresource == "status" ? "spec" : "status"
        object[kept] = old[kept]
        return put(kind, object)
    }

    private mutating func patch(
        _ kind: ResourceKind, _ key: ObjectKey, _ patch: JSONValue, _ subresource: String
    ) -> Outcome.Answer {
        guard let old = objects[kind]?[key] else { return missing(kind, key) }
        for member in ["uid", "resourceVersion"] {
            guard let value = patch["metadata"]?[member] else { continue }
            if value != old["metadata", member] { return .failed(.modified(kind.resource, key.name)) }
        }
        guard let merged = try? MergePatch.apply(patch, to: old.value), var object = KubeObject(merged) else {
            return .failed(.badRequest("the patch is none"))
        }
        let kept = subresource == "status" ? "spec" : "status"
        object[kept] = old[kept]
        return put(kind, object)
    }

    private mutating func delete(_ kind: ResourceKind, _ key: ObjectKey, _ request: DeletionRequest) -> Outcome.Answer {
        guard var object = objects[kind]?[key] else { return missing(kind, key) }
        if !request.uid.isEmpty, request.uid != object.uid { return .failed(.modified(kind.resource, key.name)) }
        let isGraceful = kind == .pods && request.gracePeriodSeconds != 0 && !object.text("spec", "nodeName").isEmpty
        if isGraceful {
            object.deletionTimestamp = KubeTime.text(now)
            put(kind, object)
        } else {
            remove(kind, key)
        }
        return .done
    }

    @discardableResult
    private mutating func put(_ kind: ResourceKind, _ new: KubeObject) -> Outcome.Answer {
        guard let old = objects[kind]?[new.key], old != new else { return .object(new) }
        var object = new
        if kind != .pods, old["spec"] != new["spec"] { object.generation = (old.generation ?? 0) + 1 }
        stamp(&object)
        objects[kind]?[object.key] = object
        log.append((kind, .changed(object, from: old)))
        return .object(object)
    }

    private mutating func stamp(_ object: inout KubeObject) {
        revision += 1
        object.resourceVersion = "\(revision)"
    }
}
