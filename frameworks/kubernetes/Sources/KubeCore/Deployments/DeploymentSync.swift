internal import ClusterBase
internal import KubeModel

/// The work on one deployment, from one look at the caches: what it wrote is taken in as it goes.
struct DeploymentSync: Sendable {
    /// What is done in this round.
    enum Mode: Sendable {
        /// Pods are replaced bit by bit.
        case rolling
        /// The old pods go before the new ones come.
        case recreating
        /// Only sizes follow the deployment's: it is paused, or its number of pods changed.
        case sizing
        /// The template of an earlier revision is brought back.
        case rollingBack
    }

    /// The deployment as it was.
    let original: KubeObject
    /// The deployment as it will be written: status, and the revision among the annotations.
    var deployment: KubeObject
    /// The numbers of its spec.
    let numbers: DeploymentNumbers
    /// Its replica sets, and those to take and let go.
    var claim: OwnershipClaim
    /// What is done.
    var mode = Mode.rolling
    /// Whether a failure is told and the key tried again.
    var mustRetry = false
    /// What to tell people with the next plan.
    var events: [EventNote] = []

    init(_ deployment: KubeObject, claim: OwnershipClaim) {
        (original, self.deployment, self.claim) = (deployment, deployment, claim)
        numbers = DeploymentNumbers(deployment)
    }

    /// The replica sets, the oldest first.
    private(set) var all: [KubeObject] = []
    private var currentUID: String?

    /// The replica set of the present template; the oldest one, if there are several.
    var current: KubeObject? { all.first { $0.uid == currentUID } }
    /// The other replica sets, the oldest first.
    var old: [KubeObject] { all.filter { $0.uid != currentUID } }

    /// Takes replica sets in, new ones and new states.
    mutating func take(_ sets: [KubeObject]) {
        let uids = Set(sets.map(\.uid))
        all.removeAll { uids.contains($0.uid) }
        all += sets
        all.sort { $0.isOlder(than: $1) }
        let template = TemplateHash.bare(deployment["spec", "template"])
        currentUID = all.first { TemplateHash.bare($0["spec", "template"]) == template }?.uid
    }

    var isPaused: Bool { deployment.flag("spec", "paused") }

    /// The revision to return to; nil when none is asked for, 0 for the one before the present.
    var rollbackRevision: Int64? {
        deployment.annotation(DeploymentNames.rollback).flatMap { Int64($0) }
    }

    /// Whether the number of pods changed since the replica sets were sized.
    var isScaled: Bool {
        all.contains { $0.size > 0 && $0.desiredSize.map { $0 != numbers.replicas } ?? false }
    }

    mutating func note(_ reason: String, _ message: String) {
        events.append(EventNote(original, .normal, reason: reason, message))
    }

    mutating func warn(_ reason: String, _ message: String) {
        events.append(EventNote(original, .warning, reason: reason, message))
    }

    mutating func takeEvents() -> [EventNote] {
        defer { events = [] }
        return events
    }
}
