public import AccessControl
public import ClusterBase
public import HTTPTransport

/// What a route asks of those who use it.
public struct RouteAccess: Sendable {
    /// The realm in which they must be known, such as `mesos-master-readonly`; nil = in none.
    public var realm: String?
    /// What they must be allowed to do; nil = nothing, or the handler asks.
    public var action: (AccessAction, AccessObject)?

    /// Makes a value.
    public init(realm: String?, _ action: (AccessAction, AccessObject)? = nil) {
        (self.realm, self.action) = (realm, action)
    }
}

/// Lets requests through to routes: their senders must be known where the realm is guarded, and be allowed to.
public struct AccessGuard: Sendable {
    private let authenticators: [String: any HTTPAuthenticator]
    private let rules: AccessRules?
    private let now: @Sendable () -> Instant

    /// Makes a guard of the realms that have an authenticator; `now` tells the time by which tokens expire.
    public init(
        _ authenticators: [String: any HTTPAuthenticator], rules: AccessRules?, now: @escaping @Sendable () -> Instant
    ) {
        (self.authenticators, self.rules, self.now) = (authenticators, rules, now)
    }

    /// A route as the guard lets it be used; routes that ask nothing stay as they are.
    public func guarding(_ route: Route, _ access: RouteAccess) -> Route {
        let authenticator = access.realm.flatMap { authenticators[$0] }
        let action = rules == nil ? nil : access.action
        guard authenticator != nil || action != nil else { return route }
        let (realm, rules, now) = (access.realm ?? "", rules, now)
        return route.checked { request in
            if let authenticator {
                do {
                    let field = request.headers["authorization"]
                    request.principal = try authenticator.authenticate(field, realm: realm, now: now())
                } catch let challenge as AuthenticationChallenge {
                    var response = HTTPResponse.error(.unauthorized, "401 Unauthorized.")
                    response.headers["WWW-Authenticate"] = challenge.fields.joined(separator: ", ")
                    return response
                } catch { return .error(.internalServerError) }
            }
            if let (action, object) = action, rules?.allows(request.principal, action, object) == false {
                return .error(.forbidden, "403 Forbidden.")
            }
            return nil
        }
    }
}

extension Route {
    /// The same route behind a check that may note something in the request, or answer in the handler's place.
    public func checked(_ check: @escaping @Sendable (inout HTTPRequest) -> HTTPResponse?) -> Route {
        let guarded: RouteHandler =
            switch handler {
            case .direct(let handler):
                .direct { request, reply in
                    var request = request
                    if let refusal = check(&request) { return reply.send(refusal) }
                    handler(request, reply)
                }
            case .async(let handler):
                .async { request in
                    var request = request
                    if let refusal = check(&request) { return refusal }
                    return try await handler(request)
                }
            }
        return Route(method, pattern, prefix: isPrefix, bodyLimit: bodyLimit, handler: guarded)
    }
}
