package import ClusterBase

/// A party on the virtual network.
package enum SimulatedNode: Hashable, CustomStringConvertible {
    case master(Int)
    case agent(Int)
    case framework(Int)

    /// `m0`, `a3`, `f1`.
    package var description: String {
        switch self {
        case .master(let index): "m\(index)"
        case .agent(let index): "a\(index)"
        case .framework(let index): "f\(index)"
        }
    }
}

/// Connections between parties, with delays of their own and faults.
///
/// As with TCP, a message is lost only with everything that was sent after it on the same connection; a new connection
/// may overtake what is still under way on the old one.
package final class SimulatedNetwork {
    private struct Pair: Hashable {
        let one: SimulatedNode
        let other: SimulatedNode
    }

    /// One direction of a connection: in order, until it breaks.
    package final class Connection {
        let from: SimulatedNode
        let to: SimulatedNode
        var floor: Instant
        var sent = 0
        var delivered = 0
        var lastGood = Int.max
        /// Whether it takes no more messages.
        package private(set) var isBroken = false
        /// What the sender does when it finds out that the connection broke.
        var onBreak: (() -> Void)?

        init(from: SimulatedNode, to: SimulatedNode, floor: Instant) {
            (self.from, self.to, self.floor) = (from, to, floor)
        }

        /// Whether nothing more will come of it.
        var isSpent: Bool { isBroken && delivered >= min(sent, lastGood) }

        func close(keeping lastGood: Int) {
            isBroken = true
            self.lastGood = min(self.lastGood, lastGood)
        }
    }

    private let clock: SimulationClock
    private var random: SeededRandom
    private var cuts: [Pair: Instant] = [:]
    private var connections: [Connection] = []
    /// Share of messages that take their connection with them, 0...1.
    package var lossRatio = 0.0
    /// Longest usual delay of a message.
    package var latency = Duration.milliseconds(20)
    /// Share of messages that take ten times as long, 0...1.
    package var slowRatio = 0.02
    /// How many messages never arrived.
    package private(set) var lost = 0
    /// How many connections broke.
    package private(set) var broken = 0

    /// Whether a party's process runs; connections to others are refused.
    package var isUp: (SimulatedNode) -> Bool = { _ in true }

    /// Makes a network without faults.
    package init(clock: SimulationClock, random: SeededRandom) { (self.clock, self.random) = (clock, random) }

    /// Opens one direction of a connection.
    package func connect(_ from: SimulatedNode, _ to: SimulatedNode, onBreak: (() -> Void)? = nil) -> Connection {
        let connection = Connection(from: from, to: to, floor: clock.now)
        connection.onBreak = onBreak
        connections.append(connection)
        if isCut(from, to) {
            end(connection, keeping: 0, noticedWithin: .seconds(10))
        } else if !isUp(to) {
            end(connection, keeping: 0, noticedWithin: .milliseconds(100))
        }
        return connection
    }

    /// Sends a message; `deliver` runs at the receiver unless it is lost.
    package func send(on connection: Connection, _ deliver: @escaping () -> Void) {
        connection.sent += 1
        guard !connection.isBroken else {
            lost += 1
            return
        }
        if random.chance(lossRatio) { end(connection, keeping: connection.sent - 1, noticedWithin: .seconds(5)) }
        connection.floor = max(connection.floor, clock.now + delay())
        let number = connection.sent
        clock.at(connection.floor) { [self] in
            guard number <= connection.lastGood else {
                lost += 1
                return
            }
            connection.delivered = number
            deliver()
        }
    }

    /// A delay as messages have it.
    package func delay() -> Duration {
        let usual = Duration.microseconds(200) + random.duration(below: latency)
        return random.chance(slowRatio) ? usual * 10 : usual
    }

    /// Whether nothing passes between two parties.
    package func isCut(_ one: SimulatedNode, _ other: SimulatedNode) -> Bool {
        [Pair(one: one, other: other), Pair(one: other, other: one)].contains {
            cuts[$0].map { $0 > clock.now } ?? false
        }
    }

    // MARK: Faults

    /// Breaks what stands between two parties; some of what is under way still arrives.
    package func breakConnections(between one: SimulatedNode, and other: SimulatedNode) {
        for connection in standing(one, other) {
            let underWay = connection.sent - connection.delivered
            end(connection, keeping: connection.delivered + random.below(underWay + 1), noticedWithin: .seconds(5))
        }
    }

    /// Lets nothing pass for a while: connections either break or stall until it is over.
    package func cut(_ one: SimulatedNode, _ other: SimulatedNode, for duration: Duration) {
        let end = clock.now + duration
        cuts[Pair(one: one, other: other)] = end
        let stalls = random.chance(0.3)
        for connection in standing(one, other) {
            if stalls {
                connection.floor = max(connection.floor, end)
            } else {
                self.end(connection, keeping: connection.delivered, noticedWithin: .seconds(10))
            }
        }
    }

    /// A party's process ended: its connections end with it, and the others notice soon.
    package func processEnded(_ node: SimulatedNode) {
        for connection in connections where connection.from == node || connection.to == node {
            if connection.from == node { connection.onBreak = nil }
            // What a dead process had sent may still arrive, unless it stalls; what was sent to it may not.
            let stalls = connection.floor > clock.now + latency * 20
            let keeping = connection.from == node && !stalls ? connection.sent : connection.delivered
            if connection.isBroken { connection.close(keeping: keeping) }
            end(connection, keeping: keeping, noticedWithin: .milliseconds(200))
        }
    }

    /// Ends a connection without a word to anybody; what is under way still arrives.
    package func close(_ connection: Connection) {
        connection.onBreak = nil
        connection.close(keeping: .max)
    }

    /// Ends all cuts and losses.
    package func heal() {
        cuts = [:]
        (lossRatio, slowRatio) = (0, 0)
    }

    private func standing(_ one: SimulatedNode, _ other: SimulatedNode) -> [Connection] {
        connections.removeAll(where: \.isSpent)
        return connections.filter {
            !$0.isBroken && (($0.from == one && $0.to == other) || ($0.from == other && $0.to == one))
        }
    }

    private func end(_ connection: Connection, keeping lastGood: Int, noticedWithin bound: Duration) {
        guard !connection.isBroken else { return }
        broken += 1
        connection.close(keeping: lastGood)
        guard connection.onBreak != nil else { return }
        clock.after(random.duration(below: bound)) {
            connection.onBreak?()
            connection.onBreak = nil
        }
    }
}
