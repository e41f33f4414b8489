internal import CSupervisor
internal import ClusterBase
internal import ClusterPorts
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// A connection to a supervisor, through which it tells what happens and takes commands.
///
/// The kernel wakes us when something arrives; nothing is polled and no thread waits.
final class SupervisorLink: Sendable {
    /// The pid of the task's first process; fails when the start failed or the supervisor went away before saying.
    let started: EventLoopFuture<Int32>
    /// How the task ended, once nothing of it is left; nil when the supervisor went away without a word.
    let ended: EventLoopFuture<ContainerTermination.Exit?>
    private let channel: any Channel

    private init(channel: any Channel, handler: SupervisorHandler) {
        (self.channel, started, ended) = (channel, handler.started.futureResult, handler.ended.futureResult)
    }

    /// Starts a supervisor; returns when the task's program runs.
    static func start(_ command: SupervisedCommand) async throws -> SupervisorLink {
        let vector = command.vector
        guard !(vector + command.environment).contains(where: { $0.utf8.contains(0) }) else {
            throw ClusterError(.invalidArgument, "a command, argument or environment variable contains a NUL character")
        }
        let socket = try await NIOThreadPool.singleton.runIfActive {
            var socket: Int32 = -1
            let number = withCStrings(vector) { arguments in
                withCStrings(command.environment) { roost_supervisor_start(arguments, $0, &socket) }
            }
            guard number == 0 else { throw systemError("cannot start the supervisor of \(command.label)", number) }
            return socket
        }
        let link = try await adopt(socket) { command.explain(stage: $0, number: $1) }
        _ = try await link.started.get()
        return link
    }

    /// Connects to the living supervisor of a runtime directory; nil when there is none.
    static func attach(runtimeDirectory: String) async throws -> SupervisorLink? {
        var socket: Int32 = -1
        guard roost_supervisor_connect(runtimeDirectory, &socket) == 0 else { return nil }
        let link = try await adopt(socket) { _, _ in "cannot happen" }
        // One that is just leaving accepts no more: then its status file says how it ended.
        return (try? await link.started.get()) == nil ? nil : link
    }

    /// Waits for the end, as `ended` has it.
    func waitForEnd() async throws -> ContainerTermination.Exit? { try await ended.get() }

    /// SIGTERM to all, SIGKILL after the grace period; again: a new grace period from now.
    func stop(grace: Duration) {
        let milliseconds = grace.totalNanoseconds / 1_000_000
        send(UInt8(ascii: "s"), UInt32(clamping: milliseconds))
    }

    /// SIGKILL to all.
    func kill() { send(UInt8(ascii: "k"), 0) }

    /// Closes the connection; an attached command is killed by that.
    func close() { channel.close(promise: nil) }

    private func send(_ letter: UInt8, _ number: UInt32) {
        var buffer = channel.allocator.buffer(capacity: 5)
        buffer.writeInteger(letter)
        buffer.writeInteger(number, endianness: .little)
        channel.writeAndFlush(buffer, promise: nil)
    }

    private static func adopt(
        _ socket: Int32, explain: @escaping @Sendable (Int, Int32) -> String
    ) async throws -> SupervisorLink {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let handler = SupervisorHandler(loop: loop, explain: explain)
        do {
            let channel = try await ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
                }
                .withConnectedSocket(socket).get()
            return SupervisorLink(channel: channel, handler: handler)
        } catch {
            handler.giveUp()
            throw error
        }
    }
}

/// Reads the supervisor's lines.
///
/// All state belongs to the event loop.
private final class SupervisorHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    let started: EventLoopPromise<Int32>
    let ended: EventLoopPromise<ContainerTermination.Exit?>
    private let explain: @Sendable (Int, Int32) -> String
    private var text = ""

    init(loop: any EventLoop, explain: @escaping @Sendable (Int, Int32) -> String) {
        (started, ended, self.explain) = (loop.makePromise(), loop.makePromise(), explain)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        while let end = text.firstIndex(of: "\n") {
            obey(text[..<end].split(separator: " "))
            text = String(text[text.index(after: end)...])
        }
    }

    func channelInactive(context: ChannelHandlerContext) { giveUp() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Settles what is open; promises that were kept already ignore it.
    func giveUp() {
        started.fail(ClusterError(.unavailable, "the supervisor went away"))
        ended.succeed(nil)
    }

    private func obey(_ words: [Substring]) {
        let numbers = words.dropFirst().compactMap { Int32($0) }
        guard let first = numbers.first else { return }
        switch words[0] {
        case "started": started.succeed(first)
        case "failed": started.fail(ClusterError(.system, explain(Int(first), numbers.last ?? 0)))
        case "exited": ended.succeed(.exited(first))
        case "signalled": ended.succeed(.signalled(first))
        default: break
        }
    }
}

/// The outcome that a supervisor left in its runtime directory; nil when there is none.
func recordedExit(runtimeDirectory: String) -> ContainerTermination.Exit? {
    guard let words = PosixFile.read(runtimeDirectory + "/status")?.split(whereSeparator: \.isWhitespace),
        words.count == 2, let number = Int32(words[1])
    else { return nil }
    return words[0] == "exited" ? .exited(number) : .signalled(number)
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("an array with its NULL is not empty") }
        return body(base)
    }
}
