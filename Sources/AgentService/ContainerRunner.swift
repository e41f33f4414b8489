internal import AgentCore
internal import Authentication
internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOPosix

/// Carries out the core's effects on containers: per container one call after the other, `destroy` at any time.
final class ContainerRunner: Sendable {
    private enum Command: Sendable {
        case launch(ContainerPlan)
        case stop(grace: Duration)
        case update
        case forget
    }

    private struct Lane {
        var waiting: [Command] = []
        /// The newest limits; older ones that were not set yet are passed over.
        var limits: ContainerPlan.Limits?
    }

    private let containerizer: any Containerizer
    private let work: WorkGroup
    private let report: @Sendable (AgentEvent) -> Void
    private let logger: Logger
    /// Signs the tokens that executors get; nil = they get none.
    private let tokenKey: WebTokenKey?
    /// Containers that something is being done with.
    private let lanes = NIOLockedValueBox<[ContainerID: Lane]>([:])

    init(
        containerizer: any Containerizer, work: WorkGroup, tokenKey: WebTokenKey? = nil, logger: Logger,
        report: @escaping @Sendable (AgentEvent) -> Void
    ) {
        (self.containerizer, self.work, self.report, self.logger) = (containerizer, work, report, logger)
        self.tokenKey = tokenKey
    }

    /// Starts a container; an executor gets a token in its environment, which nothing else ever sees.
    func launch(_ plan: ContainerPlan) {
        var plan = plan
        if plan.isExecutor, let tokenKey {
            let token = tokenKey.token([
                "fid": .string(plan.frameworkID.value), "eid": .string(plan.executorID.value),
                "cid": .string(plan.id.value),
            ])
            plan.environment.append(EnvironmentVariable("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", token))
        }
        enqueue(.launch(plan), plan.id)
    }

    func stop(_ id: ContainerID, grace: Duration) { enqueue(.stop(grace: grace), id) }

    func forget(_ id: ContainerID) { enqueue(.forget, id) }

    func update(_ id: ContainerID, _ limits: ContainerPlan.Limits) {
        let isNews = lanes.withLockedValue { lanes in
            defer { lanes[id]?.limits = limits }
            return lanes[id]?.limits == nil
        }
        if isNews { enqueue(.update, id, limits) }
    }

    func destroy(_ id: ContainerID) {
        work.add { [containerizer] in await containerizer.destroy(id) }
    }

    private func enqueue(_ command: Command, _ id: ContainerID, _ limits: ContainerPlan.Limits? = nil) {
        let isIdle = lanes.withLockedValue { lanes in
            let isIdle = lanes[id] == nil
            lanes[id, default: Lane()].waiting.append(command)
            if let limits { lanes[id]?.limits = limits }
            return isIdle
        }
        if isIdle { work.add { await self.drain(id) } }
    }

    private func drain(_ id: ContainerID) async {
        while true {
            let next = lanes.withLockedValue { lanes -> (Command, ContainerPlan.Limits?)? in
                guard lanes[id]?.waiting.isEmpty == false, let command = lanes[id]?.waiting.removeFirst() else {
                    lanes[id] = nil
                    return nil
                }
                guard case .update = command else { return (command, nil) }
                defer { lanes[id]?.limits = nil }
                return (command, lanes[id]?.limits)
            }
            guard let (command, limits) = next else { return }
            await carryOut(command, id, limits)
        }
    }

    private func carryOut(_ command: Command, _ id: ContainerID, _ limits: ContainerPlan.Limits?) async {
        switch command {
        case .launch(let plan): await start(plan)
        case .stop(let grace): await containerizer.stop(id, grace: grace)
        case .forget: await containerizer.forget(id)
        case .update:
            guard let limits else { return }
            do { try await containerizer.update(id, limits: ContainerLimits(limits)) } catch {
                guard (error as? ClusterError)?.code != .notFound else { return }
                report(.containerUpdateFailed(id, message: Self.words(error)))
            }
        }
    }

    private func start(_ plan: ContainerPlan) async {
        do {
            try await NIOThreadPool.singleton.runIfActive { try SandboxBuilder.prepare(plan) }
            let started = try await containerizer.launch(ContainerSpec(plan))
            report(.containerLaunched(plan.id, ContainerStart(started)))
            watch(plan.id)
        } catch {
            logger.warning("cannot launch a container", metadata: ["container": "\(plan.id)", "error": "\(error)"])
            report(.containerLaunchFailed(plan.id, message: Self.words(error)))
        }
    }

    private func watch(_ id: ContainerID) {
        work.add { [containerizer, report, logger] in
            do { report(.containerExited(id, ContainerExit(try await containerizer.wait(id)))) } catch {
                if Task.isCancelled { return }
                logger.error("cannot wait for a container", metadata: ["container": "\(id)", "error": "\(error)"])
                report(.containerExited(id, ContainerExit(.unknown, message: Self.words(error))))
            }
        }
    }

    /// Finds containers again after a restart; an engine that does not answer yet is asked again.
    func recover(_ traces: [ContainerTrace], attempts: Int, fail: @escaping @Sendable (any Error) -> Void) {
        let known = traces.map(RecoverableContainer.init)
        work.add { [self] in
            for attempt in 1...max(1, attempts) {
                do {
                    let found = try await containerizer.recover(known)
                    report(.containersRecovered(found.mapValues(ContainerFinding.init)))
                    for (id, finding) in found { if case .running = finding { watch(id) } }
                    return
                } catch {
                    logger.error("cannot recover containers", metadata: ["attempt": "\(attempt)", "error": "\(error)"])
                    guard attempt < attempts else { return fail(error) }
                    do { try await Task.sleep(for: .seconds(1)) } catch { return }
                }
            }
        }
    }

    static func words(_ error: any Error) -> String { (error as? ClusterError)?.description ?? "\(error)" }
}

/// Makes sandboxes: directories, ownership and links as a plan says.
///
/// Blocking.
enum SandboxBuilder {
    static func prepare(_ plan: ContainerPlan) throws(ClusterError) {
        try FileSystem.makeDirectories(plan.sandbox)
        if let user = plan.user { try FileSystem.give(plan.sandbox, to: user) }
        try link(plan.volumes, sandbox: plan.sandbox, isDocker: plan.container?.docker != nil)
        for link in plan.links {
            if let slash = link.path.lastIndex(of: "/") { try FileSystem.makeDirectories(String(link.path[..<slash])) }
            try FileSystem.link(link.path, to: link.target)
        }
        if let pidFile = plan.pidFile, let slash = pidFile.lastIndex(of: "/") {
            try FileSystem.makeDirectories(String(pidFile[..<slash]))
        }
        try FileSystem.makeDirectories(plan.runtimeDirectory)
    }
}

extension ContainerSpec {
    /// The core's plan in the containerizer's terms.
    init(_ plan: ContainerPlan) {
        self.init(
            id: plan.id, command: plan.command, container: plan.container, environment: plan.environment,
            sandbox: plan.sandbox, limits: ContainerLimits(plan.limits), user: plan.user, pidFile: plan.pidFile,
            runtimeDirectory: plan.runtimeDirectory, labels: plan.labels)
    }
}

extension ContainerLimits {
    init(_ limits: ContainerPlan.Limits) {
        self.init(
            cpus: limits.cpus, cpuLimit: limits.cpuLimit, memoryBytes: limits.memoryBytes,
            memoryLimitBytes: limits.memoryLimitBytes)
    }
}

extension ContainerStart {
    init(_ started: ContainerStarted) {
        self.init(pid: started.pid, addresses: started.addresses, inspectJSON: started.inspectJSON)
    }
}

extension ContainerExit {
    init(_ termination: ContainerTermination) {
        let status: Status =
            switch termination.exit {
            case .exited(let code): .exited(code)
            case .signalled(let number): .signalled(number)
            case .unknown: .unknown
            }
        let limitation: Limitation? =
            switch termination.limitation {
            case .memory: .memory
            case .disk: .disk
            case nil: nil
            }
        self.init(status, limitation: limitation, message: termination.message)
    }
}

extension ContainerFinding {
    init(_ recovered: RecoveredContainer) {
        switch recovered {
        case .running(let started): self = .running(ContainerStart(started))
        case .ended(let termination): self = .ended(ContainerExit(termination))
        }
    }
}

extension RecoverableContainer {
    init(_ trace: ContainerTrace) {
        self.init(
            id: trace.id, isDocker: trace.isDocker, pid: trace.pid, runtimeDirectory: trace.runtimeDirectory,
            sandbox: trace.sandbox)
    }
}
