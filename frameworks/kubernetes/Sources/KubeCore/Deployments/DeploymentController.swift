internal import ClusterBase
public import KubeModel

/// Rolls deployments out: one replica set for each pod template, sized step by step.
///
/// A look at a deployment writes at most one state of each object, always guarded by its revision; what an old view of
/// the world decided is refused and decided anew.
///
/// Source: upstream `pkg/controller/deployment` (1.20); spec `kubernetes/03` §3.6.
public struct DeploymentController: Controller {
    private enum Stage: Int {
        case verified, claimed, revised, collided, sized, cleaned, rolledBack, reported
    }

    /// The name.
    public let name = "deployment-controller"
    /// Deployments, replica sets and pods.
    public let kinds: [ResourceKind] = [.deployments, .replicaSets, .pods]
    private var deployments = ObjectCache()
    /// Replica sets by the uid of what controls them; those that nothing controls by namespace.
    private var sets = GroupedCache { $0.controller?.uid ?? Self.orphans(in: $0.namespace) }
    /// Pods by the uid of their replica set.
    private var pods = GroupedCache { $0.controller?.uid }
    private var selectors: [String: LabelSelector] = [:]
    private var work: [ObjectKey: DeploymentSync] = [:]

    /// Makes a controller that knows nothing yet.
    public init() {}

    private static func orphans(in namespace: String) -> String { "/" + namespace }

    /// Every deployment.
    public var allKeys: [ObjectKey] { deployments.keys }

    /// Deployments that changed, and those whose replica sets did, need a look.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<ObjectKey>] {
        switch kind {
        case .deployments: observeDeployment(delta)
        case .replicaSets: observeSet(delta)
        default: observePod(delta)
        }
    }

    private mutating func observeDeployment(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let deployment = delta.object
        if let before = deployments[deployment.key] { selectors[before.uid] = nil }
        deployments.apply(delta)
        if !delta.isDeletion {
            selectors[deployment.uid] = (try? LabelSelector(object: deployment["spec", "selector"])) ?? .nothing
        }
        return [Trigger(deployment.key)]
    }

    private mutating func observeSet(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let set = delta.object
        let before = sets.apply(delta)
        var keys: [ObjectKey] = []
        for controller in [set.controller, before?.controller].compactMap({ $0 }) {
            if let key = deployment(of: controller, in: set.namespace), !keys.contains(key) { keys.append(key) }
        }
        if set.controller == nil, !delta.isDeletion {
            keys += deployments.objects(in: set.namespace).filter { deployment in
                guard let selector = selectors[deployment.uid], !selector.isEverything else { return false }
                return selector.matches(set)
            }.map(\.key)
        }
        return keys.map { Trigger($0) }
    }

    private func deployment(of controller: OwnerReference, in namespace: String) -> ObjectKey? {
        let key = ObjectKey(namespace: namespace, controller.name)
        return deployments[key]?.uid == controller.uid ? key : nil
    }

    /// A deployment that recreates its pods waits for the last of the old ones.
    private mutating func observePod(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let before = pods.apply(delta)
        guard delta.isDeletion || PodState(delta.object).hasEnded, let owner = (before ?? delta.object).controller,
            pods.objects(of: owner.uid).allSatisfy({ PodState($0).hasEnded })
        else { return [] }
        let set = sets[ObjectKey(namespace: delta.object.namespace, owner.name)]
        guard let controller = set?.controller, let key = deployment(of: controller, in: delta.object.namespace),
            deployments[key]?.text("spec", "strategy", "type") == "Recreate"
        else { return [] }
        return [Trigger(key)]
    }

    /// Nothing: every deployment was told.
    public mutating func synchronised() -> [Trigger<ObjectKey>] { [] }

    /// What to do for a deployment.
    public mutating func plan(_ key: ObjectKey, after progress: Progress?, now: UnixTime) -> Plan<ObjectKey> {
        guard let progress, let stage = Stage(rawValue: progress.stage), var sync = work.removeValue(forKey: key) else {
            return start(key, now: now)
        }
        switch stage {
        case .verified: return sync.claim.isVerified(by: progress) ? take(sync, now: now) : Plan(then: .retry)
        case .claimed: return sync.claim.finish(progress) ? decide(sync, now: now) : Plan(then: .retry)
        case .revised: return revised(sync, progress, now: now)
        case .collided:
            guard case .object(let set)? = progress.outcomes.first?.answer else { return Plan(then: .retry) }
            sync.collide(with: set)
            return sync.mustRetry ? report(sync, now: now) : revise(sync, now: now)
        case .sized: return sized(sync, progress, now: now)
        case .cleaned, .rolledBack, .reported:
            let failures = progress.failures.filter { $0.code != 404 }
            guard failures.isEmpty else { return Plan(events: sync.takeEvents(), then: .retry) }
            return stage == .cleaned ? report(sync, now: now) : finish(&sync, now: now)
        }
    }

    /// Suspends the work until the intents are answered.
    private mutating func suspend(_ sync: DeploymentSync, _ intents: [Intent], until stage: Stage) -> Plan<ObjectKey> {
        var sync = sync
        let events = sync.takeEvents()
        work[sync.original.key] = sync
        return Plan(intents, events: events, then: .resume(stage: stage.rawValue))
    }
}

// MARK: - The steps

extension DeploymentController {
    private mutating func start(_ key: ObjectKey, now: UnixTime) -> Plan<ObjectKey> {
        guard let deployment = deployments[key], let selector = selectors[deployment.uid] else { return .nothing }
        let candidates = sets.objects(of: deployment.uid) + sets.objects(of: Self.orphans(in: key.namespace))
        let choice = selector.isEverything ? LabelSelector.nothing : selector
        let claim = OwnershipClaim(
            of: deployment, .deployments, selector: choice, among: selector.isEverything ? [] : candidates)
        var sync = DeploymentSync(deployment, claim: claim)
        if selector.isEverything { return refuse(&sync) }
        if !claim.verification.isEmpty { return suspend(sync, claim.verification, until: .verified) }
        return take(sync, now: now)
    }

    /// A deployment that selects all pods is not worked on.
    private mutating func refuse(_ sync: inout DeploymentSync) -> Plan<ObjectKey> {
        sync.warn(
            "SelectingAll",
            "This deployment is selecting all pods. A non-empty selector is required.")
        sync.deployment["status", "observedGeneration"] = sync.deployment.generation.map { .integer($0) }
        sync.mode = .sizing
        if sync.deployment == sync.original { return Plan(events: sync.takeEvents()) }
        return suspend(sync, [.update(.deployments, sync.deployment, subresource: "status")], until: .reported)
    }

    private mutating func take(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        if sync.claim.isSettled { return decide(sync, now: now) }
        return suspend(sync, sync.claim.intents(for: .replicaSets), until: .claimed)
    }

    private mutating func decide(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        sync.take(sync.claim.owned)
        if sync.deployment.isDeleting { return report(sync, now: now) }
        sync.notePause(now: now)
        if sync.isPaused {
            sync.mode = .sizing
        } else if sync.rollbackRevision != nil {
            sync.mode = .rollingBack
        } else if sync.isScaled {
            sync.mode = .sizing
        } else {
            sync.mode = sync.numbers.isRolling ? .rolling : .recreating
        }
        return revise(sync, now: now)
    }

    private mutating func revise(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        let mayCreate =
            switch sync.mode {
            case .rolling, .rollingBack: true
            case .sizing: false
            case .recreating: !oldPodsRun(sync)
            }
        if let intent = sync.revise(mayCreate: mayCreate, now: now) { return suspend(sync, [intent], until: .revised) }
        return size(sync, now: now)
    }

    /// Whether pods of old replica sets are, or may be, still there.
    private func oldPodsRun(_ sync: DeploymentSync) -> Bool {
        sync.old.contains { set in
            set.size > 0 || set.actualSize > 0 || pods.objects(of: set.uid).contains { !PodState($0).hasEnded }
        }
    }

    private mutating func revised(_ sync: DeploymentSync, _ progress: Progress, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        guard let outcome = progress.outcomes.first else { return Plan(then: .retry) }
        switch (outcome.intent, outcome.answer) {
        case (.create, .object(let set)): sync.made(set, now: now)
        case (_, .object(let set)):
            sync.take([set])
            _ = sync.revise(mayCreate: false, now: now)
        case (.create(_, let set), .failed(let error)):
            if error.isNamespaceTerminating { return .nothing }
            if error.code == 409 { return suspend(sync, [.get(.replicaSets, set.key)], until: .collided) }
            sync.failedToMake(set.name, error, now: now)
            return report(sync, now: now)
        default: return Plan(then: .retry)
        }
        return size(sync, now: now)
    }

    private mutating func size(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        if let wish = sync.rollbackRevision, sync.mode == .rollingBack {
            let changed = sync.rolledBack(to: wish)
            return suspend(sync, [.update(.deployments, changed)], until: .rolledBack)
        }
        if sync.mode == .recreating, sync.current != nil, sync.old.allSatisfy({ $0.size == 0 }), oldPodsRun(sync) {
            return report(sync, now: now)
        }
        let intents = sync.sizes().compactMap { sync.intent($0) }
        if !intents.isEmpty { return suspend(sync, intents, until: .sized) }
        return clean(sync, now: now)
    }

    private mutating func sized(_ sync: DeploymentSync, _ progress: Progress, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        for outcome in progress.outcomes {
            guard case .object(let set) = outcome.answer else { continue }
            let before = sync.all.first { $0.uid == set.uid }
            sync.sized(from: before?.size ?? set.size, set)
        }
        if !progress.failures.isEmpty { return Plan(events: sync.takeEvents(), then: .retry) }
        return sync.isPaused ? clean(sync, now: now) : report(sync, now: now)
    }

    private mutating func clean(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        guard sync.isPaused || sync.mode != .sizing && sync.isComplete(sync.original) else {
            return report(sync, now: now)
        }
        let intents = sync.expendable().map { Intent.delete(.replicaSets, $0.key, DeletionRequest(uid: $0.uid)) }
        return intents.isEmpty ? report(sync, now: now) : suspend(sync, intents, until: .cleaned)
    }

    private mutating func report(_ sync: DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        sync.updateStatus(now: now)
        if sync.deployment == sync.original { return finish(&sync, now: now) }
        return suspend(sync, [.update(.deployments, sync.deployment, subresource: "status")], until: .reported)
    }

    private func finish(_ sync: inout DeploymentSync, now: UnixTime) -> Plan<ObjectKey> {
        let events = sync.takeEvents()
        if sync.mustRetry { return Plan(events: events, then: .retry) }
        return Plan(events: events, then: sync.untilDeadline(now: now).map { .again(after: $0) } ?? .finished)
    }
}
