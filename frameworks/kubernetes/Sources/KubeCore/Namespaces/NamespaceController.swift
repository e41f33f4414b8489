internal import ClusterBase
public import KubeModel

/// Empties namespaces that are being deleted and then lets them go.
///
/// One pass lists what a namespace holds, deletes it, lists again, and either finalizes the namespace (removes
/// `kubernetes` from `spec.finalizers` through `/finalize`) or says in its conditions what is still there and looks
/// again later. The lists are read from the server, not from a cache: once a namespace is terminating nothing can be
/// created in it, so an empty list is final.
///
/// Source: upstream `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`; spec `kubernetes/03` §3.5,
/// §3.6.
public struct NamespaceController: Controller {
    /// The finalizer in `spec.finalizers` that stands for this controller.
    public static let finalizer = "kubernetes"
    /// How long after an object of a terminating namespace is gone the namespace is looked at; many go at once.
    private static let settling = Duration.milliseconds(100)
    /// What finalizers of others are given before the next look.
    private static let finalizerEstimate: Int64 = 15

    private enum Stage: Int { case listed, deleted, listedAgain, reported, finalized }

    /// The name.
    public let name = "namespace-controller"
    /// Namespaces, and what is watched in them: what goes makes a terminating namespace worth a look.
    public let kinds: [ResourceKind]
    private let contents: [NamespacedContent]
    private var terminating: [String: KubeObject] = [:]
    private var deletionErrors: [String: [String]] = [:]

    /// Makes a controller that deletes the objects of these kinds.
    ///
    /// - Parameter watching: kinds to be told about besides, so that a namespace need not wait for its turn when the
    ///   last object of one goes.
    public init(contents: [NamespacedContent], watching: [ResourceKind]) {
        self.contents = contents
        kinds = [.namespaces] + watching.filter { $0 != .namespaces }
    }

    /// The namespaces being deleted.
    public var allKeys: [String] { terminating.keys.sorted() }

    /// A namespace that begins to terminate, and one that lost something while terminating, need a look.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<String>] {
        let object = delta.object
        guard kind == .namespaces else {
            guard delta.isDeletion, terminating[object.namespace] != nil else { return [] }
            return [Trigger(object.namespace, after: Self.settling)]
        }
        let before = terminating[object.name]
        guard !delta.isDeletion, Self.isOurs(object) else {
            terminating[object.name] = nil
            deletionErrors[object.name] = nil
            return []
        }
        terminating[object.name] = object
        return before?.uid == object.uid ? [] : [Trigger(object.name)]
    }

    /// Nothing beyond what was observed.
    public mutating func synchronised() -> [Trigger<String>] { [] }

    private static func isOurs(_ namespace: KubeObject) -> Bool {
        namespace.isDeleting && namespace.list("spec", "finalizers").contains(.string(finalizer))
    }

    /// The next step of a pass over a namespace.
    public mutating func plan(_ key: String, after progress: Progress?, now: UnixTime) -> Plan<String> {
        guard let namespace = terminating[key] else { return .nothing }
        guard let progress, let stage = Stage(rawValue: progress.stage) else {
            deletionErrors[key] = nil
            return list(key, then: .listed)
        }
        switch stage {
        case .listed:
            guard progress.failures.isEmpty else { return Plan(then: .retry) }
            return afterFirstListing(key, namespace, progress, now: now)
        case .deleted:
            deletionErrors[key] = progress.failures.map(\.message)
            return list(key, then: .listedAgain)
        case .listedAgain:
            guard progress.failures.isEmpty else { return Plan(then: .retry) }
            return afterSecondListing(key, namespace, progress, now: now)
        case .reported:
            return finalize(namespace, after: progress)
        case .finalized:
            // A conflict is told by the next state of the namespace, too; a namespace that is gone needs nothing.
            let failures = progress.failures.filter { $0.code != 404 }
            return failures.isEmpty ? .nothing : Plan(then: .retry)
        }
    }

    private func list(_ key: String, then stage: Stage) -> Plan<String> {
        Plan(contents.map { .list($0.kind, namespace: key) }, then: .resume(stage: stage.rawValue))
    }

    private func afterFirstListing(
        _ key: String, _ namespace: KubeObject, _ progress: Progress, now: UnixTime
    ) -> Plan<String> {
        let found = NamespaceRemains(progress)
        if found.isEmpty { return report(namespace, found, errors: [], now: now) }
        var intents: [Intent] = []
        for content in contents {
            let objects = found.objects[content.kind] ?? []
            let pending = objects.filter { !$0.isDeleting }
            if pending.isEmpty { continue }
            if content.deletesCollections {
                intents.append(.deleteAll(content.kind, namespace: key))
            } else {
                let request = DeletionRequest(propagation: .background)
                intents += pending.map { .delete(content.kind, $0.key, request) }
            }
        }
        // Nothing that was not asked to go already: there is nothing to wait for before it is told.
        if intents.isEmpty { return report(namespace, found, errors: [], now: now) }
        return Plan(intents, then: .resume(stage: Stage.deleted.rawValue))
    }

    private func afterSecondListing(
        _ key: String, _ namespace: KubeObject, _ progress: Progress, now: UnixTime
    ) -> Plan<String> {
        let remains = NamespaceRemains(progress)
        return report(namespace, remains, errors: deletionErrors[key] ?? [], now: now)
    }

    /// Writes the conditions if they say something new, then finalizes or waits.
    private func report(
        _ namespace: KubeObject, _ remains: NamespaceRemains, errors: [String], now: UnixTime
    ) -> Plan<String> {
        var changed = namespace
        let wasSilent = namespace.list("status", "conditions").isEmpty
        let goesNow = remains.isEmpty && errors.isEmpty
        let hasNews =
            !(goesNow && wasSilent && namespace.finalizers.isEmpty)
            && remains.writeConditions(to: &changed, errors: errors, now: now)
        changed["status", "phase"] = "Terminating"
        let intents: [Intent] = hasNews ? [.update(.namespaces, changed, subresource: "status")] : []
        if goesNow {
            return hasNews
                ? Plan(intents, then: .resume(stage: Stage.reported.rawValue)) : finalize(namespace, after: nil)
        }
        if !errors.isEmpty { return Plan(intents, then: .retry) }
        return Plan(intents, then: .again(after: remains.estimate(finalizers: Self.finalizerEstimate)))
    }

    private func finalize(_ namespace: KubeObject, after progress: Progress?) -> Plan<String> {
        if let progress, !progress.failures.isEmpty { return Plan(then: .retry) }
        var final = namespace
        if case .object(let written)? = progress?.outcomes.first?.answer { final = written }
        let others = final.list("spec", "finalizers").filter { $0 != .string(Self.finalizer) }
        final["spec", "finalizers"] = others.isEmpty ? nil : .array(others)
        return Plan(
            [.update(.namespaces, final, subresource: "finalize")],
            then: .resume(stage: Stage.finalized.rawValue))
    }
}
