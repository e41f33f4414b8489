import ClusterBase
import ClusterModel
import ClusterPorts
import TestSupport

/// Containers that exist in memory only; they survive the agent, as real ones do.
actor FakeContainerizer: Containerizer {
    private var running: [ContainerID: ContainerStarted] = [:]
    private var ended: [ContainerID: ContainerTermination] = [:]
    private var waiters: [ContainerID: [CheckedContinuation<ContainerTermination, Never>]] = [:]
    private(set) var specs: [ContainerSpec] = []
    private(set) var recoverCalls: [[RecoverableContainer]] = []
    private(set) var limits: [ContainerID: ContainerLimits] = [:]
    private(set) var forgotten: [ContainerID] = []
    var launchError: ClusterError?
    var recoverError: ClusterError?
    var exitStatus: Int32 = 0

    private var ignoresStops = false

    func ignoreStops() { ignoresStops = true }

    func fail(recoveries error: ClusterError?) { recoverError = error }

    func fail(launches error: ClusterError?) { launchError = error }

    func launch(_ spec: ContainerSpec) async throws -> ContainerStarted {
        if let launchError { throw launchError }
        specs.append(spec)
        let started = ContainerStarted(pid: Int32(1000 + specs.count))
        running[spec.id] = started
        return started
    }

    func wait(_ id: ContainerID) async throws -> ContainerTermination {
        if let termination = ended[id] { return termination }
        guard running[id] != nil else { throw ClusterError(.notFound, "no container \(id)") }
        return await withCheckedContinuation { waiters[id, default: []].append($0) }
    }

    /// Ends a container as if its process had exited.
    func end(_ id: ContainerID, _ exit: ContainerTermination.Exit) {
        guard running.removeValue(forKey: id) != nil else { return }
        let termination = ContainerTermination(exit: exit)
        ended[id] = termination
        for waiter in waiters.removeValue(forKey: id) ?? [] { waiter.resume(returning: termination) }
    }

    func stop(_ id: ContainerID, grace: Duration) async {
        if !ignoresStops { end(id, .signalled(15)) }
    }

    func destroy(_ id: ContainerID) async { end(id, .signalled(9)) }

    func update(_ id: ContainerID, limits: ContainerLimits) async throws { self.limits[id] = limits }

    func recover(_ known: [RecoverableContainer]) async throws -> [ContainerID: RecoveredContainer] {
        if let recoverError { throw recoverError }
        recoverCalls.append(known)
        var found: [ContainerID: RecoveredContainer] = [:]
        for container in known {
            if let started = running[container.id] { found[container.id] = .running(started) }
            if let termination = ended[container.id] { found[container.id] = .ended(termination) }
        }
        for orphan in running.keys where !known.contains(where: { $0.id == orphan }) { end(orphan, .signalled(9)) }
        return found
    }

    func execute(_ id: ContainerID, command: CommandInfo, timeout: Duration) async throws -> Int32 { exitStatus }

    func usage(_ id: ContainerID) async throws -> ContainerUsage {
        guard running[id] != nil else { throw ClusterError(.notFound, "no container \(id)") }
        return ContainerUsage(cpuUserSeconds: 1, cpuSystemSeconds: 2, memoryBytes: 3 << 20)
    }

    func forget(_ id: ContainerID) async {
        ended[id] = nil
        forgotten.append(id)
    }

    /// Lets waits of a stopped agent go.
    func releaseWaiters() {
        for (_, list) in waiters {
            for waiter in list { waiter.resume(returning: ContainerTermination(exit: .unknown)) }
        }
        waiters = [:]
    }
}
