internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel

// Reservations, volumes and operations on the disk (spec mesos/05 §5.3, §5.4).
extension CheckpointStore {
    /// Where upstream has what operations made, in its newer and its older format.
    struct ResourceFiles {
        let state: String
        let stateTarget: String
        let info: String
        let infoTarget: String

        init(_ paths: AgentPaths) {
            state = paths.resources + "/resources_and_operations.state"
            stateTarget = paths.resources + "/resources_and_operations.target"
            info = paths.resources + "/resources.info"
            infoTarget = paths.resources + "/resources.target"
        }
    }

    /// Writes what is to be, makes it so, and then says that it is: a crash in between is made good by `recover`.
    mutating func write(_ checkpoint: ResourceCheckpoint) throws(ClusterError) {
        let files = ResourceFiles(paths)
        if !FileSystem.exists(paths.resources) { try FileSystem.makeDirectories(paths.resources) }
        let state = ResourceState(operations: checkpoint.operations, resources: checkpoint.resources)
        try FileSystem.replace(
            files.stateTarget, with: CheckpointCodec.encode(state, style: .resourceCheckpoint), sync: true)
        if checkpoint.resources != committed {
            try commit(checkpoint.resources, files)
        }
        try FileSystem.rename(files.stateTarget, to: files.state, sync: true)
    }

    /// Makes the directories fit, and writes the older format, which programs before operation feedback read.
    private mutating func commit(_ resources: Resources, _ files: ResourceFiles) throws(ClusterError) {
        try FileSystem.replace(files.infoTarget, with: resources.flatMap { CheckpointCodec.encode($0) }, sync: false)
        try VolumeDirectories.sync(from: committed, to: resources, paths)
        try FileSystem.rename(files.infoTarget, to: files.info, sync: false)
        committed = resources
    }

    /// Reads what operations made, and finishes a change that a crash interrupted.
    mutating func recoverResources(_ reader: inout CheckpointReader) throws(ClusterError) -> ResourceCheckpoint {
        let files = ResourceFiles(paths)
        var found = ResourceCheckpoint()
        if let state = try reader.one(ResourceState.self, files.state) {
            found = ResourceCheckpoint(resources: state.resources, operations: state.operations)
        } else if let resources = try reader.list(Resource.self, files.info) {
            found.resources = Resources(resources)
        }
        committed = found.resources
        // Before anything was committed there may be a first change that was begun.
        if let target = try reader.one(ResourceState.self, files.stateTarget) {
            found = ResourceCheckpoint(resources: target.resources, operations: target.operations)
            try write(found)
        } else if !FileSystem.exists(files.state), let target = try reader.list(Resource.self, files.infoTarget) {
            found.resources = Resources(target)
            try commit(found.resources, files)
        }
        return found
    }

    /// Which records of a batch say nothing that a later one does not: states with the same volumes as the next one.
    static func superseded(_ records: [CheckpointRecord]) -> Set<Int> {
        var result: Set<Int> = []
        var last: (index: Int, volumes: Resources)?
        for (index, record) in records.enumerated() {
            guard case .resources(let checkpoint) = record else { continue }
            let volumes = checkpoint.resources.filter(\.isPersistentVolume)
            if let last, last.volumes == volumes { result.insert(last.index) }
            last = (index, volumes)
        }
        return result
    }

    /// Where the statuses of an operation are.
    func updates(of operation: UniqueID, _ agentID: AgentID) -> String {
        paths.operation(operation, on: agentID) + "/operation.updates"
    }

    /// Writes records of operations' ends and of draining.
    func write(forgotten operation: UniqueID, _ agentID: AgentID) throws(ClusterError) {
        try FileSystem.removeTree(paths.operation(operation, on: agentID))
    }

    /// Writes that the agent drains, or that it does so no longer.
    func write(drain config: DrainConfig?, _ agentID: AgentID) throws(ClusterError) {
        let path = paths.drainConfig(agentID)
        guard let config else { return try FileSystem.remove(path) }
        try FileSystem.replace(path, with: CheckpointCodec.encode(config), sync: true)
    }
}
