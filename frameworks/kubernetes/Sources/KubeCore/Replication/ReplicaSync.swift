internal import KubeModel

/// The work on one replication controller or replica set, from one look at the caches.
struct ReplicaSync: Sendable {
    /// The object as it was.
    let owner: KubeObject
    /// Its active pods.
    var claim: OwnershipClaim
    /// Whether all it did before was heard of, so that its pods may be counted.
    let mayChangePods: Bool
    /// Pods still to be made in this round.
    var missing = 0
    /// How many are made at a time: one, and twice as many after each success.
    var batch = 1
    /// Why pods could not be made or deleted: the first reason.
    var failure: APIError?
    /// What to tell people with the next plan.
    var events: [EventNote] = []

    var pods: [KubeObject] { claim.owned }

    /// How many pods it should have.
    var wanted: Int { Int(clamping: owner.integer("spec", "replicas") ?? 1) }

    /// Hands the events over.
    mutating func takeEvents() -> [EventNote] {
        defer { events = [] }
        return events
    }

    /// Notes that a pod could not be made or deleted.
    mutating func fail(_ error: APIError, _ reason: String, _ message: String) {
        if failure == nil { failure = error }
        events.append(EventNote(owner, .warning, reason: reason, message))
    }
}
