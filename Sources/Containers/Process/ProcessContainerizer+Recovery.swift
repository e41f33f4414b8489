public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Logging
internal import NIOCore
internal import NIOPosix

extension ProcessContainerizer {
    /// Finds containers of an earlier daemon again; see `Containerizer`.
    public func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer] {
        var recovered: [ContainerID: RecoveredContainer] = [:]
        for candidate in known where !candidate.isDocker {
            if let found = try await recover(candidate) { recovered[candidate.id] = found }
        }
        removeUnknown(except: known.map(\.id.value))
        return recovered
    }

    private func recover(_ candidate: RecoverableContainer) async throws -> RecoveredContainer? {
        let (cgroup, directory) = (group(of: candidate.id), candidate.runtimeDirectory)
        let hadSocket = PosixFile.exists(directory + "/control")
        if let link = try await SupervisorLink.attach(runtimeDirectory: directory) {
            let pid = try await link.started.get()
            containers[candidate.id] = watched(
                link, pid: pid, sandbox: candidate.sandbox, runtimeDirectory: directory, cgroup: cgroup,
                environment: nil)
            return .running(ContainerStarted(pid: pid))
        }
        // No supervisor: either it wrote down the end, or it was killed (then its socket or cgroup is left), or
        // there never was one.
        let exit = recordedExit(runtimeDirectory: directory)
        guard exit != nil || hadSocket || cgroup?.exists == true else { return nil }
        let pid = hadSocket ? candidate.pid : nil
        let termination = try await NIOThreadPool.singleton.runIfActive {
            ProcessContainerizer.conclude(exit, pid: pid, runtimeDirectory: directory, cgroup: cgroup)
        }
        containers[candidate.id] = Container(
            link: nil, pid: nil, sandbox: candidate.sandbox, runtimeDirectory: directory, cgroup: nil, environment: nil,
            termination: MultiThreadedEventLoopGroup.singleton.next().makeSucceededFuture(termination))
        return .ended(termination)
    }

    /// Removes control groups below our root that belong to no known container.
    private func removeUnknown(except known: [String]) {
        guard let hierarchy else { return }
        let parents = Set(known.map { $0.split(separator: ".").first.map(String.init) ?? $0 })
        var unknown = Set<String>()
        for mount in hierarchy.mountPoints {
            let root = "\(mount)/\(isolation.cgroupRoot)"
            for name in PosixFile.names(in: root)
            where PosixFile.isDirectory("\(root)/\(name)") && !parents.contains(name) && !known.contains(name) {
                unknown.insert(name)
            }
        }
        for name in unknown.sorted() {
            logger.warning("removing an unknown container", metadata: ["container": "\(name)"])
            Cgroup(hierarchy: hierarchy, path: "\(isolation.cgroupRoot)/\(name)").remove()
        }
    }
}
