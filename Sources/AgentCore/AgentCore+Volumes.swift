internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

// Persistent volumes in containers (spec mesos/05 §5.9, filesystem isolators).
extension AgentCore {
    /// The volumes among resources as the container of a run, or of one of its tasks, sees them.
    func mounts(_ resources: Resources, of run: RunID, task: TaskID? = nil) -> [VolumeMount] {
        resources.compactMap { volume -> VolumeMount? in
            guard let id = volume.disk?.persistenceID, let mounting = volume.disk?.mounting,
                let source = paths.volume(volume)
            else { return nil }
            return VolumeMount(
                id: id, source: source, containerPath: mounting.containerPath, isReadOnly: mounting.isReadOnly,
                changesOwner: !(volume.isShared && isInUse(volume, besides: run, task)))
        }
    }

    var paths: AgentPaths {
        AgentPaths(workDirectory: configuration.workDirectory, runtimeDirectory: configuration.runtimeDirectory)
    }

    /// Whether a container other than the one named uses a volume.
    private func isInUse(_ volume: Resource, besides run: RunID, _ task: TaskID?) -> Bool {
        return state.frameworks.values.contains { framework in
            framework.executors.values.contains { executor in
                guard executor.stage != .terminated else { return false }
                let isOwn = executor.run == run
                if isOwn, executor.supervision == .process { return false }
                if !isOwn, executor.info.resources.contains(where: volume.isVolume) { return true }
                return executor.tasks.values.contains { known in
                    !(isOwn && known.record.id == task) && known.record.resources.contains(where: volume.isVolume)
                }
                    || executor.queuedTasks.contains { $0.resources.contains(where: volume.isVolume) }
            }
        }
    }

    /// Shows the volumes that came with new tasks in an executor's sandbox, and those of ended tasks no longer.
    mutating func updateVolumes(_ run: RunID) {
        guard let executor = executor(run), executor.supervision == .process, executor.info.container?.docker == nil,
            executor.start != nil || executor.stream != nil, !executor.isEnding, let agentID = state.info.id
        else { return }
        let (old, new) = (executor.volumes, mounts(executor.info.resources + executor.taskResources, of: run))
        let added = new.filter { mount in !old.contains { $0.isSamePlace(as: mount) } }
        let removed = old.filter { mount in !new.contains { $0.isSamePlace(as: mount) } }
        guard !added.isEmpty || !removed.isEmpty else { return }
        change(run) { $0.volumes = new }
        emit(.linkVolumes(run.containerID, sandbox: paths.run(run, on: agentID), added: added, removed: removed))
    }

    /// The persistent volumes that sandboxes of running process containers show.
    public var mountedVolumes: [(sandbox: String, mount: VolumeMount)] {
        guard let agentID = state.info.id else { return [] }
        var result: [(sandbox: String, mount: VolumeMount)] = []
        for framework in sortedFrameworks {
            for executor in framework.executors.values.sorted(by: { $0.run.executorID < $1.run.executorID })
            where executor.stage != .terminated {
                let run = executor.run
                let own = executor.supervision == .process ? executor.taskResources : []
                for mount in mounts(executor.info.resources + own, of: run) {
                    result.append((paths.run(run, on: agentID), mount))
                }
                for (id, task) in executor.tasks.sorted(by: { $0.key < $1.key }) {
                    guard let container = task.supervised?.containerID else { continue }
                    let sandbox = paths.sandbox(container, of: run, on: agentID)
                    for mount in mounts(task.record.resources, of: run, task: id) { result.append((sandbox, mount)) }
                }
            }
        }
        return result
    }

    /// Why tasks cannot start on what the agent has now: it drains, or does not know of reservations or volumes.
    func refusal(of tasks: [TaskInfo], executor: ExecutorInfo?) -> (message: String, reason: StatusReason)? {
        if state.drain != nil { return ("Task was received while the agent was draining", .agentDraining) }
        func isUnknown(_ resources: Resources) -> Bool {
            resources.allocated(to: nil).contains { resource in
                guard resource.needsCheckpoint else { return false }
                var resource = resource
                if resource.isShared { resource.sharedCount = 1 }
                return !state.resources.checkpointed.contains(resource)
            }
        }
        if tasks.contains(where: { isUnknown($0.resources) }) {
            return ("The agent does not know reservations or volumes that the task uses", .resourcesUnknown)
        }
        if let executor, isUnknown(executor.resources) {
            return ("The agent does not know reservations or volumes that the executor uses", .resourcesUnknown)
        }
        return nil
    }
}

extension VolumeMount {
    fileprivate func isSamePlace(as other: VolumeMount) -> Bool {
        source == other.source && containerPath == other.containerPath
    }
}
