internal import ClusterBase
internal import Glibc
internal import KubeModel
internal import KubeletCore
internal import NIOPosix

/// Makes the volumes of one pod.
struct VolumeMounter: Sendable {
    /// The types of volumes, by member of a volume's specification.
    static let plugins: [String: String] = [
        "emptyDir": "kubernetes.io/empty-dir", "hostPath": "kubernetes.io/host-path",
        "gitRepo": "kubernetes.io/git-repo", "secret": "kubernetes.io/secret", "nfs": "kubernetes.io/nfs",
        "configMap": "kubernetes.io/configmap", "downwardAPI": "kubernetes.io/downward-api",
        "projected": "kubernetes.io/projected", "persistentVolumeClaim": "kubernetes.io/persistent-claim",
        "local": "kubernetes.io/local-volume",
    ]
    /// Names of plugins that differ from the member and are not here.
    private static let absent: [String: String] = [
        "awsElasticBlockStore": "kubernetes.io/aws-ebs", "gcePersistentDisk": "kubernetes.io/gce-pd",
        "azureFile": "kubernetes.io/azure-file", "azureDisk": "kubernetes.io/azure-disk",
        "photonPersistentDisk": "kubernetes.io/photon-pd", "portworxVolume": "kubernetes.io/portworx-volume",
        "scaleIO": "kubernetes.io/scaleio", "vsphereVolume": "kubernetes.io/vsphere-volume",
    ]

    let pod: KubeObject
    let context: PodContext
    let directory: PodDirectory
    let source: any ConfigSource
    /// Whether the pod has no volumes yet, so that what it refers to must be as it is now.
    let isFirst: Bool
    /// The group that the pod's volumes are given to.
    let group: gid_t?

    /// Makes the pod's directory.
    static func make(
        _ pod: KubeObject, _ context: PodContext, _ settings: PodSettings, _ source: any ConfigSource
    ) async throws -> VolumeMounter {
        let (directory, isFirst, seen) = try await NIOThreadPool.singleton.runIfActive {
            try PodDirectory.make(settings.root + "/pods")
            let directory = try PodDirectory(root: SafePath.resolved(settings.root), uid: pod.uid)
            let isFirst = !NodeFiles.exists(directory.path)
            try PodDirectory.make(directory.path)
            guard chmod(directory.path, 0o750) == 0 else {
                throw FileProblem("cannot set the mode of \(directory.path)")
            }
            return (directory, isFirst, try directory.firstSeen())
        }
        return VolumeMounter(
            pod: marked(pod, seen), context: context, directory: directory, source: source, isFirst: isFirst,
            group: pod.integer("spec", "securityContext", "fsGroup").flatMap { gid_t(exactly: $0) })
    }

    /// A pod with the annotations that its node adds: since when it knows the pod, and where from.
    private static func marked(_ pod: KubeObject, _ seen: String) -> KubeObject {
        var pod = pod
        for (key, value) in [("seen", seen), ("source", "api")]
        where pod.annotation("kubernetes.io/config." + key) == nil {
            pod.setAnnotation("kubernetes.io/config." + key, value)
        }
        return pod
    }

    /// Makes a volume there; returns its path.
    func mount(_ volume: KubeObject) async throws -> String {
        let name = volume.text("name")
        // A volume without a source is an empty directory.
        let member = volume.fields.keys.first { $0 != "name" && volume[$0]?.isNull == false } ?? "emptyDir"
        guard let plugin = Self.plugins[member] else {
            throw FileProblem(
                found: "the plugin \(Self.absent[member] ?? "kubernetes.io/" + member.lowercased()) is not supported")
        }
        let path = try directory.volume(name, plugin: plugin)
        let settings = KubeObject(volume[member]) ?? KubeObject()
        switch member {
        case "hostPath": return try await blocking { try Self.hostPath(settings) }
        case "local": return try await blocking { try SafePath.resolved(settings.text("path")) }
        case "emptyDir":
            try await blocking { try emptyDirectory(settings, at: path) }
        case "gitRepo":
            try await gitRepository(settings, name, at: path, mark: directory.mark(name, plugin: plugin))
        case "nfs": try await networkFiles(settings, at: path)
        case "persistentVolumeClaim": return try await claimed(settings, name)
        default: try await files(volume, at: path, inMemory: member == "secret" || member == "projected")
        }
        return path
    }

    /// Runs what may take a while off the threads of concurrency.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive(body)
    }

    /// An empty directory that everybody may write in, on disk or in memory.
    private func emptyDirectory(_ settings: KubeObject, at path: String) throws {
        let medium = settings.text("medium")
        guard medium.isEmpty || medium == "Memory" else {
            throw FileProblem(found: "the medium \"\(medium)\" is not supported")
        }
        let mode = mode_t(truncatingIfNeeded: settings.integer("mode") ?? 0o777) & 0o7777
        if medium == "Memory" {
            try PodDirectory.make(path)
            if try MountTable.isMounted(path) { return }
            let limit = Quantity(settings["sizeLimit"])?.value ?? 0
            try MountTable.mountMemory(at: path, mode: mode, limit: limit > 0 ? limit : nil)
        } else {
            if NodeFiles.exists(path) { return }
            // The name appears when the directory is as it should be: a process that ends half-way does no harm.
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
            try PodDirectory.make(parent)
            let place = try DirectoryHandle(parent)
            let name = String(path.dropFirst(parent.utf8.count + 1))
            let temporary = "..new-" + name
            try place.remove(temporary)
            let made = try place.makeDirectory(temporary, mode: mode)
            if let group { try made.give(to: group) }
            guard renameat(place.descriptor, temporary, place.descriptor, name) == 0 else {
                throw FileProblem("cannot create \(path)")
            }
            return
        }
        if let group { try DirectoryHandle(path).give(to: group) }
    }
}
