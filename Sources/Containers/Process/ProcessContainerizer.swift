public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Glibc
public import Logging
internal import NIOCore
internal import NIOPosix

/// Runs plain processes, each under a supervisor of its own that survives this daemon (decision D20).
///
/// A container ends with its first process: what is left of its tree is killed then. See
/// `docs/decisions/0004-process-supervisor.md`.
public actor ProcessContainerizer: Containerizer {
    struct Container {
        var link: SupervisorLink?
        var pid: Int32?
        var sandbox: String
        var runtimeDirectory: String
        var cgroup: Cgroup?
        /// As launched; nil after recovery, when the living process is asked.
        var environment: [String]?
        var termination: EventLoopFuture<ContainerTermination>
    }

    let isolation: ProcessIsolation
    let hierarchy: CgroupHierarchy?
    let logger: Logger
    private let fetcher: Fetcher
    var containers: [ContainerID: Container] = [:]
    private var launching: [ContainerID: Task<ContainerStarted, any Error>] = [:]

    /// Makes a containerizer.
    ///
    /// Throws `system` when control groups are asked for and this machine or user has none to give.
    public init(isolation: ProcessIsolation = .posix, fetcher: Fetcher, logger: Logger) throws(ClusterError) {
        (self.isolation, self.fetcher, self.logger) = (isolation, fetcher, logger)
        guard isolation.kind == .cgroups else {
            hierarchy = nil
            return
        }
        guard geteuid() == 0 else {
            throw ClusterError(.forbidden, "control groups need root", field: "isolation")
        }
        guard let found = CgroupHierarchy.detect() else {
            throw ClusterError(.system, "no cpu and memory control groups are mounted", field: "isolation")
        }
        hierarchy = found
    }

    /// Fetches, prepares and starts; see `Containerizer`.
    public func launch(_ spec: ContainerSpec) async throws -> ContainerStarted {
        guard containers[spec.id] == nil, launching[spec.id] == nil else {
            throw ClusterError(.conflict, "container \(spec.id) exists already")
        }
        let start = Task { try await self.start(spec) }
        launching[spec.id] = start
        defer { launching[spec.id] = nil }
        do {
            return try await withTaskCancellationHandler {
                try await start.value
            } onCancel: {
                start.cancel()
            }
        } catch is CancellationError {
            throw ClusterError(.conflict, "container \(spec.id) was destroyed while it was starting")
        }
    }

    /// Everything from the fetch to the running process; after a throw nothing of it is left.
    private func start(_ spec: ContainerSpec) async throws -> ContainerStarted {
        if case .mesos(let image?)? = spec.container?.kind {
            throw ClusterError(
                .invalidArgument, "image '\(image)' needs an image provisioner, which this agent has not",
                field: "container.mesos.image")
        }
        let account = try UserAccount.wanted(spec.user)
        try PosixFile.makeDirectories(spec.runtimeDirectory)
        try prepareOutput(spec, account)
        try await fetcher.fetch(spec.command.uris, into: spec.sandbox, user: spec.user)
        try Task.checkCancellation()
        let cgroup = group(of: spec.id)
        do {
            try cgroup?.create()
            try cgroup?.apply(spec.limits, enforcesCPURequest: isolation.enforcesCPURequest)
            var command = try self.command(of: spec, cgroup: cgroup)
            command.account = account
            let link = try await SupervisorLink.start(command)
            let pid = try await link.started.get()
            containers[spec.id] = watched(
                link, pid: pid, sandbox: spec.sandbox, runtimeDirectory: spec.runtimeDirectory, cgroup: cgroup,
                environment: command.environment)
            if Task.isCancelled { link.kill() }
            return ContainerStarted(pid: pid)
        } catch {
            cgroup?.remove()
            throw error
        }
    }

    /// Waits for the end; see `Containerizer`.
    public func wait(_ id: ContainerID) async throws -> ContainerTermination {
        try await existing(id).termination.get()
    }

    /// Asks it to end, and kills after the grace period; see `Containerizer`.
    public func stop(_ id: ContainerID, grace: Duration) {
        if let container = containers[id] { container.link?.stop(grace: grace) } else { launching[id]?.cancel() }
    }

    /// Kills everything in it; see `Containerizer`.
    public func destroy(_ id: ContainerID) {
        if let container = containers[id] { container.link?.kill() } else { launching[id]?.cancel() }
    }

    /// Sets new limits; see `Containerizer`.
    public func update(_ id: ContainerID, limits: ContainerLimits) throws {
        let container = try existing(id)
        try container.cgroup?.update(limits, enforcesCPURequest: isolation.enforcesCPURequest)
    }

    /// Current consumption; see `Containerizer`.
    public func usage(_ id: ContainerID) throws -> ContainerUsage {
        let container = try existing(id)
        if let usage = container.cgroup?.usage { return usage }
        guard let pid = container.pid, let usage = ProcessTree.usage(below: pid) else {
            throw ClusterError(.notFound, "container \(id) does not run")
        }
        return usage
    }

    /// Runs a check inside; see `Containerizer`.
    public func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32 {
        let container = try existing(id)
        guard let pid = container.pid, let account = UserAccount.of(process: pid) else {
            throw ClusterError(.notFound, "container \(id) does not run")
        }
        let inherited = container.environment ?? ProcessTree.environment(of: pid)
        let own = command.environment.map { "\($0.name)=\($0.value)" }
        let environment = Environment.merged(inherited + own)
        let (program, arguments) = try Environment.program(of: command, environment: environment)
        var check = SupervisedCommand(
            label: "\(id)", directory: container.sandbox, program: program, arguments: arguments,
            environment: environment)
        check.account = account.isCurrent ? nil : account
        check.writes = joins(container.cgroup)
        switch try await AttachedCommand.run(check, timeout: timeout) {
        case .exited(let status): return status
        case .signalled(let signal): return 128 + signal
        case .unknown: throw ClusterError(.unavailable, "the supervisor of the check went away")
        }
    }

    /// Releases what is remembered of an ended container; see `Containerizer`.
    public func forget(_ id: ContainerID) {
        guard let container = containers.removeValue(forKey: id) else { return }
        container.link?.close()
        for name in ["control", "status", "status.new"] { unlink("\(container.runtimeDirectory)/\(name)") }
        rmdir(container.runtimeDirectory)
    }

    func existing(_ id: ContainerID) throws(ClusterError) -> Container {
        guard let container = containers[id] else { throw ClusterError(.notFound, "no container \(id)") }
        return container
    }

    /// The control group of a container; nested containers have theirs below `mesos` in their parent's (version 1).
    func group(of id: ContainerID) -> Cgroup? {
        guard let hierarchy else { return nil }
        if case .unified = hierarchy { return Cgroup(hierarchy: hierarchy, path: "\(isolation.cgroupRoot)/\(id)") }
        let nested = id.value.split(separator: ".").joined(separator: "/mesos/")
        return Cgroup(hierarchy: hierarchy, path: "\(isolation.cgroupRoot)/\(nested)")
    }

    /// A container whose end is observed: the future holds once nothing of it is left.
    func watched(
        _ link: SupervisorLink, pid: Int32?, sandbox: String, runtimeDirectory: String, cgroup: Cgroup?,
        environment: [String]?
    ) -> Container {
        let termination = link.ended.flatMap { exit in
            NIOThreadPool.singleton.runIfActive(eventLoop: link.ended.eventLoop) {
                ProcessContainerizer.conclude(exit, pid: pid, runtimeDirectory: runtimeDirectory, cgroup: cgroup)
            }
        }
        return Container(
            link: link, pid: pid, sandbox: sandbox, runtimeDirectory: runtimeDirectory, cgroup: cgroup,
            environment: environment, termination: termination)
    }

    /// Cleans up after the end and says how it was.
    ///
    /// Blocks; not for event loops.
    static func conclude(
        _ told: ContainerTermination.Exit?, pid: Int32?, runtimeDirectory: String, cgroup: Cgroup?
    ) -> ContainerTermination {
        let exit = told ?? recordedExit(runtimeDirectory: runtimeDirectory)
        if exit == nil, let pid { ProcessTree.kill(session: pid) }
        var result = ContainerTermination(exit: exit ?? .unknown)
        if exit == nil { result.message = "The supervisor of the container was killed" }
        if let cgroup, cgroup.outOfMemoryKills > 0 {
            result.limitation = .memory
            result.message = cgroup.memoryExhaustedMessage
        }
        cgroup?.remove()
        return result
    }

    private func command(of spec: ContainerSpec, cgroup: Cgroup?) throws(ClusterError) -> SupervisedCommand {
        let given = spec.environment.map { "\($0.name)=\($0.value)" }
        let environment = Environment.merged(
            ["PATH=\(Environment.defaultPath)", "MESOS_SANDBOX=\(spec.sandbox)"] + given)
        let (program, arguments) = try Environment.program(of: spec.command, environment: environment)
        var command = SupervisedCommand(
            label: spec.id.value, runtimeDirectory: spec.runtimeDirectory, pidFile: spec.pidFile,
            directory: spec.sandbox, output: spec.sandbox + "/stdout", error: spec.sandbox + "/stderr",
            program: program, arguments: arguments, environment: environment)
        command.writes = joins(cgroup)
        if cgroup != nil, geteuid() == 0,
            let score = CgroupLimits.oomScoreAdjustment(spec.limits, totalMemoryBytes: HostResources.totalMemoryBytes)
        {
            command.writes.append(.init(path: "/proc/self/oom_score_adj", text: "\(score)"))
        }
        switch cgroup?.hierarchy {
        case .split(_, _, let memory): command.memoryCgroup = cgroup.map { "\(memory)/\($0.path)" }
        case .unified(let mount): command.unifiedCgroup = cgroup.map { "\(mount)/\($0.path)" }
        case nil: break
        }
        return command
    }

    private func joins(_ cgroup: Cgroup?) -> [SupervisedCommand.Write] {
        (cgroup?.memberFiles ?? []).map { .init(path: $0, text: "0") }
    }

    /// Makes the output files, owned by the task's user.
    private func prepareOutput(_ spec: ContainerSpec, _ account: UserAccount?) throws(ClusterError) {
        for name in ["stdout", "stderr"] {
            let path = "\(spec.sandbox)/\(name)"
            try PosixFile.append([], to: path)
            if let account, chown(path, account.user, account.group) != 0 { throw systemError("cannot chown \(path)") }
        }
    }
}
