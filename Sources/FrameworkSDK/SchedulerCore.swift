internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// The engine of `SchedulerClient`: the loop of subscriptions, and what outlives each of them.
final class SchedulerCore: Sendable {
    /// How a try to subscribe, or a subscription, ended.
    enum Ending: Sendable {
        /// It can be tried again.
        case lost(String)
        /// Another master leads.
        case redirected(String)
        /// The detector knows of another leader.
        case leaderChanged
        /// The framework is torn down.
        case tornDown
        /// The client is to stop.
        case stopped
    }

    struct State: Sendable {
        var framework: FrameworkInfo
        var suppressedRoles: [String]
        var constraints: OfferConstraints?
        var session: SchedulerSession?
        /// Whether a TEARDOWN is on its way: the subscription that it ends is the last.
        var isTearingDown = false
    }

    /// How long a graceful shutdown waits for the master to take a TEARDOWN.
    static let teardownLimit = Duration.seconds(5)
    /// A subscription that lived this long makes the next try start without backoff.
    static let settledAfter = Duration.seconds(1)

    let inbound: BoundedChannel<SchedulerSignal>
    let options: SchedulerOptions
    let logger: Logger
    private let leaders: MasterSource
    private let state: Mutex<State>

    init(framework: FrameworkInfo, leaders: MasterSource, options: SchedulerOptions, logger: Logger) {
        var framework = framework
        if framework.user.isEmpty { framework.user = LocalHost.userName() }
        if framework.hostname.isEmpty { framework.hostname = LocalHost.hostName() }
        if framework.principal == nil { framework.principal = options.credential?.principal }
        inbound = BoundedChannel(limit: options.signalLimit)
        (self.options, self.leaders, self.logger) = (options, leaders, logger)
        state = Mutex(
            State(
                framework: framework, suppressedRoles: options.suppressedRoles, constraints: options.offerConstraints))
    }

    var frameworkID: FrameworkID? { state.withLock { $0.framework.id } }
    var masterURL: String? { state.withLock { $0.session?.url } }

    /// Whether a TEARDOWN was taken and not refused.
    var isTearingDown: Bool { state.withLock { $0.isTearingDown } }

    /// The call that begins a subscription now.
    var subscribeCall: (SchedulerCall, FrameworkID?) {
        state.withLock { state in
            let call = SchedulerCall.subscribe(
                state.framework, suppressedRoles: state.suppressedRoles, constraints: state.constraints)
            return (call, state.framework.id)
        }
    }

    func enqueue(_ call: SchedulerCall) throws(ClusterError) {
        let problem = state.withLock { state -> ClusterError? in
            guard let session = state.session else {
                return ClusterError(.unavailable, "There is no subscription to send \(call.name) on")
            }
            guard session.queue(for: call).offer(call) else {
                return ClusterError(
                    .limitExceeded, "\(options.callLimit) calls wait already; \(call.name) was not taken")
            }
            state.remember(call)
            return nil
        }
        if let problem { throw problem }
    }

    /// Takes note that the master does not tear the framework down.
    func teardownRefused() { state.withLock { $0.isTearingDown = false } }

    /// Makes a session the one that calls go to.
    func open(_ session: SchedulerSession, as id: FrameworkID) {
        state.withLock { ($0.framework.id, $0.session) = (id, session) }
    }

    /// Takes the session off; returns whether it was subscribed.
    private func close() -> Bool {
        state.withLock { state in
            defer { state.session = nil }
            return state.session != nil
        }
    }

    func run(tearingDown: Bool = false) async throws {
        defer { inbound.finish() }
        let tracker = try LeaderTracker(leaders, usesTLS: options.usesTLS, logger: logger)
        let pool = try HTTPClientPool(options.http)
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await tracker.watch(); return false
                }
                group.addTask {
                    try await self.subscribeForever(tracker, pool); return true
                }
                group.addTask {
                    await self.waitForShutdown(tearingDown: tearingDown); return true
                }
                while let isOver = try await group.next(), !isOver {}
            }
            result = .success(())
        } catch is CancellationError {
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = close()
        await pool.shutdown()
        try result.get()
    }

    private func waitForShutdown(tearingDown: Bool) async {
        do { try await gracefulShutdown() } catch { return }
        guard tearingDown, (try? enqueue(.teardown)) != nil else { return }
        try? await Task.sleep(for: Self.teardownLimit)
    }

    private func subscribeForever(_ tracker: LeaderTracker, _ pool: HTTPClientPool) async throws {
        var backoff = Backoff(initial: options.initialBackoff, maximum: options.maximumBackoff)
        // The first failure of a row is told, the others can be looked up.
        var level = Logger.Level.notice
        while let target = await tracker.target(), !Task.isCancelled {
            let start = ContinuousClock.now
            let session = SchedulerSession(self, url: target.url, pool: pool)
            let ending = try await session.run { await tracker.changed(since: target.version) }
            let wasSubscribed = close()
            if wasSubscribed {
                tracker.succeeded()
                level = .notice
                if ContinuousClock.now - start >= Self.settledAfter { backoff.reset() }
                await inbound.push(.notice(.disconnected(reason: ending.reason)))
            }
            switch ending {
            case .tornDown, .stopped: return
            case _ where isTearingDown:
                return logger.warning("teardown not confirmed", metadata: ["reason": "\(ending.reason)"])
            case .leaderChanged: backoff.reset()
            case .redirected(let url) where tracker.redirected(to: url): continue
            case .redirected, .lost:
                let isTimeToWait = tracker.failed()
                logger.log(
                    level: level, "no subscription yet, trying again",
                    metadata: ["master": "\(target.url)", "reason": "\(ending.reason)"])
                level = .info
                guard isTimeToWait else { continue }
                let delay = backoff.next(unit: .random(in: 0..<1))
                await pause(delay) { await tracker.changed(since: target.version) }
            }
        }
    }

    /// Waits, but no longer than until `interruption` returns.
    private func pause(_ delay: Duration, orUntil interruption: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: delay) }
            group.addTask { await interruption() }
            await group.next()
            group.cancelAll()
        }
    }
}

extension SchedulerCore.State {
    /// What a call changes about the next subscription.
    mutating func remember(_ call: SchedulerCall) {
        switch call {
        case .updateFramework(var info, let suppressed, let constraints):
            info.id = framework.id
            (framework, suppressedRoles, self.constraints) = (info, suppressed, constraints)
        case .suppress(let roles):
            let roles = roles.isEmpty ? framework.roles : roles
            suppressedRoles += roles.filter { !suppressedRoles.contains($0) }
        case .revive(let roles): suppressedRoles.removeAll { roles.isEmpty || roles.contains($0) }
        case .teardown: isTearingDown = true
        default: break
        }
    }
}

extension SchedulerCore.Ending {
    /// The ending in words, for people.
    var reason: String {
        switch self {
        case .lost(let reason): reason
        case .redirected(let url): "another master leads: \(url)"
        case .leaderChanged: "the leading master has changed"
        case .tornDown: "the framework is torn down"
        case .stopped: "the client stops"
        }
    }
}

extension SchedulerCall {
    /// The call's wire name.
    var name: String {
        switch self {
        case .subscribe: "SUBSCRIBE"
        case .teardown: "TEARDOWN"
        case .accept: "ACCEPT"
        case .decline: "DECLINE"
        case .acceptInverseOffers: "ACCEPT_INVERSE_OFFERS"
        case .declineInverseOffers: "DECLINE_INVERSE_OFFERS"
        case .revive: "REVIVE"
        case .suppress: "SUPPRESS"
        case .kill: "KILL"
        case .shutdown: "SHUTDOWN"
        case .acknowledge: "ACKNOWLEDGE"
        case .acknowledgeOperationStatus: "ACKNOWLEDGE_OPERATION_STATUS"
        case .reconcile: "RECONCILE"
        case .reconcileOperations: "RECONCILE_OPERATIONS"
        case .message: "MESSAGE"
        case .request: "REQUEST"
        case .updateFramework: "UPDATE_FRAMEWORK"
        }
    }
}
