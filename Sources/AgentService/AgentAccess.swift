internal import AccessControl
internal import AgentCore
internal import Authentication
internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport

/// Which realm each route of an agent is in, and what its users must be allowed (spec `mesos/08` §8.3).
enum AgentAccess {
    private static let open: Set<String> = ["/health", "/version", "/system/stats.json"]
    private static let actions: [String: (AccessAction, AccessObject)] = [
        "/flags": (.viewFlags, .any), "/metrics/snapshot": (.getEndpoint, .path("/metrics/snapshot")),
        "/metrics": (.getEndpoint, .path("/metrics/snapshot")),
        "/containers": (.getEndpoint, .path("/containers")),
        "/monitor/statistics": (.getEndpoint, .path("/monitor/statistics")),
        "/files/debug": (.getEndpoint, .path("/files/debug")),
        "/logging/toggle": (.getEndpoint, .path("/logging/toggle")),
    ]

    /// What a route asks; `/slave(1)/state` asks what `/state` does.
    static func access(to route: Route) -> RouteAccess {
        let prefix = "/" + MasterChannel.process
        let own = route.pattern.hasPrefix(prefix + "/") ? String(route.pattern.dropFirst(prefix.count)) : route.pattern
        return RouteAccess(realm: realm(own, route.method)?.rawValue, actions[own])
    }

    private static func realm(_ pattern: String, _ method: RequestMethod) -> AgentRealm? {
        if open.contains(pattern) { return nil }
        if pattern == "/api/v1/executor" { return .executor }
        return method == .get && pattern != "/logging/toggle" ? .readonly : .readwrite
    }

    /// Routes as a configuration lets them be used.
    static func guarding(_ routes: [Route], _ security: AgentSecurity) -> [Route] {
        let clock = AgentClock()
        let authenticators = security.authenticators.map { ($0.key.rawValue, $0.value) }
        let access = AccessGuard(
            Dictionary(uniqueKeysWithValues: authenticators), rules: security.access, now: { clock.now })
        return routes.map { route in
            let asked = Self.access(to: route)
            let isForExecutors = asked.realm == AgentRealm.executor.rawValue
            return access.guarding(isForExecutors ? route : refusingNameless(route), asked)
        }
    }

    /// Tokens of executors have claims and no name: they are good for the calls of executors only.
    private static func refusingNameless(_ route: Route) -> Route {
        route.checked { request in
            guard let principal = request.principal, principal.value == nil else { return nil }
            return .error(.forbidden, "The token of an executor is good for the calls of executors only")
        }
    }
}

extension AgentEndpoints {
    /// What the sender of a request may see.
    func filter(_ request: HTTPRequest) -> ViewFilter {
        ViewFilter(request.principal, under: configuration.security.access)
    }

    /// Whether the sender of a request may do something.
    func isAllowed(_ request: HTTPRequest, _ action: AccessAction, _ object: AccessObject = .any) -> Bool {
        configuration.security.access?.allows(request.principal, action, object) ?? true
    }
}
