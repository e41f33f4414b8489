internal import ClusterBase
public import KubeModel

/// The port to the objects that pods take their configuration from.
///
/// A source that cannot be asked gives the last answer it had, if any, and throws otherwise.
public protocol ConfigSource: Sendable {
    /// A secret; nil when there is none.
    ///
    /// - Parameter isFresh: false allows an answer from a cache.
    func secret(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject?
    /// A config map; nil when there is none.
    ///
    /// - Parameter isFresh: false allows an answer from a cache.
    func configMap(_ key: ObjectKey, isFresh: Bool) async throws -> KubeObject?
    /// A service account, from a cache; nil when there is none, or when the API knows no such kind.
    func serviceAccount(_ key: ObjectKey) async throws -> KubeObject?
    /// A claim for a persistent volume; nil when there is none, or when the API knows no such kind.
    func claim(_ key: ObjectKey) async throws -> KubeObject?
    /// A persistent volume; nil when there is none, or when the API knows no such kind.
    func persistentVolume(_ name: String) async throws -> KubeObject?
    /// The services of a namespace, by name.
    func services(in namespace: String) async -> [KubeObject]
}

extension ConfigSource {
    /// The secret that holds the token of a pod's service account; nil when the account has none.
    func accountToken(of pod: KubeObject) async throws -> KubeObject? {
        let account = try await serviceAccount(ObjectKey(namespace: pod.namespace, pod.accountName))
        for reference in account?.list("secrets").compactMap({ KubeObject($0) }) ?? [] {
            let key = ObjectKey(namespace: pod.namespace, reference.text("name"))
            guard !key.name.isEmpty, let secret = try await secret(key, isFresh: false) else { continue }
            if secret.text("type") == "kubernetes.io/service-account-token", secret["data", "token"] != nil {
                return secret
            }
        }
        return nil
    }
}

extension KubeObject {
    /// The name of a pod's service account.
    var accountName: String {
        for name in [text("spec", "serviceAccountName"), text("spec", "serviceAccount")] where !name.isEmpty {
            return name
        }
        return "default"
    }
}
