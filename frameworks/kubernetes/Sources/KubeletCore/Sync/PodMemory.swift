internal import KubeModel

/// What the node learnt of a pod beside what the runtime can tell.
struct PodMemory: Sendable {
    /// Why a container was not started, and when it is tried again.
    struct Failure {
        var failure: StartFailure
        /// The specification that failed: another is tried at once.
        var specHash: String
        var retryAt: UnixTime
    }

    /// What the node made of the pod for good.
    struct Verdict {
        var phase: PodPhase
        var reason = ""
        var message = ""
        /// How long containers may take to end; nil = as the pod says.
        var grace: Duration?
        /// Whether containers' statuses are left out, as the pod's own reason says all.
        var hidesContainers = false
    }

    /// What to tell people, in order.
    var events: [PodEvent] = []
    /// Why the node stops it, if it does.
    var stop: PodStop?
    /// Whether the API object is gone.
    var isObjectGone = false
    /// How the pod ended.
    var verdict: Verdict?
    /// The time of the last call that told it.
    var now: UnixTime
    /// Whether the runtime has been looked at.
    var hasObserved = false
    /// When the node took it on.
    var startTime: UnixTime
    /// The last address it had.
    var address: String
    /// Since when each condition has its status.
    var conditions: [String: (status: String, since: UnixTime)] = [:]

    /// The newest known run of each container, also where the runtime no longer has it.
    var known: [String: RuntimeContainer]
    /// The runs before those, where the runtime no longer has them.
    var older: [String: RuntimeContainer]
    /// Runs that the runtime lost while they should have been there.
    var lost: Set<String>
    /// Containers' last words by id.
    var words: [String: String]
    /// Starts that failed, by container.
    var failures: [String: Failure] = [:]
    /// Runs that were stopped to be followed by another whatever the policy says, by container.
    var owed: [String: String] = [:]
    /// Runs that are being stopped by the node, and were announced.
    var killed: Set<String> = []
    /// Runs whose hook before the stop was begun.
    var hooked: Set<String> = []
    /// Runs whose hook after the start failed.
    var failedHooks: Set<String> = []
    /// Runs whose wait was announced, by container.
    var announced: [String: String] = [:]
    /// Runs whose end made the back-off grow, by container.
    var counted: [String: String] = [:]
    /// Delays between runs, by container and specification.
    var backOff: BackOffTable
    /// Delays between pulls, by image.
    var pullBackOff: BackOffTable
    /// When pulls began, by container.
    var pulls: [String: UnixTime] = [:]

    /// The number of the last sandbox.
    var sandboxAttempt = -1
    /// The sandbox whose loss was announced.
    var announcedSandbox = ""
    /// When a sandbox is tried again.
    var sandboxRetry: UnixTime?
    /// When stopping and removing are tried again.
    var cleanRetry: UnixTime?
    /// When volumes are tried again.
    var volumesRetry: UnixTime?
    /// The delay before that.
    var volumesDelay = Duration.zero
    /// When volumes were last brought up to date.
    var mountedAt: UnixTime?
    /// The address the pod had then.
    var mountedAddress = ""
    /// Whether labels or annotations, which files may tell, have changed since volumes were last brought up to date.
    var hasNewMetadata = false
    /// Whether volumes were taken away.
    var isUnmounted = false

    init(_ view: PodView, settings: PodSyncSettings, now: UnixTime) {
        backOff = BackOffTable(first: settings.firstBackOff, longest: settings.longestBackOff)
        pullBackOff = BackOffTable(first: settings.firstBackOff, longest: settings.longestBackOff)
        self.now = now
        let record = RecordedStatus(view.object)
        (startTime, address) = (record.startTime ?? now, record.address)
        (known, older) = (record.runs, record.olderRuns)
        (words, lost) = (record.words, record.lost)
        conditions = record.conditions
        if let phase = view.recordedPhase, phase.isFinal { verdict = record.verdict(phase) }
    }

    /// Forgets what is about runs that are no longer there.
    mutating func forget(except ids: Set<String>) {
        killed.formIntersection(ids)
        hooked.formIntersection(ids)
        failedHooks.formIntersection(ids)
        lost.formIntersection(ids)
        words = words.filter { ids.contains($0.key) }
    }
}
