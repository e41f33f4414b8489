internal import CommandFlags

/// Why some of upstream's flags are refused: ignoring them would promise protection that is not there.
extension Flag.Effect {
    static let laterFirewall = later("endpoint rules")
    static let laterImages = later("image provisioning without the container engine")
    static let laterSeccomp = later("seccomp profiles")
    static let noModules = Self.refused("upstream's modules (C++ shared libraries) cannot be loaded")

    static let laterHTTPAuthentication = later("HTTP authentication")
    static let noKeystores = Self.refused("JKS keystores are not read; give PEM files instead once TLS is there")
    static let noPlugins = Self.refused("upstream's plugins (JVM archives) cannot be loaded")

    static let laterEtcd = Self.refused(
        "objects are kept in SQLite in this version (--work-dir); the etcd engine is refused rather than ignored")
    static let laterKubernetesAuthentication = later("authentication at the Kubernetes API")
    static let laterKubernetesAuthorization = later("authorization at the Kubernetes API")
    static let laterKubernetesTLS = later("TLS at the Kubernetes API")

    private static func later(_ what: String, whenTrue: Bool = false) -> Self {
        let words = "\(what) is not in this version; the flag is refused rather than ignored"
        return whenTrue ? .refusedWhenTrue(words) : .refused(words)
    }
}
