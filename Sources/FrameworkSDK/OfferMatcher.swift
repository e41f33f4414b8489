public import ClusterBase
public import ClusterModel
public import ResourceModel

/// Places tasks on offers.
///
/// Pure helpers: they decide, and the caller sends the calls.
public enum OfferMatcher {
    /// Accepts offers for the tasks of a queue, in order, each task on the first offer that has room; declines the
    /// rest.
    ///
    /// The resources of a queued task are quantities (see `TaskInfo.command`); which of the offer's reserved,
    /// unreserved
    /// or allocated resources serve them is filled in here, as is the agent. Placed tasks leave the queue. A task
    /// whose executor does not run on the agent yet needs room for both. One call per accepted offer and one for the
    /// declined ones. O(offers × tasks).
    public static func firstFit(
        _ offers: [Offer], _ queue: inout [TaskInfo], filters: Filters = Filters()
    ) -> [SchedulerCall] {
        var calls: [SchedulerCall] = []
        var declined: [OfferID] = []
        var started: [AgentID: [ExecutorID]] = [:]
        for offer in offers {
            var room = OfferRoom(offer)
            room.executors += started[offer.agentID] ?? []
            var placed: [TaskInfo] = []
            queue.removeAll { task in
                guard let fitted = room.place(task) else { return false }
                placed.append(fitted)
                return true
            }
            if placed.isEmpty {
                declined.append(offer.id)
            } else {
                started[offer.agentID] = room.executors
                calls.append(.accept(offers: [offer.id], operations: [.launch(placed)], filters: filters))
            }
        }
        if !declined.isEmpty { calls.append(.decline(offers: declined, filters: filters)) }
        return calls
    }
}

/// What is left of an offer while tasks are placed on it.
public struct OfferRoom: Hashable, Sendable {
    /// Resources picked from an offer.
    public struct Pick: Hashable, Sendable {
        /// They, as they stand in the offer (with reservations and allocation).
        public var resources: Resources
        /// The ports picked by `ports`, ascending; not those that were asked for by number.
        public var ports: [UInt64]
    }

    /// The offer.
    public let offer: Offer
    /// What is left of it.
    public private(set) var rest: Resources
    /// The framework's executors that run on the agent or were placed there.
    public var executors: [ExecutorID]

    /// Starts with the whole offer.
    public init(_ offer: Offer) {
        (self.offer, self.rest, self.executors) = (offer, offer.resources, offer.executorIDs)
    }

    /// Picks quantities and a number of any ports, reserved resources first; nil, and nothing taken, without room.
    public mutating func take(_ wanted: Resources, ports count: Int = 0) -> Pick? {
        guard var found = rest.find(wanted) else { return nil }
        var left = rest - found
        var ports: [UInt64] = []
        if count > 0 {
            ports = left.ports.prefix(count)
            let wanted = Resources([Resource.ranges("ports", ports.map { $0...$0 })])
            guard ports.count == count, let picked = left.find(wanted) else { return nil }
            found += picked
            left -= picked
        }
        rest = left
        return Pick(resources: found, ports: ports)
    }

    /// Places a task whose resources are quantities: the same task with the agent and the offer's resources filled
    /// in; nil without room.
    public mutating func place(_ task: TaskInfo) -> TaskInfo? {
        var trial = self
        guard let own = trial.take(task.resources) else { return nil }
        var placed = task
        placed.agentID = offer.agentID
        placed.resources = own.resources
        if var executor = task.executor {
            if !executors.contains(executor.id) {
                guard let extra = trial.take(executor.resources) else { return nil }
                executor.resources = extra.resources
                trial.executors.append(executor.id)
            }
            placed.executor = executor
        }
        self = trial
        return placed
    }
}
