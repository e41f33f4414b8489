internal import ClusterBase
internal import Glibc
internal import NIOPosix

/// Runs the system's network tools.
enum Command {
    /// How a tool ended.
    struct Output: Sendable {
        /// The exit code; 128 and the signal's number when a signal ended it.
        var code: Int32
        var text: String
        var errors: String
    }

    private static let usualDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    /// Where a tool is, on `PATH` or where systems keep theirs; nil when it is nowhere.
    static func path(of name: String) -> String? {
        let variable = getenv("PATH").map { String(cString: $0) } ?? ""
        let directories = variable.split(separator: ":").map(String.init) + usualDirectories
        return directories.lazy.map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
    }

    /// Runs a tool to its end; throws `system` when it cannot be started or takes too long.
    static func run(
        _ name: String, _ arguments: [String], input: String = "", within limit: Duration = .seconds(60)
    ) async throws -> Output {
        guard let path = path(of: name) else { throw ClusterError(.system, "there is no '\(name)' on this machine") }
        return try await NIOThreadPool.singleton.runIfActive {
            try execute(path, [name] + arguments, input, within: limit)
        }
    }

    /// As `run`; throws `system` with the tool's words when it fails.
    @discardableResult
    static func call(_ name: String, _ arguments: [String], input: String = "") async throws -> String {
        let output = try await run(name, arguments, input: input)
        guard output.code == 0 else {
            let words = output.errors.split(separator: "\n").prefix(4).joined(separator: "; ")
            throw ClusterError(.system, "\(name) \(arguments.joined(separator: " ")) failed (\(output.code)): \(words)")
        }
        return output.text
    }

    private static func execute(
        _ path: String, _ arguments: [String], _ input: String, within limit: Duration
    ) throws -> Output {
        // One pair of sockets for each standard stream: ours, then the tool's.
        var pairs: [[Int32]] = []
        defer { for descriptor in pairs.joined() where descriptor >= 0 { close(descriptor) } }
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw systemError("cannot start \(path)") }
            pairs.append(pair)
        }
        var pid: pid_t = 0
        let failure = spawn(path, arguments, streams: pairs.map { $0[1] }, &pid)
        for place in pairs.indices {
            close(pairs[place][1])
            pairs[place][1] = -1
        }
        guard failure == 0 else { throw systemError("cannot start \(path)", failure) }
        var exchange = Exchange(streams: pairs.map { $0[0] }, input: Array(input.utf8))
        let isComplete = exchange.run(until: ContinuousClock.now + limit)
        if !isComplete { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard isComplete else { throw ClusterError(.timeout, "\(path) took longer than \(limit)") }
        let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
        return Output(code: code, text: exchange.text(1), errors: exchange.text(2))
    }

    private static func spawn(_ path: String, _ arguments: [String], streams: [Int32], _ pid: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (place, descriptor) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let vector = arguments.map { strdup($0) } + [nil]
        defer { vector.forEach { free($0) } }
        return posix_spawn(&pid, path, &actions, &attributes, vector, environ)
    }
}

/// Feeds a tool its input while it reads what the tool says, so that neither waits for the other.
private struct Exchange {
    private let streams: [Int32]
    private let input: [UInt8]
    private var sent = 0
    private var received: [[UInt8]] = [[], [], []]
    private var isOpen = [true, true, true]

    init(streams: [Int32], input: [UInt8]) { (self.streams, self.input) = (streams, input) }

    /// What the tool said on a stream.
    func text(_ stream: Int) -> String { String(decoding: received[stream], as: UTF8.self) }

    /// Runs until the tool has closed its output; false when that takes too long.
    mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        send()
        while isOpen[1] || isOpen[2] {
            let left = (deadline - ContinuousClock.now).totalNanoseconds / 1_000_000
            var waiting = streams.indices.map { stream in
                let events = stream == 0 ? POLLOUT : POLLIN
                return pollfd(fd: isOpen[stream] ? streams[stream] : -1, events: Int16(events), revents: 0)
            }
            let ready = poll(&waiting, nfds_t(waiting.count), Int32(clamping: max(0, left)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return false }
            if waiting[0].revents != 0 { send() }
            for stream in 1...2 where waiting[stream].revents != 0 { receive(stream, &chunk) }
        }
        return true
    }

    private mutating func send() {
        while sent < input.count {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = input.withUnsafeBytes {
                Glibc.send(streams[0], $0.baseAddress?.advanced(by: sent), $0.count - sent, flags)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return }
            // A tool that reads no further is about to say why.
            if count <= 0 { break }
            sent += count
        }
        shutdown(streams[0], Int32(SHUT_WR))
        isOpen[0] = false
    }

    private mutating func receive(_ stream: Int, _ chunk: inout [UInt8]) {
        let count = read(streams[stream], &chunk, chunk.count)
        if count < 0 && errno == EINTR { return }
        if count > 0 { received[stream] += chunk[..<count] } else { isOpen[stream] = false }
    }
}

/// An error in the system's words.
func systemError(_ message: String, _ number: Int32 = errno) -> ClusterError {
    ClusterError(.system, "\(message): \(String(cString: strerror(number)))")
}
