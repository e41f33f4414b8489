internal import KubeCore
public import KubeModel

extension PodSync {
    /// What to do now.
    ///
    /// Nothing before `observe` was called. One plan either ends things or begins things: what follows from an end is
    /// planned when the runtime has been looked at again.
    public mutating func plan(now: UnixTime) -> PodPlan {
        memory.now = now
        guard memory.hasObserved else { return PodPlan() }
        judge()
        var draft = PlanDraft()
        switch aim {
        case .removal: draft.stage = planRemoval(&draft)
        case .end(let stage): draft.stage = windDown(&draft) ? stage : .terminating
        case .rest: draft.stage = windDown(&draft) ? .ended : .active
        case .life: planLife(&draft)
        }
        return finished(draft)
    }

    /// What is to become of the pod.
    enum Aim: Equatable {
        case life
        /// It ended by itself or by the node's verdict.
        case rest
        case end(PodPlan.Stage)
        case removal
    }

    var aim: Aim {
        if memory.stop == .removed || memory.isObjectGone { return .removal }
        if view.isDeleting || memory.stop == .released { return .end(.terminated) }
        return memory.verdict == nil ? .life : .rest
    }

    /// Ends the pod for good when its time is over or all its containers have ended.
    mutating func judge() {
        guard memory.verdict == nil else { return }
        if let deadline = activeUntil, memory.now >= deadline {
            let message = "Pod was active on the node longer than the specified deadline"
            memory.verdict = PodMemory.Verdict(phase: .failed, reason: "DeadlineExceeded", message: message)
            tell(.normal, "DeadlineExceeded", message)
            return
        }
        let phase = computedPhase
        if phase.isFinal { memory.verdict = PodMemory.Verdict(phase: phase) }
    }

    /// Until when the pod may be active; nil = for ever.
    var activeUntil: UnixTime? { view.activeDeadline.map { memory.startTime.adding($0) } }

    /// The sandbox that counts: the newest.
    var currentSandbox: RuntimeSandbox? {
        runtime?.sandboxes.max { ($0.attempt, $0.createdAt, $0.id) < ($1.attempt, $1.createdAt, $1.id) }
    }

    /// Ends what runs, step by step; true when nothing is left to end.
    mutating func windDown(_ draft: inout PlanDraft) -> Bool {
        if isCleaningPaused(&draft) { return false }
        let running = (runtime?.containers ?? []).filter(\.mayRun)
        if !running.isEmpty {
            draft.steps.append(running.map { kill($0, KillCause.podEnds) })
            return false
        }
        let sandboxes = (runtime?.sandboxes ?? []).filter(\.isReady)
        if !sandboxes.isEmpty {
            draft.steps.append(sandboxes.map { .stopSandbox(id: $0.id) })
            return false
        }
        if !memory.isUnmounted {
            if let retry = memory.volumesRetry, retry > memory.now {
                draft.wake(retry)
            } else {
                draft.steps.append([.unmountVolumes])
            }
            return false
        }
        return true
    }

    /// Ends and removes everything.
    private mutating func planRemoval(_ draft: inout PlanDraft) -> PodPlan.Stage {
        guard windDown(&draft) else { return .removing }
        let containers = (runtime?.containers ?? []).map { PodAction.removeContainer(id: $0.id, name: $0.name) }
        let sandboxes = (runtime?.sandboxes ?? []).map { PodAction.removeSandbox(id: $0.id) }
        if containers.isEmpty, sandboxes.isEmpty { return .gone }
        draft.steps += [containers, sandboxes].filter { !$0.isEmpty }
        return .removing
    }

    /// Whether ending and removing wait because it failed a moment ago.
    func isCleaningPaused(_ draft: inout PlanDraft) -> Bool {
        guard let retry = memory.cleanRetry, retry > memory.now else { return false }
        draft.wake(retry)
        return true
    }

    private func finished(_ draft: PlanDraft) -> PodPlan {
        var plan = PodPlan()
        (plan.steps, plan.mountsVolumes) = (draft.steps, draft.mountsVolumes)
        (plan.stage, plan.wakeAt) = (draft.stage, draft.wakeAt)
        return plan
    }
}

/// A plan being made.
struct PlanDraft {
    var steps: [[PodAction]] = []
    var mountsVolumes = false
    var stage = PodPlan.Stage.active
    private(set) var wakeAt: UnixTime?

    /// Has the pod planned again at a time, or earlier.
    mutating func wake(_ time: UnixTime) { wakeAt = min(wakeAt ?? time, time) }
}
