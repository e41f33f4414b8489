internal import HTTPTransport
internal import KubeModel
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// The requests that are being worked on: how many there may be, and how long (spec `kubernetes/02` §2.18).
///
/// Deadlines are looked at once a second, and only while requests are under way: an idle server has no timer.
final class Inflight: Sendable {
    /// Stands for a request under way.
    struct Ticket: Sendable {
        fileprivate let id: UInt64
        fileprivate let isMutating: Bool
    }

    fileprivate struct Entry {
        var deadline: NIODeadline
        var expire: @Sendable () -> Void
    }

    fileprivate struct State {
        var counts = (reads: 0, writes: 0)
        var nextID: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
        var isSweeping = false
    }

    private let limits: (reads: Int, writes: Int)
    private let timeout: TimeAmount
    private let state = NIOLockedValueBox(State())

    init(reads: Int, writes: Int, timeout: Duration) {
        (limits, self.timeout) = ((reads, writes), TimeAmount(timeout))
    }

    /// How many there are.
    var counts: (reads: Int, writes: Int) { state.withLockedValue { $0.counts } }

    /// Takes a request up; nil when there are too many. `expire` is called when it takes too long.
    func enter(isMutating: Bool, expire: @escaping @Sendable () -> Void) -> Ticket? {
        let (ticket, mustSweep) = state.withLockedValue { state -> (Ticket?, Bool) in
            guard isMutating ? state.counts.writes < limits.writes : state.counts.reads < limits.reads else {
                return (nil, false)
            }
            state.count(isMutating, 1)
            state.nextID += 1
            state.entries[state.nextID] = Entry(deadline: .now() + timeout, expire: expire)
            defer { state.isSweeping = true }
            return (Ticket(id: state.nextID, isMutating: isMutating), !state.isSweeping)
        }
        if mustSweep { scheduleSweep() }
        return ticket
    }

    /// The request is over; false when it took too long and `expire` was called.
    func leave(_ ticket: Ticket) -> Bool {
        state.withLockedValue { state in
            state.count(ticket.isMutating, -1)
            return state.entries.removeValue(forKey: ticket.id) != nil
        }
    }

    private func scheduleSweep() {
        MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: min(.seconds(1), timeout)) { self.sweep() }
    }

    private func sweep() {
        let now = NIODeadline.now()
        let (overdue, goesOn) = state.withLockedValue { state -> ([Entry], Bool) in
            let overdue = state.entries.filter { $0.value.deadline <= now }
            for id in overdue.keys { state.entries[id] = nil }
            state.isSweeping = !state.entries.isEmpty
            return (Array(overdue.values), state.isSweeping)
        }
        for entry in overdue { entry.expire() }
        if goesOn { scheduleSweep() }
    }
}

extension Inflight.State {
    fileprivate mutating func count(_ isMutating: Bool, _ step: Int) {
        if isMutating { counts.writes += step } else { counts.reads += step }
    }
}
