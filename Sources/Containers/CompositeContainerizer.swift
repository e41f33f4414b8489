public import ClusterBase
public import ClusterModel
public import ClusterPorts
internal import Synchronization

/// Gives each container to the containerizer of its kind (`--containerizers`).
public final class CompositeContainerizer: Containerizer {
    private let processes: (any Containerizer)?
    private let docker: (any Containerizer)?
    private let dockerIDs = Mutex<Set<ContainerID>>([])

    /// Makes one of the two; launches of a kind whose containerizer is nil are refused.
    public init(processes: (any Containerizer)?, docker: (any Containerizer)?) {
        (self.processes, self.docker) = (processes, docker)
    }

    /// Fetches, prepares and starts; see `Containerizer`.
    public func launch(_ spec: ContainerSpec) async throws -> ContainerStarted {
        let isDocker = spec.container?.docker != nil
        guard let part = isDocker ? docker : processes else {
            let kind = isDocker ? "DOCKER" : "MESOS"
            throw ClusterError(.invalidArgument, "this agent does not run \(kind) containers", field: "container.type")
        }
        if isDocker { _ = dockerIDs.withLock { $0.insert(spec.id) } }
        do {
            return try await part.launch(spec)
        } catch {
            if isDocker { _ = dockerIDs.withLock { $0.remove(spec.id) } }
            throw error
        }
    }

    /// Waits for the end; see `Containerizer`.
    public func wait(_ id: ContainerID) async throws -> ContainerTermination { try await part(id).wait(id) }

    /// Asks it to end, and kills after the grace period; see `Containerizer`.
    public func stop(_ id: ContainerID, grace: Duration) async { try? await part(id).stop(id, grace: grace) }

    /// Kills everything in it; see `Containerizer`.
    public func destroy(_ id: ContainerID) async { try? await part(id).destroy(id) }

    /// Sets new limits; see `Containerizer`.
    public func update(_ id: ContainerID, limits: ContainerLimits) async throws {
        try await part(id).update(id, limits: limits)
    }

    /// Finds containers of an earlier daemon again; see `Containerizer`.
    public func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer] {
        // Both see the whole list, so that each knows what is not an orphan.
        var recovered = try await processes?.recover(known) ?? [:]
        let others = try await docker?.recover(known) ?? [:]
        dockerIDs.withLock { $0.formUnion(others.keys) }
        recovered.merge(others) { first, _ in first }
        return recovered
    }

    /// Runs a check inside; see `Containerizer`.
    public func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32 {
        try await part(id).execute(id, command: command, timeout: timeout)
    }

    /// Current consumption; see `Containerizer`.
    public func usage(_ id: ContainerID) async throws -> ContainerUsage { try await part(id).usage(id) }

    /// Releases what is remembered of an ended container; see `Containerizer`.
    public func forget(_ id: ContainerID) async {
        try? await part(id).forget(id)
        _ = dockerIDs.withLock { $0.remove(id) }
    }

    private func part(_ id: ContainerID) throws(ClusterError) -> any Containerizer {
        let isDocker = dockerIDs.withLock { $0.contains(id) }
        guard let part = isDocker ? docker : processes else { throw ClusterError(.notFound, "no container \(id)") }
        return part
    }
}
