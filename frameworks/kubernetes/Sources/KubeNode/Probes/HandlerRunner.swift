internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// Carries out what probes and hooks ask for (spec `kubernetes/04` §4.5, §4.6).
struct HandlerRunner: Sendable {
    /// The run of a container that a hook belongs to.
    struct Target: Sendable {
        /// Its specification.
        var container: ContainerView
        /// The runtime's id of the run.
        var containerID: String
        /// The pod's address; the node's with the host's network.
        var address: String
        /// The pod's long name.
        var pod: String
    }

    /// How much of a command's output or an answer's body is read.
    private static let outputLimit = 10 << 10
    /// No hook takes longer; the container's grace period ends most of them before.
    private static let longestHook = Duration.seconds(3_600)

    private let runtime: any PodRuntime
    private let clock: KubeletClock
    private let http: HTTPProber

    init(runtime: any PodRuntime, clock: KubeletClock) throws {
        (self.runtime, self.clock) = (runtime, clock)
        http = try HTTPProber(bodyLimit: Self.outputLimit)
    }

    /// Closes connections.
    func shutdown() async { await http.shutdown() }

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - container: the specification, for ports given by name.
    ///   - address: where the pod is reached when the check names no host.
    func probe(_ run: ProbeRun, container: ContainerView?, address: String) async -> ProbeOutcome {
        func number(_ port: IntOrString) -> Int? {
            if let container { return container.port(port) }
            if case .integer(let number) = port { return number }
            return nil
        }
        switch run.handler {
        case .exec(let command): return await execute(command, run)
        case .http(let request):
            guard let port = number(request.port) else { return .error(Self.noPort(request.port)) }
            return await http.get(request, address: address, port: port, timeout: run.timeout)
        case .tcp(let host, let port):
            guard let number = number(port) else { return .error(Self.noPort(port)) }
            return await TCPProber.connect(
                host: host.isEmpty ? address : host, port: number, timeout: run.timeout)
        case .sleep(let duration):
            try? await clock.sleep(duration)
            return .success
        }
    }

    /// Carries out a hook; returns why it failed, in the words of its event, or nil.
    func hook(_ handler: HandlerView, _ target: Target) async -> String? {
        switch handler {
        case .exec(let command): return await hook(command, target)
        case .http(let request):
            let what = Self.failed("Http", request.path, target)
            guard let port = target.container.port(request.port) else { return what + Self.noPort(request.port) }
            let outcome = await http.get(request, address: target.address, port: port, timeout: Self.longestHook)
            switch outcome {
            case .success, .warning: return nil
            case .failure(let words), .error(let words): return what + words + ", message: \"\""
            }
        case .tcp(let host, let port):
            guard let number = target.container.port(port) else { return Self.noPort(port) }
            let outcome = await TCPProber.connect(
                host: host.isEmpty ? target.address : host, port: number, timeout: Self.longestHook)
            if case .failure(let words) = outcome { return words }
            return nil
        case .sleep(let duration):
            try? await clock.sleep(duration)
            return nil
        }
    }

    private func hook(_ command: [String], _ target: Target) async -> String? {
        let shown = command.joined(separator: " ")
        let what = Self.failed("Exec", "[\(shown)]", target)
        do throws(RuntimeFailure) {
            let (code, output) = try await runtime.execute(
                target.containerID, command, timeout: nil, limit: Self.outputLimit)
            if code == 0 { return nil }
            let words = String(decoding: output, as: UTF8.self)
            return what + "command '\(shown)' exited with \(code): \(Self.trimmed(words)), "
                + "message: \(Self.quoted(words))"
        } catch {
            return what + "\(error.message), message: \"\""
        }
    }

    private func execute(_ command: [String], _ run: ProbeRun) async -> ProbeOutcome {
        do throws(RuntimeFailure) {
            let (code, output) = try await runtime.execute(
                run.containerID, command, timeout: run.timeout, limit: Self.outputLimit)
            return code == 0 ? .success : .failure(Self.trimmed(String(decoding: output, as: UTF8.self)))
        } catch {
            let shown = Self.quoted(command.joined(separator: " "))
            return error.kind == .timeout ? .failure("command \(shown) timed out") : .error(error.message)
        }
    }

    private static func failed(_ kind: String, _ what: String, _ target: Target) -> String {
        "\(kind) lifecycle hook (\(what)) for Container \"\(target.container.name)\" in Pod \"\(target.pod)\" "
            + "failed - error: "
    }

    private static func noPort(_ port: IntOrString) -> String {
        switch port {
        case .integer(let number): "invalid port number: \(number)"
        case .string(let name): "couldn't find port: \(quoted(name))"
        }
    }

    /// Without white space at the end.
    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// In quotation marks, as a string of JSON.
    private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
