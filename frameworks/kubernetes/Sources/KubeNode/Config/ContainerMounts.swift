internal import ClusterBase
internal import KubeModel
internal import KubeletCore

/// Makes what a container sees of the host: its volumes, and the files every container gets.
struct ContainerMounts: Sendable {
    let pod: PodView
    let container: ContainerView
    let files: PodFiles
    let settings: PodSettings

    /// The mounts of a run of the container.
    func make(
        _ plans: [MountPlan], volumes: [String: String], attempt: Int, addresses: [String]
    ) throws -> [ContainerConfig.Mount] {
        var mounts: [ContainerConfig.Mount] = []
        for (index, plan) in plans.enumerated() {
            guard let path = volumes[plan.volume] else {
                throw ConfigError(
                    "cannot find volume \"\(plan.volume)\" to mount into container \"\(container.name)\"")
            }
            mounts.append(
                ContainerConfig.Mount(
                    hostPath: try place(of: plan, in: path, index: index), containerPath: plan.containerPath,
                    isReadOnly: plan.isReadOnly || isReadOnly(plan.volume), propagation: plan.propagation))
        }
        let hasOwnAccount = plans.contains { $0.containerPath == HostVolumes.accountPath }
        if !hasOwnAccount, let path = volumes[HostVolumes.accountVolume] {
            mounts.append(
                ContainerConfig.Mount(hostPath: path, containerPath: HostVolumes.accountPath, isReadOnly: true))
        }
        if HostsFile.isNeeded(pod, container) {
            let hostname = try PodHostname(pod.object, clusterDomain: settings.clusterDomain)
            let text = HostsFile.text(
                pod, hostname: hostname, addresses: addresses, hostFile: NodeFiles.text("/etc/hosts") ?? "")
            mounts.append(
                ContainerConfig.Mount(hostPath: try files.writeHosts(text), containerPath: "/etc/hosts"))
        }
        if !container.messagePath.isEmpty {
            mounts.append(
                ContainerConfig.Mount(
                    hostPath: try files.makeMessage(container.name, attempt: attempt),
                    containerPath: container.messagePath))
        }
        return mounts
    }

    private func place(of plan: MountPlan, in path: String, index: Int) throws -> String {
        if plan.subPath.isEmpty { return path }
        do throws(FileProblem) {
            return try files.showSubPath(
                plan.subPath, of: (plan.volume, path), container: container.name, index: index)
        } catch {
            throw ConfigError(
                "failed to prepare subPath for volumeMount \"\(plan.volume)\" of container \"\(container.name)\": "
                    + error.description)
        }
    }

    /// Whether a volume's contents come from elsewhere and cannot be written: changes would be lost, or lead astray.
    private func isReadOnly(_ name: String) -> Bool {
        guard
            let volume = pod.object.list("spec", "volumes").lazy.compactMap({ KubeObject($0) })
                .first(where: { $0.text("name") == name })
        else { return false }
        return ["secret", "configMap", "downwardAPI", "projected"].contains { volume[$0] != nil }
            || volume.flag("persistentVolumeClaim", "readOnly") || volume.flag("nfs", "readOnly")
    }
}
