public import ClusterBase
public import ClusterModel
internal import MarathonModel
internal import ResourceModel

/// Why an offer was not used for an app, in the order in which the queue reports it (spec `marathon` §1.7).
public enum RejectReason: String, Hashable, Sendable, CaseIterable {
    /// Offered to another role, or reserved for one.
    case role = "UnfulfilledRole"
    /// Against a constraint.
    case constraint = "UnfulfilledConstraint"
    /// Without the reservation the instance needs.
    case reservation = "NoCorrespondingReservationFound"
    /// The agent is about to be maintained.
    case maintenance = "AgentMaintenance"
    /// Too few CPUs.
    case cpus = "InsufficientCpus"
    /// Too little memory.
    case memory = "InsufficientMemory"
    /// Too little disk.
    case disk = "InsufficientDisk"
    /// Too few GPUs.
    case gpus = "InsufficientGpus"
    /// The ports are not there.
    case ports = "InsufficientPorts"
    /// Has GPUs and the app wants none.
    case scarce = "DeclinedScarceResources"
}

/// An offer while instances are put on it.
struct OfferInUse {
    let offer: Offer
    let placement: Placement
    var remaining: Resources
    var tasks: [TaskInfo] = []

    init(_ offer: Offer) {
        (self.offer, placement) = (offer, Placement(offer))
        remaining = offer.resources.filter { !$0.isRevocable && !$0.isShared }
    }
}

/// Puts one instance on one offer, if everything holds (spec `marathon` §5.3).
struct OfferMatcher {
    var app: AppSpec
    var role: String
    /// Where the app's up-to-date instances are.
    var placed: [Placement]
    var environmentPrefix: String

    /// Takes the instance's share out of the offer and adds its task; or says why not and changes nothing.
    func place(
        _ taskID: TaskID, on use: inout OfferInUse, now: Instant, random: inout SeededRandom
    ) -> Result<PortAssignment, MatchFailure> {
        guard use.offer.role == role else { return .failure(MatchFailure(.role)) }
        let accepted = app.acceptedResourceRoles
        let usable = use.remaining.filter { accepted?.contains($0.role) ?? true }
        guard app.constraints.allSatisfy({ $0.accepts(use.placement, beside: placed) }) else {
            return .failure(MatchFailure(.constraint))
        }
        if let window = use.offer.unavailability, isInside(window, now) { return .failure(MatchFailure(.maintenance)) }
        for (name, amount, reason) in needs where usable.scalar(name) < Scalar(amount) {
            return .failure(MatchFailure(usable.isEmpty ? .role : reason))
        }
        guard let ports = PortAssignment.choose(for: app, from: usable.ports, random: &random) else {
            return .failure(MatchFailure(.ports))
        }
        var wanted = Resources(needs.map { Resource.scalar($0.name, $0.amount) })
        let numbers = ports.published.map { UInt64($0)...UInt64($0) }
        if !numbers.isEmpty { wanted.add(.ranges("ports", numbers)) }
        guard let share = usable.find(wanted) else { return .failure(MatchFailure(.cpus)) }
        use.remaining -= share
        let builder = TaskBuilder(
            app: app, taskID: taskID, hostname: use.offer.hostname, agentID: use.offer.agentID, ports: ports,
            resources: share, environmentPrefix: environmentPrefix)
        use.tasks.append(builder.task)
        return .success(ports)
    }

    private var needs: [(name: String, amount: Double, reason: RejectReason)] {
        [
            ("cpus", app.cpus, .cpus), ("mem", app.mem, .memory), ("disk", app.disk, .disk),
            ("gpus", Double(app.gpus), .gpus),
        ].filter { $0.amount > 0 }
    }

    private func isInside(_ window: Unavailability, _ now: Instant) -> Bool {
        guard window.start <= now else { return false }
        return window.duration.map { now < window.start + $0 } ?? true
    }
}

/// Why an offer does not do.
struct MatchFailure: Error {
    var reason: RejectReason
    init(_ reason: RejectReason) { self.reason = reason }
}

/// How an app fares with the offers it is shown, for the queue.
public struct OfferStatistics: Hashable, Sendable {
    /// Offers looked at.
    public private(set) var processed = 0
    /// Offers not used.
    public private(set) var unused = 0
    /// When an offer was last not used.
    public private(set) var lastUnused: Instant?
    /// When an offer was last used.
    public private(set) var lastUsed: Instant?
    /// Offers refused since the launch attempt began, by reason.
    public private(set) var attempt: [RejectReason: Int] = [:]
    /// The latest verdict per agent; nil = used.
    public private(set) var latest: [AgentID: RejectReason?] = [:]

    mutating func note(_ reason: RejectReason?, agent: AgentID, now: Instant) {
        processed += 1
        latest[agent] = .some(reason)
        if let reason {
            unused += 1
            lastUnused = now
            attempt[reason, default: 0] += 1
        } else {
            lastUsed = now
        }
    }
}
