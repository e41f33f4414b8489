internal import ClusterBase
internal import ClusterModel
internal import KubeCore
public import KubeModel

extension PodScheduler {
    /// The tasks known, by pod.
    public var taskReports: [TaskReport] {
        tasks.values.sorted { ($0.key, $0.id) < ($1.key, $1.id) }.map { task in
            TaskReport(
                taskID: task.id, pod: task.key, agentID: task.agent, node: nodes[task.node].name,
                state: task.state?.wireName ?? "TASK_STAGING", resources: task.resources)
        }
    }

    /// The pods that wait, in the order in which they are tried.
    public var queueReports: [QueueReport] {
        let waiting = podKeys.compactMap { pods.number($0) }.filter {
            [.waiting, .binding, .bound].contains(pods[$0].phase)
        }
        let order = waiting.sorted {
            (-pods[$0].priority, pods[$0].sequence) < (-pods[$1].priority, pods[$1].sequence)
        }
        return order.map { number in
            let pod = pods[number]
            let message =
                switch pod.phase {
                case .binding: "binding"
                case .bound: "launching"
                default: pod.message
                }
            return QueueReport(
                pod: pod.key, message: message, attempts: pod.attempts,
                due: pod.phase == .waiting ? pod.due : nil)
        }
    }

    /// The pods known, in order.
    public var podKeys: [ObjectKey] { pods.keys }

    /// How many offers are held, for metrics and tests.
    public var heldOffers: Int { nodes.heldOffers }

    /// Whether the framework asked for no offers.
    public var isSuppressed: Bool { exchange.isSuppressed }

    /// Why a pod is where it is; nil when it is not known.
    ///
    /// - Complexity: O(nodes) for a pod that waits.
    public func explain(_ key: ObjectKey) -> PodExplanation? {
        guard let number = pods.number(key) else { return nil }
        let pod = pods[number]
        let node = pod.node >= 0 ? nodes[pod.node].name : pod.object.text("spec", "nodeName")
        var verdicts: [PodExplanation.Verdict] = []
        if pod.phase == .waiting {
            // What looking finds out about selections is kept for the next look; here it is not.
            var copy = self
            let context = copy.context(for: pod.shape)
            verdicts = nodes.all.filter { nodes[$0].isCounted }.map { number in
                PodExplanation.Verdict(node: nodes[number].name, reasons: copy.failures(of: context, on: number))
            }
            verdicts.sort { $0.node < $1.node }
        }
        return PodExplanation(state: pod.phase.rawValue, message: words(pod), node: node, verdicts: verdicts)
    }

    private func words(_ pod: PodEntry) -> String {
        switch pod.phase {
        case .ignored: "it is another scheduler's, being deleted, or a mirror of a static pod"
        case .waiting where pod.message.isEmpty: "it waits for offers"
        case .waiting: pod.message
        case .binding: "its binding is being written"
        case .bound where pod.node >= 0 && nodes[pod.node].agent == nil: "no agent stands for its node"
        case .bound: "it waits for an offer of its node's agent"
        case .launched: "its task is \(pod.task?.value ?? "")"
        case .ended: "its task has ended"
        }
    }
}
