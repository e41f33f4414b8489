internal import KubeModel

extension PodSync {
    /// Has dead containers removed beyond those that are kept, and sandboxes that nothing belongs to any more.
    mutating func planCleanup(_ sandbox: RuntimeSandbox, _ draft: inout PlanDraft) {
        let containers = DeadContainers.surplus(of: runtime?.containers ?? [], kept: settings.deadContainersKept)
        let gone = Set(containers.map(\.id))
        let inUse = Set((runtime?.containers ?? []).filter { !gone.contains($0.id) }.map(\.sandboxID))
        let sandboxes = (runtime?.sandboxes ?? []).filter {
            $0.id != sandbox.id && !$0.isReady && !inUse.contains($0.id)
        }
        guard !(containers.isEmpty && sandboxes.isEmpty), !isCleaningPaused(&draft) else { return }
        draft.steps += [
            containers.map { PodAction.removeContainer(id: $0.id, name: $0.name) },
            sandboxes.map { PodAction.removeSandbox(id: $0.id) },
        ].filter { !$0.isEmpty }
    }
}

/// Which dead containers of a pod are kept for their logs (spec `kubernetes/04` §4.11).
public enum DeadContainers {
    /// How many of each name are kept.
    public static let kept = 1

    /// The dead containers beyond those that are kept, the newest of each name being kept.
    public static func surplus(of containers: [RuntimeContainer], kept: Int = Self.kept) -> [RuntimeContainer] {
        let runs = ContainerRuns(RuntimePod(key: ObjectKey(""), uid: "", containers: containers))
        return runs.names.flatMap { runs.all($0).filter { $0.exit != nil }.dropFirst(kept) }
    }
}
