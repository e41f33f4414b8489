internal import ClusterBase
public import KubeModel

/// Keeps as many pods as a replication controller or replica set asks for.
///
/// Source: upstream `pkg/controller/replicaset/replica_set.go` (1.20), which serves both kinds too; spec
/// `kubernetes/03` §3.6.
public struct ReplicaController: Controller {
    private enum Stage: Int { case verified, claimed, created, deleted, reported }

    /// The most pods that are made or deleted between two looks.
    public static let burst = 500

    /// The name.
    public var name: String { row.name }
    /// Its own kind and pods.
    public var kinds: [ResourceKind] { [row.kind, .pods] }
    private let row: ReplicaRow
    /// The objects it works for, by the uid of what controls them.
    private var owners = GroupedCache { $0.controller?.uid }
    /// Pods by the uid of what controls them; those that nothing controls by namespace.
    private var pods = GroupedCache { $0.controller?.uid ?? Self.orphans(in: $0.namespace) }
    private var selectors: [String: LabelSelector] = [:]
    private var expectations: [String: Expectations] = [:]
    private var work: [ObjectKey: ReplicaSync] = [:]

    /// Makes a controller that knows nothing yet.
    public init(_ row: ReplicaRow) { self.row = row }

    /// The group of pods that nothing controls; a uid contains no `/`.
    private static func orphans(in namespace: String) -> String { "/" + namespace }

    /// Every object.
    public var allKeys: [ObjectKey] { owners.all.keys }

    /// An object that changed, and those whose pods did, need a look.
    public mutating func observe(_ delta: ObjectDelta, of kind: ResourceKind) -> [Trigger<ObjectKey>] {
        kind == .pods ? observePod(delta) : observeOwner(delta)
    }

    private mutating func observeOwner(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let owner = delta.object
        if let before = owners.apply(delta), before.uid != owner.uid || delta.isDeletion { forget(before.uid) }
        if !delta.isDeletion { selectors[owner.uid] = row.selector(owner) }
        return [Trigger(owner.key)]
    }

    private mutating func forget(_ uid: String) {
        selectors[uid] = nil
        expectations[uid] = nil
    }

    private mutating func observePod(_ delta: ObjectDelta) -> [Trigger<ObjectKey>] {
        let pod = delta.object
        let before = pods.apply(delta)
        var keys: [ObjectKey] = []
        for controller in [pod.controller, before?.controller].compactMap({ $0 }) {
            expectations[controller.uid]?.hear(pod.uid, isGoing: delta.isDeletion || pod.isDeleting)
            let key = ObjectKey(namespace: pod.namespace, controller.name)
            if owners[key]?.uid == controller.uid, !keys.contains(key) { keys.append(key) }
        }
        if pod.controller == nil, !delta.isDeletion {
            keys += owners.all.objects(in: pod.namespace).filter { selectors[$0.uid]?.matches(pod) == true }.map(\.key)
        }
        return keys.map { Trigger($0) }
    }

    /// Nothing: every object was told.
    public mutating func synchronised() -> [Trigger<ObjectKey>] { [] }

    /// What to do for an object: take and let go pods, make or delete some, write the status.
    public mutating func plan(_ key: ObjectKey, after progress: Progress?, now: UnixTime) -> Plan<ObjectKey> {
        guard let progress, let stage = Stage(rawValue: progress.stage), var sync = work.removeValue(forKey: key) else {
            return start(key, now: now)
        }
        switch stage {
        case .verified:
            guard sync.claim.isVerified(by: progress) else { return Plan(then: .retry) }
            return take(sync, now: now)
        case .claimed:
            return sync.claim.finish(progress) ? manage(sync, now: now) : Plan(then: .retry)
        case .created: return created(sync, progress, now: now)
        case .deleted: return deleted(sync, progress, now: now)
        case .reported:
            let failures = progress.failures.filter { $0.code != 404 }
            return failures.isEmpty ? finish(&sync, now: now) : Plan(then: .retry)
        }
    }

    /// Suspends the work until the intents are answered.
    private mutating func suspend(_ sync: ReplicaSync, _ intents: [Intent], until stage: Stage) -> Plan<ObjectKey> {
        var sync = sync
        let events = sync.takeEvents()
        work[sync.owner.key] = sync
        return Plan(intents, events: events, then: .resume(stage: stage.rawValue))
    }
}

// MARK: - The steps

extension ReplicaController {
    private mutating func start(_ key: ObjectKey, now: UnixTime) -> Plan<ObjectKey> {
        guard let owner = owners[key], let selector = selectors[owner.uid], !selector.isEverything else {
            return .nothing
        }
        let candidates = pods.objects(of: owner.uid) + pods.objects(of: Self.orphans(in: key.namespace))
        let claim = OwnershipClaim(
            of: owner, row.kind, selector: selector, among: candidates.filter { PodState($0).isActive })
        let isSettled = expectations[owner.uid]?.isFulfilled(now: now) ?? true
        let sync = ReplicaSync(owner: owner, claim: claim, mayChangePods: isSettled && !owner.isDeleting)
        if !claim.verification.isEmpty { return suspend(sync, claim.verification, until: .verified) }
        return take(sync, now: now)
    }

    private mutating func take(_ sync: ReplicaSync, now: UnixTime) -> Plan<ObjectKey> {
        if sync.claim.isSettled { return manage(sync, now: now) }
        return suspend(sync, sync.claim.intents(for: .pods), until: .claimed)
    }

    private mutating func manage(_ sync: ReplicaSync, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        let surplus = sync.pods.count - sync.wanted
        if surplus == 0 || !sync.mayChangePods { return report(sync, now: now) }
        if surplus < 0 {
            sync.missing = min(-surplus, Self.burst)
            expectations[sync.owner.uid, default: Expectations()].begin(now: now)
            return create(sync)
        }
        let doomed = SurplusOrder.first(min(surplus, Self.burst), of: sync.pods, kin: kin(of: sync.owner))
        expectations[sync.owner.uid, default: Expectations()].begin(deleting: doomed.map(\.uid), now: now)
        let intents = doomed.map { Intent.delete(.pods, $0.key, DeletionRequest(uid: $0.uid)) }
        return suspend(sync, intents, until: .deleted)
    }

    /// The pods of all that the same object controls.
    private func kin(of owner: KubeObject) -> [KubeObject] {
        guard let controller = owner.controller else { return [] }
        return owners.objects(of: controller.uid).flatMap { pods.objects(of: $0.uid) }
    }

    private mutating func create(_ sync: ReplicaSync) -> Plan<ObjectKey> {
        let pod = PodTemplate.pod(of: sync.owner, row.kind)
        let count = min(sync.batch, sync.missing)
        return suspend(sync, Array(repeating: .create(.pods, pod), count: count), until: .created)
    }

    private mutating func created(_ sync: ReplicaSync, _ progress: Progress, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        for outcome in progress.outcomes {
            switch outcome.answer {
            case .object(let pod):
                expectations[sync.owner.uid]?.made(pod.uid)
                sync.events.append(
                    EventNote(sync.owner, .normal, reason: "SuccessfulCreate", "Created pod: \(pod.name)"))
            case .failed(let error) where !error.isNamespaceTerminating:
                sync.fail(error, "FailedCreate", "Error creating: \(error.message)")
            default: break
            }
        }
        sync.missing -= progress.outcomes.count
        sync.batch *= 2
        if sync.missing > 0, progress.failures.isEmpty { return create(sync) }
        expectations[sync.owner.uid]?.end()
        return report(sync, now: now)
    }

    private mutating func deleted(_ sync: ReplicaSync, _ progress: Progress, now: UnixTime) -> Plan<ObjectKey> {
        var sync = sync
        for outcome in progress.outcomes {
            guard case .delete(_, let key, let request) = outcome.intent else { continue }
            guard let error = outcome.error else {
                sync.events.append(
                    EventNote(sync.owner, .normal, reason: "SuccessfulDelete", "Deleted pod: \(key.name)"))
                continue
            }
            expectations[sync.owner.uid]?.spared(request.uid)
            if outcome.isFailure { sync.fail(error, "FailedDelete", "Error deleting: \(error.message)") }
        }
        expectations[sync.owner.uid]?.end()
        return report(sync, now: now)
    }

    private mutating func report(_ sync: ReplicaSync, now: UnixTime) -> Plan<ObjectKey> {
        var (sync, changed) = (sync, sync.owner)
        let status = ReplicaStatus.status(of: sync.owner, pods: sync.pods, failure: sync.failure, now: now)
        if sync.owner["status"]?.object == status { return finish(&sync, now: now) }
        changed["status"] = .object(status)
        return suspend(sync, [.update(row.kind, changed, subresource: "status")], until: .reported)
    }

    /// Failures are tried again; else the next look comes with news, or when time alone changes something.
    private func finish(_ sync: inout ReplicaSync, now: UnixTime) -> Plan<ObjectKey> {
        let events = sync.takeEvents()
        if sync.failure != nil { return Plan(events: events, then: .retry) }
        let expiry = expectations[sync.owner.uid]?.expiry.map { now.duration(until: $0) + .seconds(1) }
        let change = ReplicaStatus.nextChange(of: sync.owner, pods: sync.pods, now: now)
        let next = [expiry, change].compactMap { $0 }.min()
        return Plan(events: events, then: next.map { .again(after: $0) } ?? .finished)
    }
}
