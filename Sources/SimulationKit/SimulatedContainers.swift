internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections

/// The containers of one machine.
///
/// They outlive the agent's process, not the machine's restart.
final class SimulatedContainers {
    enum Phase: Equatable {
        case launching
        case running
        case ended(ContainerExit)
    }

    struct Container {
        let taskID: TaskID
        var phase: Phase
        /// Whether the present agent process is told of its end.
        var isWatched = true
        var isDoomed = false
    }

    private let clock: SimulationClock
    private var random: SeededRandom
    private(set) var containers: OrderedDictionary<ContainerID, Container> = [:]
    /// The agent's process, while there is one.
    var owner: ((AgentEvent) -> Void)?
    /// Called when a container's first process starts.
    var onStart: (TaskID) -> Void = { _ in }
    /// Share of launches that fail, 0...1.
    var failureRatio = 0.03
    /// Whether stopped containers run on although their end is reported (to prove the checks).
    var leaks = false

    init(clock: SimulationClock, random: SeededRandom) { (self.clock, self.random) = (clock, random) }

    /// Tasks whose processes run or are about to.
    var liveTasks: [TaskID] {
        containers.values.compactMap { container in
            if case .ended = container.phase { nil } else { container.taskID }
        }
    }

    func isLive(_ task: TaskID) -> Bool {
        containers.values.contains { container in
            guard container.taskID == task else { return false }
            if case .ended = container.phase { return false }
            return true
        }
    }

    func launch(_ id: ContainerID, task: TaskID) {
        containers[id] = Container(taskID: task, phase: .launching)
        onStart(task)
        clock.after(.milliseconds(10) + random.duration(below: .milliseconds(400))) { [self] in
            guard containers[id]?.phase == .launching else { return }
            if containers[id]?.isDoomed == true || random.chance(failureRatio) {
                containers[id] = nil
                owner?(.containerLaunchFailed(id, message: "the image was not found"))
            } else {
                start(id)
                owner?(.containerLaunched(id, ContainerStart(pid: 4711)))
            }
        }
    }

    /// Runs it for a while; one in four runs until it is killed.
    private func start(_ id: ContainerID) {
        containers[id]?.phase = .running
        guard !random.chance(0.25) else { return }
        let exit = ContainerExit(.exited(random.chance(0.8) ? 0 : 1))
        clock.after(.seconds(1) + random.duration(below: .seconds(60))) { [self] in end(id, exit) }
    }

    func end(_ id: ContainerID, _ exit: ContainerExit) {
        guard containers[id]?.phase == .running else { return }
        containers[id]?.phase = .ended(exit)
        if containers[id]?.isWatched == true { owner?(.containerExited(id, exit)) }
    }

    func stop(_ id: ContainerID, grace: Duration) {
        guard containers[id]?.phase == .running else { return }
        let isStubborn = random.chance(0.2)
        let delay = isStubborn ? grace : min(grace, random.duration(below: .seconds(1)))
        finish(id, after: delay, ContainerExit(.signalled(isStubborn ? 9 : 15)))
    }

    func destroy(_ id: ContainerID) {
        if containers[id]?.phase == .launching {
            containers[id]?.isDoomed = true
        } else {
            finish(
                id, after: .milliseconds(5) + random.duration(below: .milliseconds(50)), ContainerExit(.signalled(9)))
        }
    }

    private func finish(_ id: ContainerID, after delay: Duration, _ exit: ContainerExit) {
        clock.after(delay) { [self] in
            if leaks, containers[id]?.phase == .running { owner?(.containerExited(id, exit)) } else { end(id, exit) }
        }
    }

    func forget(_ id: ContainerID) {
        if case .ended? = containers[id]?.phase { containers[id] = nil }
    }

    /// The agent's process is gone: what was being launched has either begun or never will.
    func ownerEnded() {
        owner = nil
        for id in Array(containers.keys) {
            containers[id]?.isWatched = false
            guard containers[id]?.phase == .launching else { continue }
            if random.chance(0.5) { containers[id] = nil } else { start(id) }
        }
    }

    /// Finds the given containers again and removes all others.
    func recover(_ ids: [ContainerID]) -> [ContainerID: ContainerFinding] {
        var findings: [ContainerID: ContainerFinding] = [:]
        for id in Array(containers.keys) {
            guard ids.contains(id) else {
                containers[id] = nil
                continue
            }
            containers[id]?.isWatched = true
            switch containers[id]?.phase {
            case .running?: findings[id] = .running(ContainerStart(pid: 4711))
            case .ended(let exit)?: findings[id] = .ended(exit)
            default: break
            }
        }
        return findings
    }

    func reboot() { containers = [:] }

    /// A running container of which nobody asked that it end.
    func killAny() {
        let running = containers.filter { $0.value.phase == .running }.map(\.key)
        guard !running.isEmpty else { return }
        end(running[random.below(running.count)], ContainerExit(.signalled(11)))
    }
}
