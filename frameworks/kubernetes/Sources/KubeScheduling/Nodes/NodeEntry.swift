internal import ClusterBase
internal import ClusterModel
internal import KubeModel
internal import OrderedCollections
internal import ResourceModel

/// A node and its agent, as the scheduler knows them; numbers that placement needs often are in its `NodeGauge`.
struct NodeEntry: Sendable {
    /// Whether an executor of ours runs on the agent.
    enum Executor: Sendable {
        case absent
        /// With the description that it was started with, where that is known.
        case present(ExecutorInfo?)

        var isPresent: Bool { if case .present = self { true } else { false } }
    }

    /// An offer that is neither used nor given back.
    struct HeldOffer: Sendable {
        var offer: Offer
        var since: Instant
    }

    let name: String
    /// What the node's object says, completed by what the agent's offers say.
    var facts: NodeFacts
    /// Whether the node has an object, and what that says alone.
    var hasObject = false
    var objectFacts: NodeFacts?
    /// Labels that the agent's attributes mean.
    var attributes: [LabelPair] = []

    /// The agent; nil while none is known.
    var agent: AgentID?
    var hostname = ""
    var address = ""
    /// Whether the master said that the agent is gone.
    var isLost = false
    var executor = Executor.absent
    /// Whether the executor ended in a way that may have left containers behind.
    var needsSweep = false
    /// Until when that is tried.
    var sweepUntil = Instant.epoch
    /// What was last written down on the node about its executor.
    var writtenMemo = ""
    /// Tasks that were launched on the agent and have not ended.
    var liveTasks = 0

    var offers: [HeldOffer] = []
    var offeredPorts = ValueRanges()
    /// What is offered and not promised.
    var freePorts = ValueRanges()

    /// Pods that are placed here and whose task is not launched, in the order in which they came.
    var pending = OrderedSet<Int>()
    /// How many of them wait for an answer to a write.
    var inFlight = 0
    /// Until when a launch waits for those; nil while none is bound.
    var gathersUntil: Instant?

    var hostPorts: [HostPort: Int] = [:]
    var disks: [PodDisk] = []

    init(name: String) {
        self.name = name
        facts = NodeFacts(name: name)
    }

    /// Whether it is a node that pods can be meant for.
    var isCounted: Bool { hasObject || (agent != nil && !isLost) }

    /// Whether somebody else may not take its name.
    var isAlive: Bool {
        agent != nil && (!offers.isEmpty || liveTasks > 0 || !pending.isEmpty || (hasObject && facts.isReady))
    }

    /// The taints that count now: where no executor runs, silence is no reason, for the first pod starts one.
    var effectiveTaints: [Taint] {
        guard !executor.isPresent, !offers.isEmpty else { return facts.taints }
        return facts.taints.filter { !Taint.lost.contains($0.key) }
    }
}
