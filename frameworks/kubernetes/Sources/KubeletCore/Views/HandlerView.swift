public import ClusterBase
public import KubeModel

/// What a probe or hook does.
public enum HandlerView: Hashable, Sendable {
    /// Runs a command in the container.
    case exec([String])
    /// Sends an HTTP request.
    case http(HTTPRequestView)
    /// Opens a TCP connection.
    case tcp(host: String, port: IntOrString)
    /// Waits.
    case sleep(Duration)

    /// Reads the first member that says what to do; nil when there is none.
    public init?(_ value: JSONValue?) {
        guard let handler = KubeObject(value) else { return nil }
        for row in Self.rows {
            guard let action = KubeObject(handler[row.member]) else { continue }
            self = row.read(action)
            return
        }
        return nil
    }

    private static let rows: [(member: String, read: @Sendable (KubeObject) -> HandlerView)] = [
        ("exec", { .exec($0.list("command").compactMap(\.string)) }),
        ("httpGet", { .http(HTTPRequestView($0)) }),
        ("tcpSocket", { .tcp(host: $0.text("host"), port: IntOrString($0["port"]) ?? .integer(0)) }),
        ("sleep", { .sleep(.seconds($0.integer("seconds") ?? 0)) }),
    ]

    /// How events name it as a hook.
    var summary: String {
        switch self {
        case .exec(let command): "Exec lifecycle hook ([\(command.joined(separator: " "))])"
        case .http(let request): "Http lifecycle hook (\(request.path))"
        case .tcp(let host, let port): "Tcp lifecycle hook (\(host):\(port.value.string ?? port.value.text))"
        case .sleep(let span): "Sleep lifecycle hook (\(span.components.seconds)s)"
        }
    }
}

/// An HTTP request of a probe or hook (`httpGet`).
public struct HTTPRequestView: Hashable, Sendable {
    /// The path with query; `/` at least.
    public var path: String
    /// The port, by number or by the container's name for it.
    public var port: IntOrString
    /// The host; empty = the pod's address.
    public var host: String
    /// Whether it goes over TLS, without verification.
    public var isSecure: Bool
    /// Headers, in order; `Host` replaces the host's name.
    public var headers: [Header]

    /// One header.
    public struct Header: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String
    }

    /// Reads `httpGet`.
    public init(_ action: KubeObject) {
        let text = action.text("path")
        path = text.hasPrefix("/") ? text : "/" + text
        port = IntOrString(action["port"]) ?? .integer(0)
        host = action.text("host")
        isSecure = action.text("scheme") == "HTTPS"
        headers = action.list("httpHeaders").compactMap { KubeObject($0) }.map {
            Header(name: $0.text("name"), value: $0.text("value"))
        }
    }
}

/// A check of a container (`livenessProbe`, `readinessProbe`, `startupProbe`).
public struct ProbeView: Hashable, Sendable {
    /// What is done.
    public var handler: HandlerView
    /// How long after the container's start the first check is.
    public var initialDelay: Duration
    /// How long a check may take; a second at least.
    public var timeout: Duration
    /// The time between two checks; a second at least.
    public var period: Duration
    /// How many successes in a row count as success; 1 at least.
    public var successThreshold: Int
    /// How many failures in a row count as failure; 1 at least.
    public var failureThreshold: Int
    /// How long the container may take to end after a failure; nil = as the pod says.
    public var terminationGrace: Duration?

    /// Reads a probe; nil when there is none, or it says not what to do.
    public init?(_ value: JSONValue?) {
        guard let probe = KubeObject(value), let handler = HandlerView(value) else { return nil }
        self.handler = handler
        func number(_ member: String, default standard: Int64) -> Int64 {
            let number = probe.integer(member) ?? 0
            return number <= 0 ? standard : min(number, Int64(Int32.max))
        }
        initialDelay = .seconds(number("initialDelaySeconds", default: 0))
        timeout = .seconds(number("timeoutSeconds", default: 1))
        period = .seconds(number("periodSeconds", default: 10))
        successThreshold = Int(number("successThreshold", default: 1))
        failureThreshold = Int(number("failureThreshold", default: 3))
        terminationGrace = probe.integer("terminationGracePeriodSeconds").map { .seconds($0) }
    }
}
