internal import KubeCore
public import KubeModel

extension PodSync {
    /// What to do about the image of a container that is to be started.
    ///
    /// - Parameter isPresent: whether the engine has the image; report `startFailed` with `imageInspect` when it cannot
    ///   say.
    public mutating func decideImage(for start: ContainerStart, isPresent: Bool, now: UnixTime) -> ImageDecision {
        memory.now = now
        let container = start.container
        guard let reference = ImageReference(container.image) else {
            let name = quoted(container.image)
            return refuse(
                start, .invalidImageName,
                "Failed to apply default image tag \(name): couldn't parse image reference \(name): "
                    + "invalid reference format")
        }
        switch ImageNeed.of(container.pullPolicy, isPresent: isPresent) {
        case .use:
            let words = "Container image \(quoted(container.image)) already present on machine"
            tell(.normal, "Pulled", words, about: container)
            return .use(reference.description)
        case .refuse:
            let words = "Container image \(quoted(container.image)) is not present with pull policy of Never"
            return refuse(start, .imageNeverPull, words)
        case .pull:
            if let end = memory.pullBackOff.end(of: container.image, now: now) {
                let decision = refuse(start, .imagePullBackOff, "Back-off pulling image \(quoted(container.image))")
                memory.failures[container.name]?.retryAt = end
                return decision
            }
            tell(.normal, "Pulling", "Pulling image \(quoted(container.image))", about: container)
            return .pull(reference.description)
        }
    }

    private mutating func refuse(
        _ start: ContainerStart, _ reason: StartFailure.Reason, _ message: String
    ) -> ImageDecision {
        let failure = StartFailure(reason, message)
        report(.startFailed(start, failure), now: memory.now)
        return .refused(failure)
    }
}

/// What a pull policy asks for (spec `kubernetes/04` §4.9).
enum ImageNeed: Hashable, Sendable {
    case use
    case pull
    case refuse

    private static let rows: [(policy: ContainerView.PullPolicy, present: Self, absent: Self)] = [
        (.always, .pull, .pull), (.ifNotPresent, .use, .pull), (.never, .use, .refuse),
    ]

    static func of(_ policy: ContainerView.PullPolicy, isPresent: Bool) -> Self {
        guard let row = rows.first(where: { $0.policy == policy }) else { return .pull }
        return isPresent ? row.present : row.absent
    }
}
