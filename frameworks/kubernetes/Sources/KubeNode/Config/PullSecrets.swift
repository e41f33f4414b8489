internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// Finds what the registry of an image may be offered: the pod's secrets, its service account's, the node's own files.
struct PullSecrets: Sendable {
    private static let keys = [
        (type: "kubernetes.io/dockerconfigjson", key: ".dockerconfigjson", isOlderForm: false),
        (type: "kubernetes.io/dockercfg", key: ".dockercfg", isOlderForm: true),
    ]

    let source: any ConfigSource
    /// Files in Docker's form.
    let files: [String]

    /// The credentials, in the order in which they are tried, each once.
    func credentials(_ pod: KubeObject, image: String) async -> [RegistryCredential] {
        guard let image = ImageReference(image) else { return [] }
        var found: [RegistryCredential] = []
        for ring in await rings(pod) + fileRings() {
            for credential in ring.credentials(for: image) where !found.contains(credential) {
                found.append(credential)
            }
        }
        return found
    }

    private func rings(_ pod: KubeObject) async -> [RegistryKeyring] {
        var names = Self.names(pod["spec", "imagePullSecrets"])
        if names.isEmpty {
            let key = ObjectKey(namespace: pod.namespace, pod.accountName)
            names = Self.names(((try? await source.serviceAccount(key)) ?? nil)?["imagePullSecrets"])
        }
        var rings: [RegistryKeyring] = []
        for name in names {
            let key = ObjectKey(namespace: pod.namespace, name)
            guard let secret = (try? await source.secret(key, isFresh: false)) ?? nil else { continue }
            for form in Self.keys where secret.text("type") == form.type || secret.text("type").isEmpty {
                guard let text = secret["data", form.key]?.string,
                    let bytes = Base64.decode(text.utf8, strictly: false),
                    let ring = RegistryKeyring(bytes, isOlderForm: form.isOlderForm)
                else { continue }
                rings.append(ring)
            }
        }
        return rings
    }

    private func fileRings() -> [RegistryKeyring] {
        files.compactMap { path in
            NodeFiles.bytes(path).flatMap { RegistryKeyring($0, isOlderForm: path.hasSuffix("cfg")) }
        }
    }

    private static func names(_ list: JSONValue?) -> [String] {
        (list?.array ?? []).compactMap { $0["name"]?.string }.filter { !$0.isEmpty }
    }
}
