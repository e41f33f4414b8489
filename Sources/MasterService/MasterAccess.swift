internal import AccessControl
internal import Authentication
internal import ClusterBase
internal import HTTPTransport
internal import MasterCore

/// Which realm each route of a master is in, and what its users must be allowed (spec `mesos/08` §8.1).
enum MasterAccess {
    /// Open to everybody: what load balancers and browsers without credentials need.
    private static let open: Set<String> = [
        "/", "/index.html", "/assets/{name}", "/health", "/redirect", "/version", "/system/stats.json",
        "/help", "/help/{path...}",
    ]
    /// In the realm of changes, though they may be read too.
    private static let changing: Set<String> = [
        "/quota", "/weights", "/maintenance/schedule", "/logging/toggle", "/profiler/start", "/profiler/stop",
    ]
    private static let actions: [String: (AccessAction, AccessObject)] = [
        "/flags": (.viewFlags, .any), "/metrics/snapshot": (.getEndpoint, .path("/metrics/snapshot")),
        "/metrics": (.getEndpoint, .path("/metrics/snapshot")),
        "/logging/toggle": (.getEndpoint, .path("/logging/toggle")),
        "/files/debug": (.getEndpoint, .path("/files/debug")),
    ]

    /// What a route asks; `/master/state` asks what `/state` does.
    static func access(to route: Route) -> RouteAccess {
        let own = route.pattern.hasPrefix("/master/") ? String(route.pattern.dropFirst("/master".count)) : route.pattern
        return RouteAccess(realm: realm(own, route.method)?.rawValue, actions[own])
    }

    private static func realm(_ pattern: String, _ method: RequestMethod) -> MasterRealm? {
        if open.contains(pattern) { return nil }
        if pattern == "/api/v1/scheduler" { return .scheduler }
        return method == .get && !changing.contains(pattern) ? .readonly : .readwrite
    }

    /// Routes as a configuration lets them be used.
    static func guarding(_ routes: [Route], _ configuration: MasterServiceConfiguration) -> [Route] {
        let clock = ServiceClock()
        let authenticators = configuration.security.authenticators.map { ($0.key.rawValue, $0.value) }
        let access = AccessGuard(
            Dictionary(uniqueKeysWithValues: authenticators), rules: configuration.core.access, now: { clock.now })
        return routes.map { access.guarding(refusingNameless($0), Self.access(to: $0)) }
    }

    /// Tokens of executors have claims and no name: they are good for their agent only.
    private static func refusingNameless(_ route: Route) -> Route {
        route.checked { request in
            guard let principal = request.principal, principal.value == nil else { return nil }
            let text =
                "The request's authenticated principal contains claims, but no value string. The master currently "
                + "requires that principals have a value"
            return .error(.forbidden, text)
        }
    }
}

extension MasterEndpoints {
    /// What the sender of a request may see.
    func filter(_ request: HTTPRequest) -> ViewFilter {
        ViewFilter(request.principal, under: configuration.core.access)
    }

    /// Whether the sender of a request may do something.
    func isAllowed(_ request: HTTPRequest, _ action: AccessAction, _ object: AccessObject = .any) -> Bool {
        configuration.core.access?.allows(request.principal, action, object) ?? true
    }
}
