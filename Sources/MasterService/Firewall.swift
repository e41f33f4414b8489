internal import Authentication
internal import HTTPTransport

/// Endpoints that an operator has closed (`--firewall_rules`).
struct Firewall: Sendable {
    private let disabled: Set<String>

    /// Makes a firewall of absolute paths; `/state` and `/master/state` are one endpoint.
    init(_ paths: [String]) { disabled = Set(paths.map(Self.own)) }

    private static func own(_ path: String) -> String {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        return path.hasPrefix("/master/") ? String(path.dropFirst("/master".count)) : path
    }

    /// Routes that refuse what is closed.
    func guarding(_ routes: [Route]) -> [Route] {
        guard !disabled.isEmpty else { return routes }
        let disabled = disabled
        return routes.map { route in
            route.checked { request in
                guard disabled.contains(Self.own(request.path)) else { return nil }
                return .error(.forbidden, "Endpoint '\(request.path)' is disabled")
            }
        }
    }
}
