internal import ClusterBase
package import ClusterModel
package import MasterCore

/// A fault that comes again and again until the simulation heals.
public struct Fault: Hashable, Sendable {
    /// What goes wrong.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// A connection between two parties breaks; some of what is under way on it is lost.
        case breakLink
        /// Nothing passes between two parties for a while.
        case partition
        /// The leading master's process ends.
        case crashLeader
        /// The leader loses the election while its process runs on for a while.
        case deposeLeader
        /// An agent's process ends; its containers run on.
        case crashAgent
        /// An agent's machine restarts.
        case rebootAgent
        /// The registry refuses the next write.
        case failRegistryWrite
        /// A scheduler's process ends and comes back with its id and what it had written down.
        case crashScheduler
        /// A container ends for no reason.
        case killContainer
    }

    /// What goes wrong.
    public var kind: Kind
    /// Mean time between two of them.
    public var meanInterval: Duration

    /// Makes a fault.
    public init(_ kind: Kind, meanInterval: Duration) { (self.kind, self.meanInterval) = (kind, meanInterval) }
}

/// What a simulated cluster consists of and what it goes through; a seed decides everything that is not set.
public struct SimulationPlan: Sendable {
    /// A world that breaks its promises, to prove that the checks find out.
    public enum Sabotage: Hashable, Sendable, CaseIterable {
        /// A launch is also carried out by a second agent.
        case doubledLaunches
        /// Agents' disks confirm status updates and do not keep them.
        case forgetfulDisk
        /// Stopped containers are reported as ended and run on.
        case leakyContainers
        /// Agents are told of acknowledgements that no scheduler gave.
        case forgedAcknowledgements
        /// Launches disappear on connections that stand.
        case swallowedLaunches
    }

    /// Decides everything left to chance.
    public var seed: UInt64
    /// How many masters stand for election.
    public var masters: Int
    /// How many agents.
    public var agents: Int
    /// How many frameworks.
    public var frameworks: Int
    /// How many tasks each framework launches at most.
    public var tasksPerFramework: Int
    /// How long there are faults and new tasks.
    public var duration: Duration
    /// How long the cluster may take afterwards until everything is as it should be.
    public var settlingTime = Duration.seconds(1200)
    /// Share of messages that take their connection with them, 0...1.
    public var lossRatio: Double
    /// What goes wrong, and how often.
    public var faults: [Fault]
    /// A promise that the world breaks; nil in an honest world.
    public var sabotage: Sabotage?
    /// Every how many steps of a core its own invariants are checked; they are always checked at the end.
    public var checkInterval = 16

    /// What an operator limits the role `*` to, if anything; told to every master that leads.
    package var limits: QuotaConfig?
    package var masterConfiguration = MasterConfiguration()

    /// Draws a plan: some runs are quiet, some go through everything at once.
    public init(seed: UInt64) {
        var random = SeededRandom(seed: seed &* 0x9e37_79b9 ^ 0x51_7cc1)
        self.seed = seed
        masters = 1 + random.below(3)
        agents = 2 + random.below(4)
        frameworks = 1 + random.below(3)
        tasksPerFramework = 10 + random.below(30)
        duration = .seconds(90 + random.below(120))
        lossRatio = random.chance(0.5) ? 0 : random.unit() * 0.01
        let violence = 0.3 + random.unit()
        faults = Fault.Kind.allCases.compactMap { kind in
            guard random.chance(0.6) else { return nil }
            return Fault(kind, meanInterval: .fractionalSeconds((15 + random.unit() * 60) / violence))
        }
        masterConfiguration.agentPingTimeout = .seconds(5 + random.below(6))
        masterConfiguration.maxAgentPingTimeouts = 3
        masterConfiguration.agentReregisterTimeout = .seconds(30 + random.below(60))
        if random.chance(0.3) { masterConfiguration.offerTimeout = .seconds(5) }
        if random.chance(0.3) {
            masterConfiguration.agentRemovalRateLimit = .init(count: 1, period: .seconds(10))
        }
        if random.chance(0.3) {
            let cpus = 2 + random.below(4)
            limits = QuotaConfig(role: "*", limits: ["cpus": Double(cpus), "mem": Double(cpus * 1024)])
        }
    }
}
