internal import AccessControl
internal import AgentService
internal import Authentication
internal import ClusterBase
internal import CommandFlags
internal import Foundation
internal import HTTPTransport
internal import MasterService

/// What the flags of a daemon say about who may do what.
func accessRules(_ values: FlagValues) throws -> AccessRules? {
    guard let text = values["acls"], !text.isEmpty else { return nil }
    do { return try AccessRules(document: JSONValue(parsing: text)) } catch {
        throw UsageError(flag: "--acls", "\(error)")
    }
}

/// How fast principals may call.
func rateLimits(_ values: FlagValues) throws -> RateLimits? {
    guard let text = values["rate_limits"], !text.isEmpty else { return nil }
    do { return try RateLimits(document: JSONValue(parsing: text)) } catch {
        throw UsageError(flag: "--rate_limits", "\(error)")
    }
}

/// Who a master lets in.
func masterSecurity(_ values: FlagValues) throws -> MasterSecurity {
    var security = MasterSecurity()
    let table = try credentials(values, "credentials")
    security.peerCredentials = table
    security.authenticationTimeout = values.duration("authentication_v0_timeout") ?? .seconds(15)
    if values.bool("authenticate_agents"), table == nil {
        throw UsageError(flag: "--authenticate_agents", "needs --credentials: nobody could be authenticated")
    }
    try only(values, "authenticators", ["crammd5"])
    try only(values, "authorizers", ["local"])
    func guarding(_ realm: MasterRealm, _ flag: String, with names: String) throws {
        guard values.bool(flag) else { return }
        security.authenticators[realm] = try authenticator(values, names, flag: flag, basic: table, key: nil)
    }
    try guarding(.readonly, "authenticate_http_readonly", with: "http_authenticators")
    try guarding(.readwrite, "authenticate_http_readwrite", with: "http_authenticators")
    if values.bool("authenticate_http_frameworks"), (values["http_framework_authenticators"] ?? "").isEmpty {
        throw UsageError(
            flag: "--authenticate_http_frameworks", "needs --http_framework_authenticators, such as basic")
    }
    try guarding(.scheduler, "authenticate_http_frameworks", with: "http_framework_authenticators")
    let wire = try DaemonTLS.current()
    (security.identity, security.messageTLS) = (wire.identity, wire.messageTLS)
    security.requiresPeerAddressMatch = wire.requiresPeerAddressMatch
    return security
}

/// Who an agent lets in, and what it shows the master.
func agentSecurity(_ values: FlagValues) throws -> AgentSecurity {
    var security = AgentSecurity()
    security.access = try accessRules(values)
    if let text = values["credential"], !text.isEmpty {
        security.credential = try naming("--credential") { try Credential(text: text) }
    }
    if let path = values["jwt_secret_key"], !path.isEmpty {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw UsageError(flag: "--jwt_secret_key", "cannot read \(path)")
        }
        security.executorKey = try naming("--jwt_secret_key") { try WebTokenKey(Array(bytes)) }
    }
    try only(values, "authenticatee", ["crammd5"])
    try only(values, "authorizer", ["local"])
    let table = try credentials(values, "http_credentials")
    for (realm, flag) in [
        (AgentRealm.readonly, "authenticate_http_readonly"), (.readwrite, "authenticate_http_readwrite"),
    ] where values.bool(flag) {
        security.authenticators[realm] = try authenticator(
            values, "http_authenticators", flag: flag, basic: table, key: security.executorKey)
    }
    if values.bool("authenticate_http_executors") {
        guard let key = security.executorKey else {
            throw UsageError(flag: "--authenticate_http_executors", "needs --jwt_secret_key, which signs the tokens")
        }
        security.authenticators[.executor] = TokenAuthenticator(key)
    }
    security.authenticationBackoffFactor = values.duration("authentication_backoff_factor") ?? .seconds(1)
    security.authenticationTimeoutMin = values.duration("authentication_timeout_min") ?? .seconds(5)
    security.authenticationTimeoutMax = values.duration("authentication_timeout_max") ?? .seconds(60)
    guard security.authenticationTimeoutMin <= security.authenticationTimeoutMax else {
        throw UsageError(flag: "--authentication_timeout_min", "must not be above --authentication_timeout_max")
    }
    let wire = try DaemonTLS.current()
    (security.identity, security.messageTLS) = (wire.identity, wire.messageTLS)
    security.requiresPeerAddressMatch = wire.requiresPeerAddressMatch
    return security
}

private func credentials(_ values: FlagValues, _ name: String) throws -> CredentialTable? {
    guard let text = values[name], !text.isEmpty else { return nil }
    return CredentialTable(try naming("--\(name)") { try Credential.list(text: text) })
}

/// The authenticators that a flag names; without names those that there is something for.
private func authenticator(
    _ values: FlagValues, _ names: String, flag: String, basic: CredentialTable?, key: WebTokenKey?
) throws -> any HTTPAuthenticator {
    var words = (values[names] ?? "").split(separator: ",").map(String.init)
    if words.isEmpty { words = (basic == nil ? [] : ["basic"]) + (key == nil ? [] : ["jwt"]) }
    var found: [any HTTPAuthenticator] = []
    for word in words {
        switch (word, basic, key) {
        case ("basic", let basic?, _): found.append(BasicAuthenticator(basic))
        case ("jwt", _, let key?): found.append(TokenAuthenticator(key))
        case ("basic", nil, _): throw UsageError(flag: "--\(flag)", "needs credentials for the authenticator basic")
        case ("jwt", _, nil): throw UsageError(flag: "--\(names)", "jwt needs --jwt_secret_key, which agents have")
        default: throw UsageError(flag: "--\(names)", "there is no authenticator '\(word)'")
        }
    }
    guard let first = found.first else { throw UsageError(flag: "--\(flag)", "needs credentials") }
    return found.count == 1 ? first : CombinedAuthenticator(found)
}

private func only(_ values: FlagValues, _ name: String, _ known: [String]) throws {
    if let value = values[name], !value.isEmpty, !known.contains(value) {
        throw UsageError(flag: "--\(name)", "expected \(known.joined(separator: " or ")), not '\(value)'")
    }
}
