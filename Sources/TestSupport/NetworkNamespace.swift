internal import Foundation

/// A network namespace of a test's own: a host as far as addresses, routes and packet rules go.
///
/// It is named by the test process, so that namespaces that a crash left behind are found and removed by the next one.
public final class NetworkNamespace: Sendable {
    /// Its name for `ip -n`.
    public let name: String
    /// The file to enter it by.
    public var path: String { Self.directory + name }

    private static let directory = "/run/netns/"
    private static let prefix = "roost-test-"

    private init(_ name: String) { self.name = name }

    /// Makes a namespace, with its loopback up, that goes with the scope.
    public static func create(_ label: String, in scope: TestScope) async throws -> NetworkNamespace {
        sweep()
        let namespace = NetworkNamespace("\(prefix)\(getpid())-\(UInt32.random(in: 0..<1 << 20))-\(label)")
        let name = namespace.name
        try await onThisHost("ip netns add \(name) && ip -n \(name) link set lo up", in: scope)
        scope.onExit { remove(name) }
        return namespace
    }

    /// Starts a program in the namespace; it is the process itself, not a helper, that is returned.
    public func start(
        _ executable: String, _ arguments: [String] = [], in scope: TestScope, name: String? = nil,
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try scope.start(
            "/usr/bin/nsenter", ["--net=\(path)", executable] + arguments,
            name: name ?? URL(filePath: executable).lastPathComponent, environment: environment)
    }

    /// Runs a shell script in the namespace and returns what it prints; throws when it fails.
    @discardableResult
    public func shell(_ script: String, in scope: TestScope, within timeout: Duration = .seconds(30)) async throws
        -> String
    {
        let process = try start("/bin/sh", ["-ec", script], in: scope, name: "shell")
        return try await Self.output(of: process, script, within: timeout)
    }

    /// The same in the namespace of this process.
    @discardableResult
    public static func onThisHost(_ script: String, in scope: TestScope, within timeout: Duration = .seconds(30))
        async throws
        -> String
    {
        let process = try scope.start("/bin/sh", ["-ec", script], name: "shell")
        return try await output(of: process, script, within: timeout)
    }

    private static func output(of process: ChildProcess, _ script: String, within timeout: Duration) async throws
        -> String
    {
        guard try await process.waitForExit(within: timeout).isSuccess else {
            throw TestError("\(script)\n\(process.tails)")
        }
        return process.output()
    }

    /// Ends what runs in a namespace and removes it.
    private static func remove(_ name: String) {
        let removal = try? ChildProcess(
            "/bin/sh",
            ["-c", "for pid in $(ip netns pids \(name)); do kill -KILL $pid; done; ip netns delete \(name)"])
        guard let removal else { return }
        var info = siginfo_t()
        _ = waitid(P_PID, id_t(removal.pid), &info, WEXITED | WNOWAIT)
    }

    /// Removes the namespaces of test processes that are no more.
    private static func sweep() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            guard name.hasPrefix(prefix), let pid = Int32(name.dropFirst(prefix.count).prefix { $0.isNumber }),
                kill(pid, 0) != 0
            else { continue }
            remove(name)
        }
    }
}
