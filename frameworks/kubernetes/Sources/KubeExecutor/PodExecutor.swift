internal import ClusterBase
public import ClusterModel
public import FrameworkSDK
internal import KubeCore
internal import KubeModel
internal import KubeNode
public import Logging
internal import NIOConcurrencyHelpers

/// The executor of pods: a kubelet, a service proxy and cluster DNS as a Mesos executor (decision D11).
///
/// Each task is a pod. Containers survive the process: one that was killed is started again by the scheduler with the
/// same pods, and goes on with the containers it finds. Only a SHUTDOWN, a signal to end, or the loss of the agent for
/// good ends the pods.
public final class PodExecutor: TaskExecutor {
    private static let sweepLimit = Duration.seconds(120)

    private let configuration: PodExecutorConfiguration
    private let logger: Logger
    private let host = NIOLockedValueBox<NodeHost?>(nil)
    private let started = AsyncStream.makeStream(of: NodeHost.self, bufferingPolicy: .bufferingOldest(1))
    /// Something is put in when the node is to leave the pool.
    private let ended = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))

    /// Makes an executor; `ExecutorDriver` runs it.
    public init(_ configuration: PodExecutorConfiguration, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    /// Handles what the agent says.
    public func handle(_ event: ExecutorEvent, link: ExecutorLink) async {
        switch event {
        case .subscribed(let executor, _, let agent, let container):
            await subscribed(executor, agent, container, link: link)
        case .launch(let task): await launch(task, link: link)
        case .launchGroup(let tasks): for task in tasks { await launch(task, link: link) }
        case .kill(let task, let policy):
            await host.withLockedValue { $0 }?.kubelet.kill(taskID: task.value, grace: policy?.gracePeriod)
        case .message(let bytes): await take(String(decoding: bytes, as: UTF8.self), link: link)
        case .shutdown: await shutDown(link)
        case .error(let words): logger.error("the agent reports an error", metadata: ["error": "\(words)"])
        case .acknowledged, .heartbeat: break
        }
    }

    /// Runs the node until the executor ends; returns when it has been idle for too long.
    public func run(link: ExecutorLink) async throws {
        for await host in started.stream {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await host.run()
                    return false
                }
                group.addTask {
                    await self.report(host.kubelet.outcomes, link: link)
                    return false
                }
                group.addTask { await self.waitUntilIdle(host.kubelet) }
                group.addTask {
                    for await _ in self.ended.stream { return true }
                    return false
                }
                while let isLeaving = await group.next() {
                    guard isLeaving else { continue }
                    logger.notice("leaving the pool")
                    await host.kubelet.leave()
                    await host.network.close(removing: true)
                    break
                }
                group.cancelAll()
            }
            await host.close()
            return
        }
    }

    // MARK: Events

    private func subscribed(
        _ executor: ExecutorInfo, _ agent: AgentInfo, _ container: ContainerID, link: ExecutorLink
    ) async {
        guard host.withLockedValue({ $0 }) == nil else { return }
        do {
            let identity = try NodeIdentity(
                configuration, environment: link.environment, executor: executor, agent: agent)
            let host = try await NodeHost(configuration, identity, logger: logger)
            let run = RunRecord(file: identity.root + "/run")
            // A program that replaced another one in place has the tasks of before; a new executor has none yet.
            let recorded = run.isSame(container) ? host.kubelet.recordedTasks : []
            run.write(container)
            for task in recorded { tellAgain(task, link: link) }
            await host.kubelet.adopt(Set(recorded.map(\.taskID)))
            await host.kubelet.setStaticPods(Self.staticPods(executor.data))
            self.host.withLockedValue { $0 = host }
            started.continuation.yield(host)
            logger.notice("node", metadata: ["name": "\(identity.name)", "root": "\(identity.root)"])
        } catch {
            logger.critical("the node cannot start", metadata: ["error": "\(error)"])
            started.continuation.finish()
        }
    }

    private func launch(_ task: TaskInfo, link: ExecutorLink) async {
        guard let host = host.withLockedValue({ $0 }) else {
            return update(link, TaskStatus(taskID: task.id, state: .failed, message: "launch-task-failed"))
        }
        guard let pod = KubeObject(try? JSONValue(parsing: task.data)) else {
            return update(link, TaskStatus(taskID: task.id, state: .failed, message: "unmarshal-task-data-failure"))
        }
        if pod.kind == "Sweep" { return await sweep(task.id, host, link: link) }
        await host.kubelet.launch(pod, taskID: task.id.value)
    }

    /// A task that only wants the node to exist: what nobody owns is removed when the kubelet has taken stock.
    private func sweep(_ task: TaskID, _ host: NodeHost, link: ExecutorLink) async {
        update(link, TaskStatus(taskID: task, state: .running, message: "sweeping"))
        let isClean = await host.kubelet.sweep(within: Self.sweepLimit)
        update(
            link, TaskStatus(taskID: task, state: isClean ? .finished : .failed, message: isClean ? "swept" : "left"))
    }

    private func take(_ message: String, link: ExecutorLink) async {
        switch PoolMessage(message) {
        case .kamikaze:
            await shutDown(link)
            ended.continuation.yield()
        case .upgrade(let program):
            guard let host = host.withLockedValue({ $0 }) else { return }
            await ProgramUpgrade(root: host.identity.root, logger: logger).run(program, link: link)
        case nil: logger.warning("unknown message", metadata: ["message": "\(message.prefix(100))"])
        }
    }

    /// Ends all pods within the grace period that the agent leaves this process, and takes the node's rules away.
    private func shutDown(_ link: ExecutorLink) async {
        guard let host = host.withLockedValue({ $0 }) else { return }
        let period = link.environment.shutdownGracePeriod
        await host.kubelet.shutdown(grace: max(.seconds(1), period - .seconds(2)) / 2)
        await host.network.close(removing: true)
    }

    // MARK: Updates

    private func report(_ outcomes: AsyncStream<PodOutcome>, link: ExecutorLink) async {
        for await outcome in outcomes { update(link, Self.status(outcome)) }
    }

    private func tellAgain(_ task: RecordedTask, link: ExecutorLink) {
        guard let state = task.outcome else { return }
        update(
            link,
            Self.status(
                PodOutcome(
                    taskID: task.taskID, uid: task.pod.uid, key: task.pod.key, state: state,
                    message: "executor-restarted", pod: task.pod)))
    }

    private func update(_ link: ExecutorLink, _ status: TaskStatus) {
        do { try link.update(status) } catch {
            logger.error("an update is lost", metadata: ["task": "\(status.taskID)", "error": "\(error)"])
        }
    }

    /// The status of a task that says what became of its pod.
    static func status(_ outcome: PodOutcome) -> TaskStatus {
        var status = TaskStatus(
            taskID: TaskID(outcome.taskID), state: TaskState(outcome.state), message: outcome.message)
        if !outcome.pod.fields.isEmpty { status.data = outcome.pod.value.bytes }
        let address = outcome.pod.text("status", "podIP")
        if !address.isEmpty { status.containerStatus = ContainerStatus(addresses: [address]) }
        return status
    }

    /// The static pods that the scheduler sends with the executor: a list of pods, as JSON.
    static func staticPods(_ data: [UInt8]) -> [KubeObject] {
        guard let list = KubeObject(try? JSONValue(parsing: data)) else { return [] }
        return list.list("items").compactMap { KubeObject($0) }
    }

    /// Returns true once there were no pods for the whole limit; never when there is none.
    private func waitUntilIdle(_ kubelet: Kubelet) async -> Bool {
        guard configuration.idleLimit > .zero else { return false }
        let clock = ContinuousClock()
        var since = clock.now
        while !Task.isCancelled {
            if await kubelet.podCount > 0 { since = clock.now }
            let left = configuration.idleLimit - (clock.now - since)
            if left <= .zero { return true }
            try? await Task.sleep(for: min(left, .seconds(10)))
        }
        return false
    }
}

extension TaskState {
    fileprivate init(_ state: PodOutcome.State) {
        switch state {
        case .starting: self = .starting
        case .running: self = .running
        case .finished: self = .finished
        case .failed: self = .failed
        case .killed: self = .killed
        case .lost: self = .lost
        }
    }
}
