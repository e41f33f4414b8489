public import KubeModel

/// The objects that a pod takes its configuration from, as they were found.
public struct ConfigObjects: Sendable {
    /// Secrets of the pod's namespace, by name.
    public var secrets: [String: KubeObject]
    /// Config maps of the pod's namespace, by name.
    public var configMaps: [String: KubeObject]
    /// Services of the pod's namespace and of the master's.
    public var services: [KubeObject]
    /// The token of the pod's service account; nil when it has none.
    public var accountToken: [UInt8]?

    /// Makes a set.
    public init(
        secrets: [String: KubeObject] = [:], configMaps: [String: KubeObject] = [:], services: [KubeObject] = [],
        accountToken: [UInt8]? = nil
    ) {
        (self.secrets, self.configMaps) = (secrets, configMaps)
        (self.services, self.accountToken) = (services, accountToken)
    }
}

/// The names of the objects of a pod's namespace that something refers to.
public struct ConfigReferences: Hashable, Sendable {
    /// Names of secrets, sorted.
    public private(set) var secrets: [String] = []
    /// Names of config maps, sorted.
    public private(set) var configMaps: [String] = []
    /// Whether the token of the service account is wanted.
    public private(set) var wantsAccountToken = false

    /// What the environment of a container refers to.
    public init(container: KubeObject) {
        for entry in container.list("envFrom").compactMap({ KubeObject($0) }) {
            add(secret: entry.text("secretRef", "name"), configMap: entry.text("configMapRef", "name"))
        }
        for entry in container.list("env").compactMap({ KubeObject($0) }) {
            add(
                secret: entry.text("valueFrom", "secretKeyRef", "name"),
                configMap: entry.text("valueFrom", "configMapKeyRef", "name"))
        }
    }

    /// What a volume refers to.
    public init(volume: KubeObject) {
        add(secret: volume.text("secret", "secretName"), configMap: volume.text("configMap", "name"))
        for source in volume.list("projected", "sources").compactMap({ KubeObject($0) }) {
            add(secret: source.text("secret", "name"), configMap: source.text("configMap", "name"))
            if source["serviceAccountToken"] != nil { wantsAccountToken = true }
        }
    }

    private mutating func add(secret: String, configMap: String) {
        if !secret.isEmpty, !secrets.contains(secret) { secrets = (secrets + [secret]).sorted() }
        if !configMap.isEmpty, !configMaps.contains(configMap) { configMaps = (configMaps + [configMap]).sorted() }
    }
}
