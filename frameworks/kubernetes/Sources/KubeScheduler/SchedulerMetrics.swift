internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import KubeCore
internal import KubeModel

/// What a scheduler has done, for `/metrics`; names are upstream's where upstream has them.
struct SchedulerMetrics: Sendable {
    private static let bounds = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8, 16]
    /// Pods whose time is taken at most.
    private static let timedLimit = 100_000

    private var bound = 0
    private var bindingFailures = 0
    private var launched = 0
    private var accepted = 0
    private var declined = 0
    private var received = 0
    private var binding = Histogram(bounds: Self.bounds)
    private var pending = Histogram(bounds: Self.bounds)
    /// Since when pods are known to wait, by the names of their tasks.
    private var waiting: [String: Instant] = [:]

    /// Takes the time of a pod that begins to wait, and forgets it when the pod goes.
    mutating func observe(_ delta: ObjectDelta, now: Instant) {
        let pod = delta.object
        let name = PoolNames.taskName(pod: pod.name, namespace: pod.namespace)
        switch delta {
        case .added where pod.text("spec", "nodeName").isEmpty:
            if waiting.count < Self.timedLimit { waiting[name] = now }
        case .deleted: waiting[name] = nil
        case .added, .changed: break
        }
    }

    /// Counts the offers of an event.
    mutating func observe(_ event: SchedulerEvent) {
        if case .offers(let offers) = event { received += offers.count }
    }

    /// Counts what a call does.
    mutating func observe(_ call: SchedulerCall, now: Instant) {
        switch call {
        case .accept(let offers, let operations, _):
            accepted += offers.count
            for case .launch(let tasks) in operations.map(\.action) {
                launched += tasks.count
                for task in tasks {
                    guard let since = waiting.removeValue(forKey: task.name) else { continue }
                    pending.record((now - since).totalSeconds)
                }
            }
        case .decline(let offers, _): declined += offers.count
        default: break
        }
    }

    /// Counts a binding and how long it took.
    mutating func bound(_ outcome: Outcome, after duration: Duration) {
        binding.record(duration.totalSeconds)
        if outcome.isFailure { bindingFailures += 1 } else { bound += 1 }
    }

    /// Appends everything as text.
    func write(to text: inout PrometheusWriter) {
        text.family(
            "scheduler_schedule_attempts_total", .counter, "Bindings written, by whether the API server took them.")
        text.sample("scheduler_schedule_attempts_total", "result=\"error\"", Double(bindingFailures))
        text.sample("scheduler_schedule_attempts_total", "result=\"scheduled\"", Double(bound))
        text.family("scheduler_binding_duration_seconds", .histogram, "Time a binding takes at the API server.")
        binding.write(to: &text, "scheduler_binding_duration_seconds")
        text.family(
            "k8sm_pod_launch_duration_seconds", .histogram,
            "Time from the first news of a pod without a node to the launch of its task.")
        pending.write(to: &text, "k8sm_pod_launch_duration_seconds")
        text.single("k8sm_tasks_launched_total", .counter, "Tasks launched.", Double(launched))
        text.single("k8sm_offers_received_total", .counter, "Offers received.", Double(received))
        text.single("k8sm_offers_accepted_total", .counter, "Offers accepted.", Double(accepted))
        text.single("k8sm_offers_declined_total", .counter, "Offers declined.", Double(declined))
    }
}
