internal import ClusterBase
internal import Glibc
internal import KubeModel
internal import KubeletCore

extension VolumeMounter {
    /// Files made from objects of the API; follows their changes when it is called again.
    func files(_ volume: KubeObject, at path: String, inMemory: Bool) async throws {
        let objects = try await ConfigObjects.gather(
            ConfigReferences(volume: volume), for: pod, from: source, isFresh: isFirst || !NodeFiles.exists(path))
        guard let files = try VolumeFiles.files(of: volume, pod: pod, objects: objects, context.facts(for: pod))
        else { return }
        try await put(files, at: path, inMemory: inMemory)
    }

    /// The token of the pod's service account; nil when it has none, or does not want it.
    ///
    /// Accounts get tokens from a controller; where there is none, pods go without.
    func mountAccount() async throws -> String? {
        let containers = (pod.list("spec", "containers") + pod.list("spec", "initContainers")).map { KubeObject($0) }
        let wants = containers.contains { container in
            container?.list("volumeMounts").allSatisfy { $0["mountPath"]?.string != HostVolumes.accountPath } ?? false
        }
        let wish = pod["spec", "automountServiceAccountToken"]?.bool
        guard wants, wish != false, pod.annotation("kubernetes.io/config.source") != "file" else { return nil }
        let account = try await source.serviceAccount(ObjectKey(namespace: pod.namespace, pod.accountName))
        if wish == nil, account?["automountServiceAccountToken"]?.bool == false { return nil }
        guard let secret = try await source.accountToken(of: pod) else { return nil }
        let files = secret.strings("data").sorted { $0.key < $1.key }.compactMap { key, value in
            Base64.decode(value.utf8, strictly: false).map { VolumeFile(path: key, bytes: $0, mode: 0o644) }
        }
        let path = try directory.volume("token", plugin: HostVolumes.accountVolume)
        try await put(files, at: path, inMemory: true)
        return path
    }

    private func put(_ files: [VolumeFile], at path: String, inMemory: Bool) async throws {
        try await blocking { [group] in
            try PodDirectory.make(path)
            if inMemory, try !MountTable.isMounted(path) { try MountTable.mountMemory(at: path, mode: 0o755) }
            _ = try AtomicDirectory(path).write(files, group: group)
        }
    }
}
