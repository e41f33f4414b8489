internal import ClusterBase
public import HTTPTransport
internal import NIOCore

/// Runs a joined command; returns how it ended.
public typealias CommandRunner = @Sendable (CommandSession) async -> CommandOutcome

/// The server's side of exec and attach: takes an upgrade request of either protocol (spec `kubernetes/10`).
public enum CommandServer {
    /// How long a client may take to open the streams it asked for.
    public static let openTimeout: Duration = .seconds(30)

    /// Answers an upgrade request; `run` is called once the client's streams are there, and its outcome is told.
    ///
    /// The answer is 101 with the connection taken over, 400 without an upgrade or without a protocol version, 403 when
    /// no version is known to both.
    public static func answer(
        _ request: HTTPRequest, streams: CommandStreams, run: @escaping CommandRunner
    ) -> HTTPResponse {
        guard !streams.isEmpty else {
            return .error(.badRequest, "you must specify at least 1 of stdin, stdout, stderr")
        }
        switch UpgradeRequest(request) {
        case .spdy(let offered): return spdy(offered, streams, run)
        case .webSocket(let key, let offered): return webSocket(key, offered, streams, run)
        case nil: return .error(.badRequest, "Upgrade request required")
        }
    }

    private static func spdy(
        _ offered: [String], _ streams: CommandStreams, _ run: @escaping CommandRunner
    ) -> HTTPResponse {
        guard !offered.isEmpty else {
            return .error(.badRequest, "unable to upgrade: X-Stream-Protocol-Version is required")
        }
        guard let version = CommandProtocol.choose(CommandProtocol.overSPDY, offered: offered) else {
            return UpgradeRequest.refusal(offered, known: CommandProtocol.overSPDY.map(\.rawValue))
        }
        return UpgradeRequest.acceptSPDY(version.rawValue) { channel in
            channel.eventLoop.makeCompletedFuture {
                let owner = SPDYCommand(channel: channel, version: version, streams: streams, run: run)
                let session = try SPDYSession(channel: channel, owner: owner)
                try SPDYSession.install(session, on: channel)
                owner.started()
            }
        }
    }

    private static func webSocket(
        _ key: String, _ offered: [String], _ streams: CommandStreams, _ run: @escaping CommandRunner
    ) -> HTTPResponse {
        let choice = CommandProtocol.choose(CommandProtocol.overWebSocket, offered: offered)
        guard let version = offered.isEmpty ? .unnamed : choice else {
            return UpgradeRequest.refusal(offered, known: CommandProtocol.overWebSocket.map(\.rawValue))
        }
        return UpgradeRequest.acceptWebSocket(key: key, version: version.rawValue) { channel in
            channel.eventLoop.makeCompletedFuture {
                try WebSocketCommand.start(on: channel, version: version, streams: streams, run: run)
            }
        }
    }
}

/// An exec or attach over SPDY: waits for the streams, runs the command, tells the end. Lives on the event loop.
final class SPDYCommand: SPDYSession.Owner, @unchecked Sendable {
    private let channel: any Channel
    private let version: CommandProtocol
    private let streams: CommandStreams
    private let run: CommandRunner
    private var byType: [String: ByteStream] = [:]
    private var missing: Set<String>
    private var timeout: Scheduled<Void>?
    private var task: Task<Void, Never>?

    init(channel: any Channel, version: CommandProtocol, streams: CommandStreams, run: @escaping CommandRunner) {
        (self.channel, self.version, self.streams, self.run) = (channel, version, streams, run)
        missing = ["error"]
        if streams.input { missing.insert("stdin") }
        if streams.output { missing.insert("stdout") }
        if streams.error { missing.insert("stderr") }
        if streams.terminal, version.resizes { missing.insert("resize") }
    }

    /// Begins to wait for the streams.
    func started() {
        let limit = TimeAmount(CommandServer.openTimeout)
        timeout = channel.eventLoop.scheduleTask(in: limit) { self.channel.close(promise: nil) }
    }

    func opened(_ stream: ByteStream, headers: [(name: String, value: String)]) -> Bool {
        guard let type = headers.first(where: { $0.name == "streamtype" })?.value, missing.remove(type) != nil else {
            return false
        }
        byType[type] = stream
        if missing.isEmpty { channel.eventLoop.execute { self.begin() } }
        return true
    }

    private func begin() {
        timeout?.cancel()
        let resize = byType["resize"]
        let (sizes, reader) = TerminalSizes.stream(from: resize)
        let session = CommandSession(
            streams: streams, input: byType["stdin"], output: byType["stdout"], error: byType["stderr"], sizes: sizes)
        let (run, version, channel) = (run, version, channel)
        let (output, errors, end) = (byType["stdout"], byType["stderr"], byType["error"])
        task = Task {
            let outcome = await run(session)
            reader?.cancel()
            await output?.finishWriting()
            await errors?.finishWriting()
            let message = version.endsWithStatus ? outcome.status.bytes : Array(outcome.text.utf8)
            try? await end?.write(message)
            await end?.finishWriting()
            await resize?.finishWriting()
            // The client says goodbye; one that does not is left after a moment.
            channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        }
    }

    func closed() {
        timeout?.cancel()
        task?.cancel()
    }
}

/// An exec or attach over WebSocket.
enum WebSocketCommand {
    private enum Channel: UInt8 { case input, output, error, status, resize }

    static func start(
        on channel: any NIOCore.Channel, version: CommandProtocol, streams: CommandStreams,
        run: @escaping CommandRunner
    ) throws {
        let running = RunningTask()
        let session = WebSocketSession(channel: channel, version: version) { running.cancel() }
        func stream(_ wanted: Bool, _ number: Channel) -> ByteStream? {
            wanted ? session.addStream(number.rawValue) : nil
        }
        let (sizes, reader) = TerminalSizes.stream(from: stream(streams.terminal, .resize))
        let command = CommandSession(
            streams: streams, input: stream(streams.input, .input), output: stream(streams.output, .output),
            error: stream(streams.error, .error), sizes: sizes)
        let status = session.addStream(Channel.status.rawValue)
        try WebSocketPipeline.install(session, on: channel)
        running.start {
            // Upstream's first message is an empty one on the first channel that it writes.
            if let first = command.output ?? command.error { try? await session.send([], on: first.id).get() }
            let outcome = await run(command)
            reader?.cancel()
            try? await status.write(version.endsWithStatus ? outcome.status.bytes : Array(outcome.text.utf8))
            channel.eventLoop.execute { session.close() }
        }
    }
}
