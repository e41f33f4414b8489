internal import ClusterBase
public import KubeCore
internal import KubeModel
public import Logging
internal import Synchronization

/// Runs something while holding a lease.
public final class LeaderElector: Sendable {
    /// The lease could not be renewed in time, or somebody else holds it.
    public struct Lost: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// Waits between tries are up to this much longer, so that candidates do not go in step.
    private static let jitter = 1.2

    private let client: KubeClient
    private let timing: LeaseTiming
    private let key: ObjectKey
    private let election: Mutex<LeaderElection>
    private let logger: Logger

    /// Makes an elector that holds no lease.
    ///
    /// - Parameter client: one that neither repeats requests nor waits longer than two retry periods, so that a leader
    ///   that cannot reach the server knows it before its lease ends.
    public init(client: KubeClient, election: LeaderElection, logger: Logger) {
        (self.client, self.logger) = (client, logger)
        (timing, key) = (election.timing, election.key)
        self.election = Mutex(election)
    }

    /// Whether the lease is held now.
    public var isLeader: Bool {
        election.withLock { $0.isLeader && !$0.hasLost(now: ServiceClock.steady()) }
    }

    /// Waits for the lease, then runs `body` until it ends; throws `Lost` when the lease is lost before.
    public func lead(_ body: @escaping @Sendable () async throws -> Void) async throws {
        while true {
            await step(readsFirst: true)
            if isLeader { break }
            let factor = 1 + Double.random(in: 0..<Self.jitter)
            try await Task.sleep(for: .fractionalSeconds(timing.retryPeriod.totalSeconds * factor))
        }
        logger.info("leading", metadata: ["lease": "\(key)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask { try await self.renew() }
            try await group.next()
        }
    }

    /// Gives the lease back, if it is held; also from a cancelled task.
    public func release() async {
        guard let lease = election.withLock({ $0.released(time: ServiceClock.time()) }) else { return }
        await Task { _ = try? await client.update(.leases, lease) }.value
    }

    private func renew() async throws {
        var readsFirst = false
        while true {
            try await Task.sleep(for: timing.retryPeriod)
            readsFirst = await !step(readsFirst: readsFirst)
            if election.withLock({ $0.hasLost(now: ServiceClock.steady()) }) {
                let holder = election.withLock { $0.holder }
                throw Lost(description: "the lease \(key) is lost (holder '\(holder)')")
            }
        }
    }

    /// One try to take or renew the lease; true when it was written.
    @discardableResult
    private func step(readsFirst: Bool) async -> Bool {
        do {
            let known = election.withLock { $0.observed }
            let lease = readsFirst || known == nil ? try await read() : known
            let decision = election.withLock {
                $0.decide(lease, now: ServiceClock.steady(), time: ServiceClock.time())
            }
            // The clock of a renewal starts before it is sent: the server may have written it that early.
            let now = ServiceClock.steady()
            let written: KubeObject
            switch decision {
            case .wait: return false
            case .create(let lease): written = try await client.create(.leases, lease)
            case .update(let lease): written = try await client.update(.leases, lease)
            }
            election.withLock { $0.succeeded(written, now: now) }
            return true
        } catch {
            if !Task.isCancelled {
                logger.debug("the lease was not written", metadata: ["lease": "\(key)", "error": "\(error)"])
            }
            return false
        }
    }

    private func read() async throws -> KubeObject? {
        do { return try await client.get(.leases, key) } catch let error as APIError where error.code == 404 {
            return nil
        }
    }
}
