public import ClusterBase
internal import HTTPTransport

/// Finds out who sent a request by its `Authorization` field.
public protocol HTTPAuthenticator: Sendable {
    /// Who it is; throws the challenge for `WWW-Authenticate` when that is not known.
    func authenticate(_ authorization: String?, realm: String, now: Instant) throws(AuthenticationChallenge)
        -> Principal
}

/// What a client is asked for that has not shown who it is.
public struct AuthenticationChallenge: Error, Hashable, Sendable {
    /// The values of `WWW-Authenticate`.
    public var fields: [String]

    /// Makes a challenge.
    public init(_ fields: [String]) { self.fields = fields }
}

/// Names and passwords (RFC 7617).
public struct BasicAuthenticator: HTTPAuthenticator {
    private let credentials: CredentialTable

    /// Makes an authenticator.
    public init(_ credentials: CredentialTable) { self.credentials = credentials }

    /// See `HTTPAuthenticator`.
    public func authenticate(
        _ authorization: String?, realm: String, now: Instant
    ) throws(AuthenticationChallenge) -> Principal {
        if let authorization, case .basic(let user, let password)? = Credentials(authorization: authorization),
            credentials.accepts(user, secret: Array(password.utf8))
        {
            return Principal(user)
        }
        throw AuthenticationChallenge(["Basic realm=\"\(realm)\""])
    }
}

/// Signed tokens (RFC 6750, RFC 7519).
///
/// Textual claims become the principal's; one named `sub` is its name too, so that rules can be about it.
public struct TokenAuthenticator: HTTPAuthenticator {
    private let key: WebTokenKey

    /// Makes an authenticator.
    public init(_ key: WebTokenKey) { self.key = key }

    /// See `HTTPAuthenticator`.
    public func authenticate(
        _ authorization: String?, realm: String, now: Instant
    ) throws(AuthenticationChallenge) -> Principal {
        guard let authorization, case .bearer(let token)? = Credentials(authorization: authorization) else {
            throw AuthenticationChallenge(["Bearer realm=\"\(realm)\""])
        }
        func invalid(_ problem: String) -> AuthenticationChallenge {
            AuthenticationChallenge([
                "Bearer realm=\"\(realm)\", error=\"invalid_token\", error_description=\"\(problem)\""
            ])
        }
        let claims: JSONObject
        do { claims = try key.claims(of: token, now: now) } catch { throw invalid(error.message) }
        var principal = Principal(nil)
        for (name, value) in claims {
            guard let text = value.string else { continue }
            principal.claims[name] = text
            if name == "sub" { principal.value = text }
        }
        guard principal.value != nil || !principal.claims.isEmpty else { throw invalid("Token has no claims") }
        return principal
    }
}

/// Several authenticators: the first that knows the client decides; else all challenges are sent.
public struct CombinedAuthenticator: HTTPAuthenticator {
    private let authenticators: [any HTTPAuthenticator]

    /// Makes an authenticator of several.
    public init(_ authenticators: [any HTTPAuthenticator]) { self.authenticators = authenticators }

    /// See `HTTPAuthenticator`.
    public func authenticate(
        _ authorization: String?, realm: String, now: Instant
    ) throws(AuthenticationChallenge) -> Principal {
        var fields: [String] = []
        for authenticator in authenticators {
            do { return try authenticator.authenticate(authorization, realm: realm, now: now) } catch {
                fields += error.fields
            }
        }
        throw AuthenticationChallenge(fields)
    }
}
