internal import ClusterBase
internal import ClusterModel
internal import Glibc
public import HTTPTransport
public import Logging
public import ServiceLifecycle

/// How an executor talks to its agent, and its bounds.
public struct ExecutorOptions: Sendable {
    /// How calls and events are encoded: `.protobuf` or `.json`.
    public var encoding: MediaType = .protobuf
    /// How long the agent may take to answer a call or to open the event stream.
    public var callTimeout: Duration = .seconds(30)
    /// The most bytes of one event; a longer one breaks the subscription.
    public var recordLimit = 64 << 20
    /// How long the driver waits for acknowledgements before it ends.
    public var drainLimit: Duration = .seconds(60)
    /// Bounds and trust of the HTTP client.
    public var http = HTTPClientConfiguration()

    /// Makes options with the defaults above.
    public init() {}
}

/// Runs a `TaskExecutor`: subscribes at the agent, keeps what is unacknowledged, reconnects, and sees to the end.
public final class ExecutorDriver<Executor: TaskExecutor>: Service, Sendable {
    private enum Step: Sendable {
        /// The program part returned from `run`.
        case finished
        /// The agent's SHUTDOWN was handled.
        case shutDown
        /// The connection ended for good.
        case connectionEnded(ExecutorCore.Ending)
        /// This process is to stop.
        case asked
        /// Nothing to do about it.
        case ignored
    }

    private let executor: Executor
    private let core: ExecutorCore
    private let pullPlug: @Sendable () -> Void

    /// Makes a driver; `ExecutorEnvironment.current()` has what the agent said.
    public convenience init(
        _ executor: Executor, environment: ExecutorEnvironment, options: ExecutorOptions = ExecutorOptions(),
        logger: Logger? = nil
    ) {
        self.init(executor, environment: environment, options: options, logger: logger) {
            _ = killpg(0, SIGKILL)
        }
    }

    /// `pullPlug` is what happens when the program part overstays the grace period.
    init(
        _ executor: Executor, environment: ExecutorEnvironment, options: ExecutorOptions, logger: Logger?,
        pullPlug: @escaping @Sendable () -> Void
    ) {
        let logger = logger ?? Logger(label: "executor.\(environment.executorID)")
        (self.executor, self.pullPlug) = (executor, pullPlug)
        core = ExecutorCore(environment: environment, options: options, logger: logger)
    }

    /// Runs until the executor is shut down or its `run` returns.
    ///
    /// Throws `ClusterError` `forbidden` when the agent does not want it, and what the executor's `run` throws. May
    /// be called once.
    public func run() async throws {
        let pool = try HTTPClientPool(core.options.http)
        let result: Result<Void, any Error>
        do {
            try await live(pool)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await pool.shutdown()
        try result.get()
    }

    private func live(_ pool: HTTPClientPool) async throws {
        let link = ExecutorLink(core: core)
        try await withThrowingTaskGroup(of: Step.self) { group in
            defer { group.cancelAll() }
            group.addTask { .connectionEnded(await self.core.connect(pool)) }
            group.addTask { await self.handleInputs(link) }
            group.addTask {
                try await self.executor.run(link: link)
                return .finished
            }
            group.addTask { await self.waitForRequest() }
            while let step = try await group.next() {
                switch step {
                case .ignored, .connectionEnded(.stopped): continue
                case .finished: await core.drained(within: core.options.drainLimit)
                case .shutDown: break
                case .asked: await shutDown(link, drains: true)
                case .connectionEnded(.lost(let reason)):
                    core.logger.warning("agent lost, shutting down", metadata: ["reason": "\(reason)"])
                    await shutDown(link, drains: false)
                case .connectionEnded(.refused(let error)):
                    await shutDown(link, drains: false)
                    throw error
                }
                return
            }
        }
    }

    private func waitForRequest() async -> Step {
        do { try await gracefulShutdown() } catch { return .ignored }
        return .asked
    }

    private func handleInputs(_ link: ExecutorLink) async -> Step {
        while let input = await core.inputs.next() {
            switch input {
            case .disconnected: await executor.disconnected(link: link)
            case .event(.shutdown):
                await shutDown(link, drains: true)
                return .shutDown
            case .event(let event): await executor.handle(event, link: link)
            }
        }
        return .ignored
    }

    /// Has the program part shut down; whoever is left in the process group after the grace period is killed.
    private func shutDown(_ link: ExecutorLink, drains: Bool) async {
        let limit = core.environment.shutdownGracePeriod
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.executor.handle(.shutdown, link: link)
                if drains { await self.core.drained(within: limit) }
                return false
            }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return false }
                return true
            }
            let isLate = await group.next() ?? false
            if isLate, !core.environment.isLocal { pullPlug() }
            group.cancelAll()
        }
    }
}
