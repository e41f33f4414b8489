public import HTTPTransport
internal import NIOConcurrencyHelpers
internal import NIOCore

/// One forwarded connection.
public struct ForwardedConnection: Sendable {
    /// The port within the pod.
    public let port: Int
    /// The bytes of the connection, both ways; `read` ends when the client has sent everything.
    public let data: ByteStream
}

/// Serves one forwarded connection; nil when it ended well, else why it did not, for people.
public typealias PortForwarder = @Sendable (ForwardedConnection) async -> String?

/// The server's side of port forwarding: takes an upgrade request of either protocol (spec `kubernetes/10` §10.4).
public enum PortForwardServer {
    /// The name of the protocol over SPDY.
    static let version = "portforward.k8s.io"

    /// Answers an upgrade request; `forward` is called for every connection that the client opens.
    ///
    /// `ports` are those of the query, which WebSocket clients name; SPDY clients name one per connection.
    public static func answer(
        _ request: HTTPRequest, ports: [Int], forward: @escaping PortForwarder
    ) -> HTTPResponse {
        switch UpgradeRequest(request) {
        case .spdy(let offered):
            guard offered.contains(version) else { return UpgradeRequest.refusal(offered, known: [version]) }
            return UpgradeRequest.acceptSPDY(version) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let owner = SPDYForward(channel: channel, forward: forward)
                    try SPDYSession.install(SPDYSession(channel: channel, owner: owner), on: channel)
                }
            }
        case .webSocket(let key, let offered):
            guard !ports.isEmpty, ports.count <= 100, ports.allSatisfy({ 1...65_535 ~= $0 }) else {
                return .error(.badRequest, "query parameter \"port\" is required: 1 to 100 ports of 1 to 65535")
            }
            let choice = CommandProtocol.choose([.v4, .v4Base64], offered: offered)
            guard let chosen = offered.isEmpty ? .unnamed : choice else {
                return UpgradeRequest.refusal(offered, known: [CommandProtocol.v4, .v4Base64].map(\.rawValue))
            }
            return UpgradeRequest.acceptWebSocket(key: key, version: chosen.rawValue) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try WebSocketForward.start(on: channel, version: chosen, ports: ports, forward: forward)
                }
            }
        case nil: return .error(.badRequest, "Upgrade request required")
        }
    }
}

/// Port forwarding over SPDY: pairs the error and data streams of each connection. Lives on the event loop.
final class SPDYForward: SPDYSession.Owner, @unchecked Sendable {
    private struct Pair {
        var port: Int
        var error: ByteStream?
        var data: ByteStream?
    }

    /// How many connections may wait for their second stream.
    private static let pairLimit = 1_024

    private let channel: any Channel
    private let forward: PortForwarder
    private var waiting: [String: Pair] = [:]
    private var running: [Int: RunningTask] = [:]
    private var count = 0

    init(channel: any Channel, forward: @escaping PortForwarder) { (self.channel, self.forward) = (channel, forward) }

    func opened(_ stream: ByteStream, headers: [(name: String, value: String)]) -> Bool {
        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        guard let type = header("streamtype"), ["error", "data"].contains(type),
            let port = header("port").flatMap({ Int($0) }), 1...65_535 ~= port,
            waiting.count + running.count < Self.pairLimit
        else { return false }
        // Clients without request ids open the error stream first and the data stream right after it.
        let key = header("requestid") ?? "\(type == "error" ? stream.id : stream.id &- 2)"
        var pair = waiting.removeValue(forKey: key) ?? Pair(port: port)
        guard pair.port == port, (type == "error" ? pair.error : pair.data) == nil else { return false }
        if type == "error" { pair.error = stream } else { pair.data = stream }
        guard let error = pair.error, let data = pair.data else {
            waiting[key] = pair
            expire(key)
            return true
        }
        channel.eventLoop.execute { self.begin(port, error: error, data: data) }
        return true
    }

    private func expire(_ key: String) {
        channel.eventLoop.scheduleTask(in: TimeAmount(CommandServer.openTimeout)) {
            guard let pair = self.waiting.removeValue(forKey: key) else { return }
            for stream in [pair.error, pair.data].compactMap(\.self) {
                stream.discard()
                Task { await stream.finishWriting() }
            }
        }
    }

    private func begin(_ port: Int, error: ByteStream, data: ByteStream) {
        count += 1
        let (number, task, forward) = (count, RunningTask(), forward)
        running[number] = task
        let loop = channel.eventLoop
        task.start {
            if let why = await forward(ForwardedConnection(port: port, data: data)) {
                try? await error.write(Array(why.utf8))
            }
            await data.finishWriting()
            await error.finishWriting()
            for stream in [data, error] { stream.discard() }
            loop.execute { self.running[number] = nil }
        }
    }

    func closed() {
        for task in running.values { task.cancel() }
        (running, waiting) = ([:], [:])
    }
}

/// Port forwarding over WebSocket: a data and an error channel per port of the query.
enum WebSocketForward {
    static func start(
        on channel: any Channel, version: CommandProtocol, ports: [Int], forward: @escaping PortForwarder
    ) throws {
        let tasks = ports.map { _ in RunningTask() }
        let session = WebSocketSession(channel: channel, version: version) { for task in tasks { task.cancel() } }
        let streams = ports.indices.map { index in
            (data: session.addStream(UInt8(2 * index)), error: session.addStream(UInt8(2 * index + 1)))
        }
        try WebSocketPipeline.install(session, on: channel)
        let open = NIOLockedValueBox(ports.count)
        for ((port, task), (data, error)) in zip(zip(ports, tasks), streams) {
            let head = [UInt8(truncatingIfNeeded: port), UInt8(truncatingIfNeeded: port >> 8)]
            task.start {
                // Both channels begin with the port, little-endian; clients wait for it.
                try? await data.write(head)
                try? await error.write(head)
                if let why = await forward(ForwardedConnection(port: port, data: data)) {
                    try? await error.write(Array(why.utf8))
                }
                for stream in [data, error] { stream.discard() }
                let isLast = open.withLockedValue { count in
                    count -= 1
                    return count == 0
                }
                if isLast { channel.eventLoop.execute { session.close() } }
            }
        }
    }
}
