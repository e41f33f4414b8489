internal import Authentication
internal import HTTPTransport

/// Endpoints that an operator has closed (`--firewall_rules`).
struct Firewall: Sendable {
    private let disabled: Set<String>

    /// Makes a firewall of absolute paths; `/state` and `/master/state` are one endpoint.
    init(_ paths: [String]) { disabled = Set(paths.map(Self.own)) }

    /// The path as routes see it: without the process, and however many slashes there are.
    private static func own(_ path: String) -> String {
        var segments = path.split(separator: "/")
        if segments.count > 1, segments[0] == "master" { segments.removeFirst() }
        return segments.joined(separator: "/")
    }

    /// Routes that refuse what is closed.
    func guarding(_ routes: [Route]) -> [Route] {
        guard !disabled.isEmpty else { return routes }
        let disabled = disabled
        return routes.map { route in
            // A route that answers sub-paths is closed with all of them: `/api/v1/x` does what `/api/v1` does.
            let isClosed = disabled.contains(Self.own(route.pattern))
            return route.checked { request in
                guard isClosed || disabled.contains(Self.own(request.path)) else { return nil }
                return .error(.forbidden, "Endpoint '\(request.path)' is disabled")
            }
        }
    }
}
