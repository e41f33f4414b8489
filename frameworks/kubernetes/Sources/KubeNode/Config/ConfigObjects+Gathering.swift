internal import ClusterBase
internal import KubeModel
internal import KubeletCore

extension ConfigObjects {
    /// Fetches what references name; what is missing is left out.
    ///
    /// - Parameter isFresh: false allows answers from a cache.
    static func gather(
        _ references: ConfigReferences, for pod: KubeObject, from source: any ConfigSource, isFresh: Bool
    ) async throws -> ConfigObjects {
        var objects = ConfigObjects()
        for name in references.secrets {
            let key = ObjectKey(namespace: pod.namespace, name)
            objects.secrets[name] = try await source.secret(key, isFresh: isFresh)
        }
        for name in references.configMaps {
            let key = ObjectKey(namespace: pod.namespace, name)
            objects.configMaps[name] = try await source.configMap(key, isFresh: isFresh)
        }
        if references.wantsAccountToken, let secret = try await source.accountToken(of: pod) {
            objects.accountToken = Base64.decode(secret.text("data", "token").utf8, strictly: false)
        }
        return objects
    }
}
