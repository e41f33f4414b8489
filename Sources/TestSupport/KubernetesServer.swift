public import ClusterBase
internal import Foundation

/// A `roost kubernetes` process of its own, and where it serves.
public struct KubernetesServer: Sendable {
    /// The process.
    public let process: ChildProcess
    /// The API's URL.
    public let url: String
    private let scope: TestScope
    /// Where clients run; nil: where the tests do.
    private let namespace: NetworkNamespace?

    init(process: ChildProcess, url: String, scope: TestScope, namespace: NetworkNamespace? = nil) {
        (self.process, self.url, self.scope, self.namespace) = (process, url, scope, namespace)
    }

    /// Starts one in a scope, on a free port, and waits until it serves.
    ///
    /// A second start on the same `workDirectory` finds the objects of the first.
    public static func start(
        in scope: TestScope, workDirectory: String? = nil, port: Int = 0, arguments: [String] = [],
        name: String = "kubernetes"
    ) async throws -> KubernetesServer {
        let directory = workDirectory ?? scope.directory.path + "/" + name
        let ready = scope.directory.path + "/\(name)-ready-\(UInt32.random(in: 0 ... .max)).json"
        let process = try scope.start(
            try Roost.binary(),
            ["kubernetes", "--port", "\(port)", "--work-dir", directory, "--ready-file", ready] + arguments, name: name)
        let text = try await process.waitForFile(ready)
        guard let url = try JSONValue(parsing: text)["kubernetes"]?.string else {
            throw TestError("the ready file names no Kubernetes API: \(text)")
        }
        return KubernetesServer(process: process, url: url, scope: scope)
    }

    /// What a run of `kubectl` said.
    public struct Output: Sendable {
        /// The exit status.
        public var status: ChildProcess.ExitStatus
        /// Standard output.
        public var text: String
        /// Standard error.
        public var errors: String
        /// Standard output as lines.
        public var lines: [String] { text.split(separator: "\n").map(String.init) }
        /// Standard output as a tree; `null` when it is not JSON.
        public var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    }

    /// Runs Debian's `kubectl` 1.20 against the server, with a discovery cache of the scope, and waits for its end.
    public func kubectl(_ arguments: [String], within timeout: Duration = .seconds(60)) async throws -> Output {
        let process = try startKubectl(arguments)
        let status = try await process.waitForExit(within: timeout)
        return Output(status: status, text: process.output(.standardOutput), errors: process.output(.standardError))
    }

    /// Starts `kubectl`, for commands that follow something.
    public func startKubectl(_ arguments: [String]) throws -> ChildProcess {
        let directory = scope.directory.path + "/kubectl"
        let all = ["--kubeconfig=/dev/null", "--cache-dir=\(directory)", "-s", url] + arguments
        let name = "kubectl-\(UInt32.random(in: 0 ... .max))"
        if let namespace { return try namespace.start(try Roost.kubectl(), all, in: scope, name: name) }
        return try scope.start(try Roost.kubectl(), all, name: name)
    }
}

extension Roost {
    /// Debian's `kubectl` 1.20, which `deploy/setup test` unpacks.
    public static func kubectl() throws -> String {
        let path = repository + "/.build/conformance/kubectl/usr/bin/kubectl"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestError("no kubectl; run 'deploy/setup test'")
        }
        return path
    }

    /// A manifest of `Tests/ConformanceTests/fixtures`, by the beginning of its name, such as `f-08`.
    public static func fixture(_ prefix: String) throws -> String {
        let directory = repository + "/Tests/ConformanceTests/fixtures"
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        guard let name = names.first(where: { $0.hasPrefix(prefix) }) else { throw TestError("no fixture \(prefix)") }
        return directory + "/" + name
    }
}
