internal import ClusterBase
internal import KubeModel
internal import KubeletCore
internal import Synchronization

/// What was read of containers and images and does not change: so a hundred pods cost one request, not hundreds.
final class EngineRecords: Sendable {
    private struct State {
        var details: [String: ContainerDetails] = [:]
        /// Repository digests by image id.
        var digests: [String: [String]] = [:]
        /// When the engine last told of memory running out, by container.
        var exhausted: [String: UnixTime] = [:]
        /// Containers whose end the engine has told and that it may still list as running for a moment.
        var ended: Set<String> = []
        var system: (version: String, name: String)?
    }

    /// How many images and events are remembered at most.
    private static let limit = 4_096
    /// How long before a death the memory must have run out to be its cause.
    private static let causeMicroseconds: Int64 = 10_000_000

    private let state = Mutex(State())

    /// What is known of a container in a state; nil when it must be looked at.
    func details(_ id: String, in listedState: String) -> ContainerDetails? {
        state.withLock { state in
            guard let details = state.details[id], details.listedState == listedState else { return nil }
            return details
        }
    }

    /// Takes details; an exit that a shortage of memory explains is marked so.
    ///
    /// A kill without a reason is not remembered before the reason must have come: the engine may hear of it later.
    func add(_ details: ContainerDetails, of id: String, now: UnixTime) -> ContainerDetails {
        state.withLock { state in
            var details = details
            if case .exited(var exit) = details.state, exit.code == 137, let time = state.exhausted[id],
                exit.finishedAt.microseconds - time.microseconds < Self.causeMicroseconds
            {
                exit.isOutOfMemory = true
                details.state = .exited(exit)
            }
            // What was read before an end and arrives after it is not remembered.
            var isOld = false
            if case .running = details.state { isOld = state.ended.contains(id) }
            if details.isFinal, !isOld, !Self.mayGetReason(details, now: now) { state.details[id] = details }
            return details
        }
    }

    private static func mayGetReason(_ details: ContainerDetails, now: UnixTime) -> Bool {
        guard case .exited(let exit) = details.state, exit.code == 137, !exit.isOutOfMemory else { return false }
        return now.microseconds - exit.finishedAt.microseconds < causeMicroseconds
    }

    /// Takes note that a container's memory ran out.
    func memoryRanOut(in id: String, at time: UnixTime) {
        state.withLock { state in
            if state.exhausted.count >= Self.limit { state.exhausted = [:] }
            state.exhausted[id] = time
            state.details[id] = nil
        }
    }

    /// Takes note that a container ended, or began again: what was read of it before holds no longer.
    func told(_ id: String, hasEnded: Bool) {
        state.withLock { state in
            state.details[id] = nil
            guard hasEnded else {
                state.ended.remove(id)
                return
            }
            if state.ended.count >= Self.limit { state.ended = [] }
            state.ended.insert(id)
        }
    }

    /// Whether the engine has told that a container ended.
    func hasEnded(_ id: String) -> Bool { state.withLock { $0.ended.contains(id) } }

    /// Forgets containers that are gone.
    func keep(only ids: Set<String>) {
        state.withLock { state in
            state.ended.formIntersection(ids)
            state.details = state.details.filter { ids.contains($0.key) }
            state.exhausted = state.exhausted.filter { ids.contains($0.key) }
        }
    }

    /// The digests of an image; nil when it must be looked at.
    func digests(of image: String) -> [String]? { state.withLock { $0.digests[image] } }

    /// Takes the digests of an image.
    func add(digests: [String], of image: String) {
        state.withLock { state in
            if state.digests.count >= Self.limit { state.digests = [:] }
            state.digests[image] = digests
        }
    }

    /// The name of the engine's operating system, asked for once for each version of the engine.
    func operatingSystem(of version: String, ask: () async throws -> String) async throws -> String {
        if let known = state.withLock({ $0.system }), known.version == version { return known.name }
        let name = try await ask()
        state.withLock { $0.system = (version, name) }
        return name
    }

    /// A pull may have given images further digests.
    func forgetDigests() { state.withLock { $0.digests = [:] } }
}
