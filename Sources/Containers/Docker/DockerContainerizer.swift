public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Glibc
public import HTTPTransport
public import Logging

/// Runs containers through the Docker engine, which supervises them (decision D10, D20).
///
/// What a container writes is copied into the sandbox's `stdout` and `stderr`, from where it stopped after a restart.
/// Nothing else may append to these files after the start.
public actor DockerContainerizer: Containerizer {
    struct Container {
        /// The engine's name for it.
        var name: String
        var runtimeDirectory: String
        /// Copies the output and waits for the end.
        var supervision: Task<ContainerTermination, Never>
        /// Kills when the grace period is over.
        var grace: Task<Void, Never>?
    }

    let engine: DockerEngineClient
    let options: DockerOptions
    let logger: Logger
    private let fetcher: Fetcher
    private let credentials: DockerCredentials?
    var containers: [ContainerID: Container] = [:]
    private var launching: [ContainerID: Task<ContainerStarted, any Error>] = [:]

    /// Makes a containerizer.
    ///
    /// The engine need not run yet; a launch without it fails with a message that says so.
    ///
    /// Every running container holds two connections of `http` (its end, its output): `connectionsPerHost` bounds how
    /// many can be watched, so give thousands. The pool stays the caller's to shut down, after `close`.
    /// Throws `invalidArgument` when `options.configuration` is not JSON.
    public init(
        options: DockerOptions = DockerOptions(), http: HTTPClientPool, fetcher: Fetcher, logger: Logger
    ) throws(ClusterError) {
        (self.options, self.fetcher, self.logger) = (options, fetcher, logger)
        engine = DockerEngineClient(socket: options.socket, http: http)
        do {
            credentials = try options.configuration.map { DockerCredentials(configuration: try JSONValue(parsing: $0)) }
        } catch {
            throw ClusterError(
                .invalidArgument, "the Docker configuration is not JSON", field: "docker_config", cause: error)
        }
    }

    /// Fetches, prepares and starts; see `Containerizer`.
    public func launch(_ spec: ContainerSpec) async throws -> ContainerStarted {
        guard containers[spec.id] == nil, launching[spec.id] == nil else {
            throw ClusterError(.conflict, "container \(spec.id) exists already")
        }
        guard let docker = spec.container?.docker else {
            throw ClusterError(.invalidArgument, "not a Docker container", field: "container.type")
        }
        let request: DockerRunRequest
        do {
            request = try DockerRunRequest(spec, docker: docker, options: options)
        } catch {
            throw ClusterError(error.code, "Failed to create docker run options: \(error)", field: error.field)
        }
        let start = Task { try await self.start(spec, docker, request) }
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

    /// Waits for the end; see `Containerizer`.
    public func wait(_ id: ContainerID) async throws -> ContainerTermination {
        await (try existing(id)).supervision.value
    }

    /// Asks it to end, and kills after the grace period; see `Containerizer`.
    public func stop(_ id: ContainerID, grace: Duration) {
        guard var container = containers[id] else {
            launching[id]?.cancel()
            return
        }
        let (engine, name, logger, isFirst) = (engine, container.name, logger, container.grace == nil)
        container.grace?.cancel()
        container.grace = Task {
            do {
                if isFirst {
                    let signal = try await engine.inspect(name)["Config"]?["StopSignal"]?.string
                    guard try await engine.kill(name, signal: signal.flatMap { $0.isEmpty ? nil : $0 } ?? "SIGTERM")
                    else { return }
                }
                try await Task.sleep(for: grace)
                try await engine.kill(name, signal: "SIGKILL")
            } catch is CancellationError {
            } catch {
                logger.warning("cannot stop a container", metadata: ["container": "\(id)", "error": "\(error)"])
            }
        }
        containers[id] = container
    }

    /// Kills everything in it; see `Containerizer`.
    public func destroy(_ id: ContainerID) {
        launching[id]?.cancel()
        guard var container = containers[id] else { return }
        let (engine, name, logger) = (engine, container.name, logger)
        container.grace?.cancel()
        container.grace = Task {
            do {
                try await engine.kill(name, signal: "SIGKILL")
            } catch {
                logger.warning("cannot kill a container", metadata: ["container": "\(id)", "error": "\(error)"])
            }
        }
        containers[id] = container
    }

    /// Sets new limits; see `Containerizer`.
    public func update(_ id: ContainerID, limits: ContainerLimits) async throws {
        let name = try existing(id).name
        var resources = DockerRunRequest.resources(limits, enforcesCPURequest: options.enforcesCPURequest)
        let current = try await engine.inspect(name)["HostConfig"]?["Memory"]?.integer ?? 0
        // The hard limit is only ever raised; the engine wants swap raised with it.
        if let wanted = resources["Memory"]?.integer, current == 0 || wanted <= current {
            resources["Memory"] = nil
        } else if resources["Memory"] != nil {
            resources["MemorySwap"] = -1
        }
        try await engine.update(name, .object(resources))
    }

    /// Current consumption; see `Containerizer`.
    public func usage(_ id: ContainerID) async throws -> ContainerUsage {
        let sample = try await engine.statistics(try existing(id).name)
        let (cpu, memory) = (sample["cpu_stats"]?["cpu_usage"], sample["memory_stats"])
        let details = memory?["stats"]
        let resident = details?["total_rss"]?.integer ?? details?["anon"]?.integer ?? memory?["usage"]?.integer ?? 0
        return ContainerUsage(
            cpuUserSeconds: (cpu?["usage_in_usermode"]?.double ?? 0) / 1e9,
            cpuSystemSeconds: (cpu?["usage_in_kernelmode"]?.double ?? 0) / 1e9, memoryBytes: UInt64(max(0, resident)))
    }

    /// Runs a check inside; see `Containerizer`.
    public func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32 {
        let name = try existing(id).name
        let words: [String]
        if command.isShell {
            words = ["/bin/sh", "-c", command.value ?? ""]
        } else {
            words = command.arguments.isEmpty ? command.value.map { [$0] } ?? [] : command.arguments
        }
        guard !words.isEmpty, command.value != nil else {
            throw ClusterError(.invalidArgument, "a command needs a value", field: "command.value")
        }
        var description: JSONObject = ["AttachStdout": true, "AttachStderr": true]
        description["Cmd"] = .array(words.map { .string($0) })
        description["Env"] = .array(command.environment.map { .string("\($0.name)=\($0.value)") })
        if let user = command.user { description["User"] = .string(user) }
        let exec = try await engine.createExec(name, .object(description))
        return try await DockerContainerizer.finish(exec, engine: engine, timeout: timeout)
    }

    /// Releases what is remembered of an ended container; see `Containerizer`.
    public func forget(_ id: ContainerID) async {
        guard let container = containers.removeValue(forKey: id) else { return }
        container.grace?.cancel()
        do {
            try await engine.remove(container.name)
        } catch {
            logger.warning("cannot remove a container", metadata: ["container": "\(id)", "error": "\(error)"])
        }
        container.supervision.cancel()
        unlink(DockerOutput.positionFile(container.runtimeDirectory))
        rmdir(container.runtimeDirectory)
    }

    /// Stops watching; the containers go on.
    ///
    /// For the daemon's end.
    public func close() {
        for container in containers.values {
            container.supervision.cancel()
            container.grace?.cancel()
        }
    }

    func existing(_ id: ContainerID) throws(ClusterError) -> Container {
        guard let container = containers[id] else { throw ClusterError(.notFound, "no container \(id)") }
        return container
    }

    /// Everything from the fetch to the running container; after a throw nothing of it is left.
    private func start(
        _ spec: ContainerSpec, _ docker: DockerInfo, _ request: DockerRunRequest
    ) async throws -> ContainerStarted {
        try PosixFile.makeDirectories(spec.runtimeDirectory)
        for name in ["stdout", "stderr"] { try PosixFile.append([], to: "\(spec.sandbox)/\(name)") }
        try await fetcher.fetch(spec.command.uris, into: spec.sandbox, user: spec.user)
        try await provideImage(DockerImageName(docker.image), isForced: docker.forcesPull, sandbox: spec.sandbox)
        let output = try DockerOutput(begin: spec.runtimeDirectory, sandbox: spec.sandbox)
        do {
            _ = try await engine.create(name: request.name, request.body)
        } catch let error as ClusterError where error.code == .conflict {
            throw error
        } catch {
            // A create that broke off may have been done.
            await removeQuietly(request.name)
            throw error
        }
        do {
            try await engine.start(request.name)
            let description = try await engine.inspect(request.name)
            let started = DockerContainerizer.started(description)
            if let file = spec.pidFile, let pid = started.pid { try PosixFile.replace(file, with: "\(pid)") }
            try Task.checkCancellation()
            containers[spec.id] = supervised(
                name: request.name, runtimeDirectory: spec.runtimeDirectory, output: output)
            return started
        } catch {
            await removeQuietly(request.name)
            throw error
        }
    }

    private func provideImage(_ image: DockerImageName, isForced: Bool, sandbox: String) async throws {
        if !isForced, try await engine.inspectImage(image.reference) != nil { return }
        let authorization =
            try DockerCredentials.inSandbox(sandbox)?.registryAuthorization(for: image)
            ?? credentials?.registryAuthorization(for: image)
        do {
            try await engine.pull(image, authorization: authorization)
        } catch let error as ClusterError where error.code != .unavailable || error.cause == nil {
            throw ClusterError(error.code, "Failed to pull image '\(image.reference)': \(error)")
        }
    }

    /// Removes even when the caller's task is cancelled.
    private func removeQuietly(_ name: String) async {
        let (engine, logger) = (engine, logger)
        await Task {
            do {
                try await engine.remove(name)
            } catch {
                logger.warning("cannot remove a container", metadata: ["name": "\(name)", "error": "\(error)"])
            }
        }.value
    }

    /// What the engine's description says of a running container.
    static func started(_ description: JSONValue) -> ContainerStarted {
        let settings = description["NetworkSettings"]
        var addresses: [String] = []
        for (_, network) in settings?["Networks"]?.object ?? JSONObject() {
            for key in ["IPAddress", "GlobalIPv6Address"] {
                if let address = network[key]?.string, !address.isEmpty { addresses.append(address) }
            }
        }
        let pid = description["State"]?["Pid"]?.integer.flatMap { Int32(exactly: $0) }
        return ContainerStarted(
            pid: pid == 0 ? nil : pid, addresses: addresses, inspectJSON: JSONValue.array([description]).text)
    }

    /// Runs a prepared command to its end; after `timeout` it is killed through its pid on this host.
    private static func finish(_ exec: String, engine: DockerEngineClient, timeout: Duration) async throws -> Int32 {
        let ended = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for try await _ in try await engine.startExec(exec).body {}
                return true
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        let description = try await engine.inspectExec(exec)
        if ended, let status = description["ExitCode"]?.integer { return Int32(clamping: status) }
        if let pid = description["Pid"]?.integer.flatMap({ Int32(exactly: $0) }), pid > 1,
            description["Running"]?.bool == true
        {
            Glibc.kill(pid, SIGKILL)
        }
        throw ClusterError(.timeout, "the command did not end within \(UnitText.text(timeout))")
    }
}
