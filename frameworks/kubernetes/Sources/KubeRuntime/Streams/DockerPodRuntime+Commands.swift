internal import ClusterBase
internal import Containers
public import KubeNode
public import KubeStreams

extension DockerPodRuntime {
    /// How long the engine may take to start a command that is not wanted any more.
    private static let startPatience = Duration.seconds(10)

    /// Runs a command joined to a session; see `PodRuntime`.
    public func exec(_ id: String, _ command: [String], _ session: CommandSession) async -> CommandOutcome {
        let streams = session.streams
        do {
            let exec = try await engine.createExec(
                id, EngineCommand(command, streams: streams, terminal: streams.terminal).body)
            return try await ended(exec, in: id) {
                let connection = try await engine.connectExec(exec, terminal: streams.terminal)
                let joint = StreamJoint(connection, session, isMultiplexed: !streams.terminal)
                let hasEnded = await joint.run { size in
                    try await self.engine.resizeExec(exec, width: size.width, height: size.height)
                }
                // The command is not run on for a client that is gone.
                guard hasEnded, !Task.isCancelled else { throw CancellationError() }
                return .exited(try await exitCode(exec))
            }
        } catch {
            return .failed(RuntimeFailure(error).message)
        }
    }

    /// Joins a session to the container's own process; see `PodRuntime`.
    public func attach(_ id: String, _ session: CommandSession) async -> CommandOutcome {
        let streams = session.streams
        do {
            let hasTerminal = try await engine.inspect(id)["Config"]?["Tty"]?.bool ?? false
            let connection = try await engine.attach(
                id, input: streams.input, output: streams.output, error: streams.error)
            await StreamJoint(connection, session, isMultiplexed: !hasTerminal).run { size in
                guard hasTerminal else { return }
                try await self.engine.resize(id, width: size.width, height: size.height)
            }
            return .exited(0)
        } catch {
            return .failed(RuntimeFailure(error).message)
        }
    }

    /// Runs a command to its end; see `PodRuntime`.
    public func execute(
        _ id: String, _ command: [String], timeout: Duration?, limit: Int
    ) async throws(RuntimeFailure) -> (code: Int32, output: [UInt8]) {
        let streams = CommandStreams(input: false, output: true, error: true, terminal: false)
        return try await asking {
            let exec = try await engine.createExec(id, EngineCommand(command, streams: streams, terminal: false).body)
            return try await ended(exec, in: id) {
                try await within(timeout) { [self] in
                    let connection = try await engine.connectExec(exec, terminal: false)
                    var (demultiplexer, output) = (DockerStreamDemultiplexer(), [UInt8]())
                    while let chunk = await connection.read() {
                        for piece in demultiplexer.feed(chunk) {
                            output += piece.bytes.prefix(max(0, limit - output.count))
                        }
                    }
                    try Task.checkCancellation()
                    return (try await exitCode(exec), output)
                }
            }
        }
    }

    /// Starts a command and works on it; when that fails or is cancelled the command is killed, with what it started.
    private func ended<Answer: Sendable>(
        _ exec: String, in container: String, _ work: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await work()
        } catch {
            // What the engine refuses it does not start later.
            let patience = error is ClusterError ? Duration.zero : Self.startPatience
            await regardless { await self.kill(exec, in: container, patience: patience) }
            throw error
        }
    }

    /// Kills a command whose start was asked for: the engine may still be about to start it.
    private func kill(_ exec: String, in container: String, patience: Duration) async {
        let end = ContinuousClock.now + patience
        while let document = try? await engine.inspectExec(exec) {
            if let pid = document["Pid"]?.integer, pid > 0, document["Running"]?.bool == true {
                return HostProcess(pid: Int32(clamping: pid), container: container).killTree()
            }
            if document["Running"]?.bool != true, document["ExitCode"]?.integer != nil { return }
            guard ContinuousClock.now < end else { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The exit code of a command whose output has ended; it may have closed its streams and live on.
    private func exitCode(_ exec: String) async throws -> Int32 {
        var pause = Duration.milliseconds(5)
        while true {
            let document = try await engine.inspectExec(exec)
            if document["Running"]?.bool != true, let code = document["ExitCode"]?.integer {
                return Int32(truncatingIfNeeded: code)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// Runs work, cancelled when it takes too long: then `.timeout` is thrown.
    private func within<Answer: Sendable>(
        _ limit: Duration?, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        guard let limit else { return try await work() }
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw RuntimeFailure(.timeout, "command timed out after \(UnitText.text(limit))")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }
}

/// A command to prepare, in the engine's words.
struct EngineCommand: Sendable {
    /// The body of the call.
    let body: JSONValue

    /// A command with the streams that are joined.
    init(_ command: [String], streams: CommandStreams, terminal: Bool) {
        body = [
            "Cmd": .array(command.map { .string($0) }), "AttachStdin": .bool(streams.input),
            "AttachStdout": .bool(streams.output), "AttachStderr": .bool(streams.error), "Tty": .bool(terminal),
        ]
    }
}

/// Joins the engine's connection of a command with a client's session, each direction at the reader's pace.
struct StreamJoint: Sendable {
    private let connection: ByteConnection
    private let session: CommandSession
    private let isMultiplexed: Bool

    init(_ connection: ByteConnection, _ session: CommandSession, isMultiplexed: Bool) {
        (self.connection, self.session, self.isMultiplexed) = (connection, session, isMultiplexed)
    }

    /// Returns when the output has ended: true; or when the client takes no more, or the task is cancelled: false.
    @discardableResult
    func run(resize: @escaping @Sendable (TerminalSize) async throws -> Void) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await passInput() }
            group.addTask { await passSizes(resize) }
            let hasEnded = await passOutput()
            connection.close()
            group.cancelAll()
            return hasEnded
        }
    }

    private func passInput() async {
        guard let input = session.input else { return }
        while let bytes = await input.read() {
            guard (try? await connection.write(bytes)) != nil else { return }
        }
        if !Task.isCancelled { await connection.finishWriting() }
    }

    private func passOutput() async -> Bool {
        var demultiplexer = DockerStreamDemultiplexer()
        while let chunk = await connection.read() {
            do {
                guard isMultiplexed else {
                    try await session.output?.write(chunk)
                    continue
                }
                for piece in demultiplexer.feed(chunk) {
                    try await (piece.stream == 2 ? session.error : session.output)?.write(piece.bytes)
                }
            } catch {
                return false
            }
        }
        return !Task.isCancelled
    }

    /// A size may come before the command has its terminal: it is told again until the engine takes it.
    private func passSizes(_ resize: (TerminalSize) async throws -> Void) async {
        for await size in session.sizes {
            var pause = Duration.milliseconds(20)
            while !Task.isCancelled, (try? await resize(size)) == nil {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(1))
            }
        }
    }
}
