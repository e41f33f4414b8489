internal import ClusterBase
package import NIOCore
internal import NIOSSL

/// Where a listener's TLS material is (decision D25: PEM files).
public struct TLSIdentity: Sendable {
    /// File with the certificate, followed by its intermediates.
    public var certificateFile: String
    /// File with the private key.
    public var privateKeyFile: String
    /// File with the authorities a client certificate must come from; nil asks for no client certificate.
    public var clientAuthorityFile: String?
    /// Whether clients without a certificate are let in too; those with one must show a good one.
    public var letsAnonymousClientsIn = false

    /// Makes an identity.
    public init(certificateFile: String, privateKeyFile: String, clientAuthorityFile: String? = nil) {
        (self.certificateFile, self.privateKeyFile) = (certificateFile, privateKeyFile)
        self.clientAuthorityFile = clientAuthorityFile
    }
}

/// Whom a client trusts, and what it shows of itself.
public struct TLSTrust: Sendable {
    /// File with the authorities to trust; nil trusts the system's.
    public var authorityFile: String?
    /// Whether a server's certificate and name are checked.
    public var verifiesCertificates = true
    /// Client certificate and key, for servers that ask.
    public var identity: TLSIdentity?

    /// Trusts an authority, or those of the system.
    public init(authorityFile: String? = nil) { self.authorityFile = authorityFile }

    func configuration() throws -> TLSConfiguration {
        do {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            if let authorityFile { tls.trustRoots = .file(authorityFile) }
            if !verifiesCertificates { tls.certificateVerification = .none }
            if let identity {
                let chain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile)
                tls.certificateChain = chain.map { .certificate($0) }
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.privateKeyFile, format: .pem))
            }
            return tls
        } catch {
            throw ClusterError(.invalidArgument, "cannot use the client's TLS material", field: "tls", cause: error)
        }
    }
}

/// TLS for clients of the project that speak on plain channels.
package struct ClientTLS: Sendable {
    private let context: NIOSSLContext

    /// Reads the material once; throws `ClusterError` `invalidArgument`.
    package init(_ trust: TLSTrust) throws {
        let configuration = try trust.configuration()
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClusterError(.invalidArgument, "cannot use the client's TLS material", field: "tls", cause: error)
        }
    }

    /// Puts TLS first in a channel's pipeline; to be called on its event loop, before it is connected.
    package func addHandler(to channel: any Channel, host: String) throws {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
        try channel.pipeline.syncOperations.addHandler(handler, position: .first)
    }
}
