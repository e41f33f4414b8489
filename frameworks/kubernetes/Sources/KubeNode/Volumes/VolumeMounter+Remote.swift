internal import ClusterBase
internal import Glibc
internal import KubeModel

extension VolumeMounter {
    private static let commandTimeout = Duration.seconds(120)

    /// A clone of a Git repository, made once.
    func gitRepository(_ settings: KubeObject, _ name: String, at path: String, mark: String) async throws {
        if NodeFiles.exists(mark) { return }
        let (repository, revision) = (settings.text("repository"), settings.text("revision"))
        let target = settings.text("directory")
        guard !repository.isEmpty, !repository.hasPrefix("-"), !revision.hasPrefix("-") else {
            throw FileProblem(found: "the repository or revision begins with '-', or is empty")
        }
        guard !target.hasPrefix("-"), !target.contains("/"), target != "..", target.lowercased() != ".git" else {
            throw FileProblem(found: "the directory \"\(target)\" is not the name of one in the volume")
        }
        try await blocking {
            // What an attempt that failed has left is of no use.
            try MountTable.unmount(below: path)
            try PodDirectory.make(path)
            let directory = try DirectoryHandle(path)
            for name in try directory.names() { try directory.remove(name) }
            guard chmod(path, 0o777) == 0 else { throw FileProblem("cannot set the mode of \(path)") }
        }
        try await git(["-C", path, "clone", "-q", "--", repository] + (target.isEmpty ? [] : [target]))
        if !revision.isEmpty {
            let made = NodeFiles.names(in: path) ?? []
            let clone = target == "." ? path : path + "/" + (target.isEmpty ? made.first ?? "" : target)
            guard target == "." || made.count == 1 else {
                throw FileProblem(found: "the clone of \(repository) has left \(made.count) directories")
            }
            try await git(["-C", clone, "checkout", "-q", revision])
            try await git(["-C", clone, "reset", "-q", "--hard"])
        }
        try await blocking { [group] in
            if let group { try DirectoryHandle(path).give(to: group) }
            try PodDirectory.make(String(mark[..<(mark.lastIndex(of: "/") ?? mark.endIndex)]))
            do { try NodeFiles.replace(mark, with: []) } catch { throw FileProblem(found: "\(error)") }
        }
    }

    /// Runs git so that it asks nobody for anything, and runs nothing that a repository brings along.
    private func git(_ arguments: [String]) async throws(FileProblem) {
        try await HostCommand.run(
            "git", ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"] + arguments,
            environment: [
                "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
                "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh", "GIT_CONFIG_NOSYSTEM": "1",
            ], timeout: Self.commandTimeout)
    }

    /// A directory of an NFS server.
    func networkFiles(_ settings: KubeObject, at path: String) async throws {
        let (server, exported) = (settings.text("server"), settings.text("path"))
        guard !server.isEmpty, !server.hasPrefix("-"), exported.hasPrefix("/") else {
            throw FileProblem(found: "an NFS volume needs a server and an absolute path")
        }
        let isMounted = try await blocking {
            try PodDirectory.make(path)
            return try MountTable.isMounted(path)
        }
        if isMounted { return }
        let host = server.contains(":") && !server.hasPrefix("[") ? "[\(server)]" : server
        let options = (settings.flag("readOnly") ? ["ro"] : []) + settings.list("mountOptions").compactMap(\.string)
        try await HostCommand.run(
            "mount",
            ["-t", "nfs"] + (options.isEmpty ? [] : ["-o", options.joined(separator: ",")])
                + ["\(host):\(exported)", path],
            timeout: Self.commandTimeout)
    }

    /// The persistent volume that a claim is bound to.
    func claimed(_ settings: KubeObject, _ name: String) async throws -> String {
        let key = ObjectKey(namespace: pod.namespace, settings.text("claimName"))
        guard let claim = try await source.claim(key) else {
            throw FileProblem(found: "persistentvolumeclaim \"\(key.name)\" not found")
        }
        let volumeName = claim.text("spec", "volumeName")
        guard claim.text("status", "phase") == "Bound", !volumeName.isEmpty else {
            throw FileProblem(found: "persistentvolumeclaim \"\(key.name)\" is not bound")
        }
        guard let volume = try await source.persistentVolume(volumeName) else {
            throw FileProblem(found: "persistentvolume \"\(volumeName)\" not found")
        }
        let holder = volume.text("spec", "claimRef", "uid")
        guard holder == claim.uid || holder.isEmpty else {
            throw FileProblem(found: "persistentvolume \"\(volumeName)\" is bound to another claim")
        }
        let others: Set<String> = [
            "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName",
            "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName",
        ]
        let spec = KubeObject(volume["spec"]) ?? KubeObject()
        guard let member = spec.fields.keys.first(where: { !others.contains($0) }), member != "persistentVolumeClaim"
        else { throw FileProblem(found: "persistentvolume \"\(volumeName)\" names no source") }
        guard spec["volumeMode"]?.string ?? "Filesystem" == "Filesystem" else {
            throw FileProblem(found: "volumes of mode \(spec.text("volumeMode")) are not supported")
        }
        var source = KubeObject(spec[member]) ?? KubeObject()
        if member == "nfs" {
            source["mountOptions"] = spec["mountOptions"]
            if settings.flag("readOnly") { source["readOnly"] = true }
        }
        var resolved = KubeObject(["name": .string(name)])
        resolved[member] = source.value
        return try await mount(resolved)
    }
}
