public import KubeModel

extension PodSync {
    /// What to do now.
    public mutating func plan(now: UnixTime) -> PodPlan { PodPlan() }

    /// What to do about the image of a container that is to be started.
    ///
    /// - Parameter isPresent: whether the engine has the image; report `startFailed` with `imageInspect` when it cannot
    ///   say.
    public mutating func decideImage(for start: ContainerStart, isPresent: Bool, now: UnixTime) -> ImageDecision {
        .use(start.container.image)
    }
}
