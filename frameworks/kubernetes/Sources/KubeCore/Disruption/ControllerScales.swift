internal import ClusterBase
internal import KubeModel

/// The controllers that pods can have, and how many pods they want.
struct ControllerScales: Sendable {
    /// A controller that decides how many pods there are.
    struct Scale: Sendable {
        /// Its uid.
        var uid: String
        /// How many it wants.
        var replicas: Int
    }

    private var controllers = ObjectCaches()

    /// Takes news of a controller; returns whether its size or place may have changed.
    mutating func apply(_ delta: ObjectDelta, of kind: ResourceKind) -> Bool {
        controllers.apply(delta, of: kind)
        guard let before = delta.previous, !delta.isDeletion else { return true }
        return Self.replicas(before) != Self.replicas(delta.object)
            || before.controller?.uid != delta.object.controller?.uid
    }

    /// The controller that decides about a pod, which for the set of a deployment is the deployment; nil when none is
    /// known.
    func scale(of pod: KubeObject) -> Scale? {
        guard let reference = pod.controller, let owner = controllers.object(reference, in: pod.namespace) else {
            return nil
        }
        guard owner.controller?.kind == "Deployment", let deployment = owner.controller else {
            return Scale(uid: owner.uid, replicas: Self.replicas(owner))
        }
        return controllers.object(deployment, in: pod.namespace).map {
            Scale(uid: $0.uid, replicas: Self.replicas($0))
        }
    }

    private static func replicas(_ controller: KubeObject) -> Int {
        Int(clamping: controller.integer("spec", "replicas") ?? 1)
    }
}

/// Objects of several kinds, found by the references of what they own.
private struct ObjectCaches: Sendable {
    private var caches: [String: ObjectCache] = [:]

    mutating func apply(_ delta: ObjectDelta, of kind: ResourceKind) {
        caches[kind.kind, default: ObjectCache()].apply(delta)
    }

    func object(_ reference: OwnerReference, in namespace: String) -> KubeObject? {
        caches[reference.kind]?[ObjectKey(namespace: namespace, reference.name)].flatMap {
            $0.uid == reference.uid ? $0 : nil
        }
    }
}
