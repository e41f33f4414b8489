internal import AccessControl
internal import ClusterBase
internal import HTTPTransport
internal import NIOConcurrencyHelpers
internal import NIOCore

/// Lets calls of schedulers through at the rates of `--rate_limits` (decision 0016).
///
/// Calls of one principal pass in the order in which they came; one event loop lets go of those that wait, so that
/// equal times keep their order. Any thread may call.
final class CallLimiter: Sendable {
    private let gate: NIOLockedValueBox<RateGate>?
    private let timer: any EventLoop
    private let clock = ServiceClock()
    private let drops = NIOLockedValueBox<[String: UInt64]>([:])
    /// Dropped calls of this many principals are counted.
    private static let countedLimit = 10_000

    init(_ limits: RateLimits?, timer: any EventLoop) {
        let gate = limits.map { RateGate($0) }
        self.gate = gate.flatMap { $0.isOpen ? nil : NIOLockedValueBox($0) }
        self.timer = timer
    }

    /// Has a call go through now or at its time; answers it in its place when too many wait.
    func pass(_ principal: String?, call name: String, _ reply: Reply, _ action: @escaping @Sendable (Reply) -> Void) {
        guard let gate else { return action(reply) }
        let now = clock.now
        // The timer is set inside, or calls that come at one time could be let go in another order.
        let decision = gate.withLockedValue { gate in
            let decision = gate.take(principal, now: now)
            if case .wait(let turn) = decision {
                timer.scheduleTask(in: .nanoseconds((turn - now).totalNanoseconds)) { action(reply) }
            }
            return decision
        }
        switch decision {
        case .pass: action(reply)
        case .wait: break
        case .drop(let capacity):
            if let principal { countDrop(of: principal) }
            reply.send(.error(.tooManyRequests, "Message \(name) dropped: capacity(\(capacity)) exceeded"))
        }
    }

    /// How many calls were dropped, by principal.
    var dropped: [String: UInt64] { drops.withLockedValue { $0 } }

    private func countDrop(of principal: String) {
        drops.withLockedValue { drops in
            guard drops.count < Self.countedLimit || drops[principal] != nil else { return }
            drops[principal, default: 0] += 1
        }
    }
}
