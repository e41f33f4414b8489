internal import AgentCore
internal import ClusterBase
internal import Glibc
internal import ResourceModel

/// Makes and removes the directories of persistent volumes (spec `mesos/05` §5.3).
///
/// Blocking.
enum VolumeDirectories {
    /// Makes what is in `new` but not in `old`, and removes with all its data what is in `old` but not in `new`.
    ///
    /// A directory that is there already is kept with what is in it; of a volume on a mount of its own the mount stays.
    static func sync(from old: Resources, to new: Resources, _ paths: AgentPaths) throws(ClusterError) {
        let (before, after) = (directories(old, paths), directories(new, paths))
        for (path, volume) in after where !before.contains(where: { $0.path == path }) {
            do throws(ClusterError) {
                try FileSystem.makeDirectories(path)
                try FileSystem.syncDirectory(of: path)
            } catch {
                throw failure("make", volume, error)
            }
        }
        for (path, volume) in before where !after.contains(where: { $0.path == path }) {
            do throws(ClusterError) {
                if volume.disk?.source?.kind == .mount {
                    for name in FileSystem.names(in: path) { try FileSystem.removeTree(path + "/" + name) }
                } else {
                    try FileSystem.removeTree(path)
                }
            } catch {
                throw failure("remove", volume, error)
            }
        }
    }

    private static func directories(_ resources: Resources, _ paths: AgentPaths) -> [(path: String, volume: Resource)] {
        resources.compactMap { volume in paths.volume(volume).map { ($0, volume) } }
    }

    private static func failure(_ what: String, _ volume: Resource, _ cause: ClusterError) -> ClusterError {
        ClusterError(
            .system, "cannot \(what) persistent volume '\(volume.disk?.persistenceID ?? "")': \(cause.message)")
    }
}

extension SandboxBuilder {
    /// Shows persistent volumes below a sandbox as links, and gives them to the user.
    static func link(_ volumes: [VolumeMount], sandbox: String, isDocker: Bool = false) throws(ClusterError) {
        for volume in volumes {
            func refuse(_ problem: String) -> ClusterError {
                ClusterError(.invalidArgument, "persistent volume '\(volume.id)' \(problem)", field: "disk.volume")
            }
            guard FileSystem.isDirectory(volume.source) else {
                throw refuse("is missing: no directory \(volume.source)")
            }
            if volume.changesOwner { try FileSystem.giveAsOwned(volume.source, like: sandbox) }
            guard !isDocker else { continue }
            guard let link = link(of: volume, in: sandbox) else {
                throw refuse("can only appear directly below the sandbox, not as '\(volume.containerPath)'")
            }
            try FileSystem.link(link, to: volume.source)
        }
    }

    /// Takes the links of volumes away.
    static func unlink(_ volumes: [VolumeMount], sandbox: String) throws(ClusterError) {
        for volume in volumes {
            if let link = link(of: volume, in: sandbox), FileSystem.linkTarget(link) == volume.source {
                try FileSystem.remove(link)
            }
        }
    }

    /// Where a volume's link is; nil for paths that are not a plain name.
    private static func link(of volume: VolumeMount, in sandbox: String) -> String? {
        let name = volume.containerPath
        return IDRules.problem(name) == nil ? sandbox + "/" + name : nil
    }
}

extension FileSystem {
    static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Gives a directory, not what is in it, to the owner of another, unless that is root; as root only.
    ///
    /// Source: mesos `src/slave/containerizer/mesos/isolators/filesystem/posix.cpp`.
    static func giveAsOwned(_ path: String, like model: String) throws(ClusterError) {
        var owner = stat()
        guard stat(model, &owner) == 0 else { throw failure("look at", model) }
        guard geteuid() == 0, owner.st_uid != 0 else { return }
        guard chown(path, owner.st_uid, owner.st_gid) == 0 else { throw failure("give", path) }
    }
}
