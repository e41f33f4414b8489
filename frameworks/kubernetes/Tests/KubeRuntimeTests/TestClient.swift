import NIOCore
import NIOPosix
import Synchronization

@testable import KubeStreams

/// Bytes that come piece by piece.
final class Collected: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var count: Int { bytes.withLock { $0.count } }
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

/// The client's end of a command's or a forwarded connection's streams.
final class TestClient: Sendable {
    let input: ByteStream
    let output: ByteStream
    let error: ByteStream
    private let wire = TestWire()
    private let sizes = AsyncStream.makeStream(of: TerminalSize.self)

    init() {
        input = ByteStream(id: 0, wire: wire)
        output = ByteStream(id: 1, wire: wire)
        error = ByteStream(id: 2, wire: wire)
    }

    /// A session of a command with these streams.
    func session(input: Bool = false, terminal: Bool = false) -> CommandSession {
        let streams = CommandStreams(input: input, output: true, error: true, terminal: terminal)
        return CommandSession(
            streams: streams, input: input ? self.input : nil, output: output, error: terminal ? nil : error,
            sizes: sizes.stream)
    }

    /// A forwarded connection: `input` carries both directions.
    func connection(port: Int) -> ForwardedConnection { ForwardedConnection(port: port, data: input) }

    func send(_ text: String) { input.push(Array(text.utf8)) }
    func endInput() { input.finish() }
    func resize(_ width: Int, _ height: Int) { sizes.continuation.yield(TerminalSize(width: width, height: height)) }

    /// What has come on a stream: 0 of a forwarded connection, 1 standard output, 2 standard error.
    func received(_ stream: UInt32 = 1) -> String { wire.text(stream) }
    func hasEnded(_ stream: UInt32) -> Bool { wire.hasEnded(stream) }
}

/// Keeps what is sent.
private final class TestWire: StreamWire {
    private let state = Mutex<(sent: [UInt32: [UInt8]], ended: Set<UInt32>)>(([:], []))
    private var done: EventLoopFuture<Void> {
        MultiThreadedEventLoopGroup.singleton.next().makeSucceededVoidFuture()
    }

    func send(_ bytes: [UInt8], on stream: UInt32) -> EventLoopFuture<Void> {
        state.withLock { $0.sent[stream, default: []] += bytes }
        return done
    }

    func finish(_ stream: UInt32) -> EventLoopFuture<Void> {
        state.withLock { _ = $0.ended.insert(stream) }
        return done
    }

    func consumed(_ count: Int) {}

    func text(_ stream: UInt32) -> String {
        state.withLock { String(decoding: $0.sent[stream] ?? [], as: UTF8.self) }
    }

    func hasEnded(_ stream: UInt32) -> Bool { state.withLock { $0.ended.contains(stream) } }
}
