internal import CommandFlags
internal import Foundation
internal import HTTPTransport

/// TLS of a daemon, from upstream's variables `LIBPROCESS_SSL_…` (spec `mesos/09` §9; mesos `docs/ssl.md`).
struct DaemonTLS {
    /// What the listener shows; nil = clear text.
    var identity: TLSIdentity?
    /// How other daemons are spoken to; nil = clear text.
    var messageTLS: ClientTLS?
    /// `LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH`.
    var requiresPeerAddressMatch = false
    /// The variables that executors need to speak to their agent.
    var executorVariables: [(name: String, value: String)] = []

    /// Reads this process's environment.
    static func current() throws -> DaemonTLS { try DaemonTLS(ProcessInfo.processInfo.environment) }

    /// Reads variables; throws `UsageError` that names the one that is wrong.
    init(_ variables: [String: String]) throws {
        func flag(_ name: String, default preset: Bool = false) throws -> Bool {
            switch variables[name]?.lowercased() {
            case nil, "": return preset
            case "1", "true", "t", "yes", "y": return true
            case "0", "false", "f", "no", "n": return false
            default: throw UsageError(flag: name, "expected true or false")
            }
        }
        func either(_ names: String...) throws -> Bool { try names.contains { try flag($0) } }
        let prefix = "LIBPROCESS_SSL_"
        requiresPeerAddressMatch = try flag("LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH")
        guard try flag(prefix + "ENABLED") else { return }
        if try flag(prefix + "SUPPORT_DOWNGRADE") {
            throw UsageError(
                flag: prefix + "SUPPORT_DOWNGRADE", "connections in clear text beside TLS are not possible")
        }
        func file(_ name: String) throws -> String {
            guard let path = variables[prefix + name], !path.isEmpty else {
                throw UsageError(flag: prefix + name, "is required when \(prefix)ENABLED is set")
            }
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw UsageError(flag: prefix + name, "cannot read \(path)")
            }
            return path
        }
        var identity = TLSIdentity(certificateFile: try file("CERT_FILE"), privateKeyFile: try file("KEY_FILE"))
        let requiresClients = try either(prefix + "REQUIRE_CLIENT_CERT", prefix + "REQUIRE_CERT")
        let verifies = try either(prefix + "VERIFY_SERVER_CERT", prefix + "VERIFY_CERT") || requiresClients
        let authorities = variables[prefix + "CA_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        if verifies || authorities != nil { _ = try file("CA_FILE") }
        var trust = TLSTrust(authorityFile: authorities)
        trust.verifiesCertificates = verifies
        trust.identity = identity
        if verifies {
            identity.clientAuthorityFile = authorities
            identity.letsAnonymousClientsIn = !requiresClients
        }
        self.identity = identity
        do { messageTLS = try ClientTLS(trust) } catch { throw UsageError(flag: prefix + "ENABLED", "\(error)") }
        executorVariables = ["ENABLED", "CA_FILE", "VERIFY_CERT", "VERIFY_SERVER_CERT"].compactMap { name in
            variables[prefix + name].map { (prefix + name, $0) }
        }
    }
}
