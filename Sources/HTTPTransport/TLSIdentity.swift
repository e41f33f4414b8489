/// Where a listener's TLS material is (decision D25: PEM files).
public struct TLSIdentity: Sendable {
    /// File with the certificate, followed by its intermediates.
    public var certificateFile: String
    /// File with the private key.
    public var privateKeyFile: String
    /// File with the authorities a client certificate must come from; nil asks for no client certificate.
    public var clientAuthorityFile: String?

    /// Makes an identity.
    public init(certificateFile: String, privateKeyFile: String, clientAuthorityFile: String? = nil) {
        (self.certificateFile, self.privateKeyFile) = (certificateFile, privateKeyFile)
        self.clientAuthorityFile = clientAuthorityFile
    }
}
