internal import KubeCore

/// Why a container is stopped: the words of the event, and what follows (spec `kubernetes/04` §4.6, §4.14).
struct KillCause: Sendable {
    /// The event's message; `%` stands for the container's name.
    let words: String
    /// Whether another run follows: by the policy, or in any case.
    let isFollowed: Follow
    /// The probe whose grace period counts, if it has one.
    var probe: ProbeKind?

    enum Follow: Sendable {
        case no
        case byPolicy
        case always
    }

    static let podEnds = Self(words: "Stopping container %", isFollowed: .no)
    static let sandboxChanged = Self(words: "Stopping container %", isFollowed: .byPolicy)
    static let specChanged = Self(words: "Container % definition changed", isFollowed: .always)
    static let notAlive = Self(words: "Container % failed liveness probe", isFollowed: .byPolicy, probe: .liveness)
    static let notStarted = Self(words: "Container % failed startup probe", isFollowed: .byPolicy, probe: .startup)
    static let hookFailed = Self(words: "FailedPostStartHook", isFollowed: .byPolicy)
    static let unclear = Self(words: "Container % is in an unknown state", isFollowed: .byPolicy)

    /// The event's message.
    func message(_ name: String, isFollowed: Bool) -> String {
        let parts = words.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        let saysSo = isFollowed && words.hasPrefix("Container")
        return parts.joined(separator: name) + (saysSo ? ", will be restarted" : "")
    }
}

extension PodSync {
    /// Plans the end of a run, announces it once, and remembers whether another must follow.
    mutating func kill(_ run: RuntimeContainer, _ cause: KillCause) -> PodAction {
        let container = view.container(run.name)
        let isFollowed =
            switch cause.isFollowed {
            case .no: false
            case .byPolicy: view.restartPolicy != .never
            case .always: true
            }
        if memory.killed.insert(run.id).inserted, let container {
            tell(.normal, "Killing", cause.message(run.name, isFollowed: isFollowed), about: container)
        }
        memory.owed[run.name] = isFollowed ? run.id : nil
        let grace = self.grace(of: container, cause)
        let isHooked = grace > .zero && container?.preStop != nil && memory.hooked.insert(run.id).inserted
        // Where the port has no number whoever runs the hook says so.
        let hook = isHooked ? container.flatMap { resolved($0.preStop, of: $0) ?? $0.preStop } : nil
        return .killContainer(ContainerKill(id: run.id, name: run.name, grace: grace, preStop: hook))
    }

    /// How long a container may take to end.
    private func grace(of container: ContainerView?, _ cause: KillCause) -> Duration {
        if memory.stop == .removed { return min(view.deletionGrace ?? .seconds(2), ContainerKill.shortestGrace) }
        if let grace = view.deletionGrace { return grace }
        if let grace = memory.verdict?.grace { return grace }
        let probe = cause.probe.flatMap { container?.probe($0) }
        return probe?.terminationGrace ?? view.terminationGrace
    }
}
