internal import ClusterBase
internal import KubeModel

/// The status of a deployment.
///
/// Source: upstream `pkg/controller/deployment/{sync,progress}.go` (1.20); texts in spec `kubernetes/03` §3.5.
extension DeploymentSync {
    /// Writes a condition unless it says what it said; the time of transition stays while the status does.
    mutating func setCondition(_ condition: DeploymentCondition, refreshes: Bool = false, now: UnixTime) {
        let before = deployment.condition(condition.type)
        let isSame = before?.text("status") == condition.status
        if isSame, before?.text("reason") == condition.reason, !refreshes { return }
        let time = KubeTime.text(now)
        let changed = isSame ? before?.text("lastTransitionTime") ?? time : time
        put(condition.value(updated: time, changed: changed), type: condition.type)
    }

    /// Puts a condition at the end of the list in place of the one of its type; nil only removes that.
    private mutating func put(_ condition: JSONValue?, type: String) {
        let others = deployment.list("status", "conditions").filter { $0["type"]?.string != type }
        let conditions = others + (condition.map { [$0] } ?? [])
        deployment["status", "conditions"] = conditions.isEmpty ? nil : .array(conditions)
    }

    /// Whether a pause, or its end, is to be told.
    mutating func notePause(now: UnixTime) {
        guard numbers.progressDeadlineSeconds != nil else { return }
        let reason = deployment.condition("Progressing")?.text("reason")
        if reason == DeploymentCondition.expired { return }
        let wasPaused = reason == DeploymentCondition.pausedReason
        if isPaused != wasPaused { setCondition(isPaused ? .paused : .resumed, now: now) }
    }

    /// Brings the status up to date; progress is judged only while there is a rollout.
    mutating func updateStatus(now: UnixTime) {
        let before = deployment
        writeCounts()
        setCondition(.available(all.count("availableReplicas") >= numbers.minAvailable), now: now)
        guard mode == .rolling || mode == .recreating, !deployment.isDeleting else { return }
        judgeProgress(since: before, now: now)
        copyFailure()
    }

    private mutating func writeCounts() {
        let available = all.count("availableReplicas")
        let counts = [
            ("replicas", all.actualSize), ("updatedReplicas", current?.actualSize ?? 0),
            ("readyReplicas", all.count("readyReplicas")), ("availableReplicas", available),
            ("unavailableReplicas", max(0, all.size - available)),
        ]
        deployment["status", "observedGeneration"] = deployment.generation.map { .integer($0) }
        for (member, count) in counts { deployment["status", member] = count == 0 ? nil : .integer(Int64(count)) }
    }

    private mutating func judgeProgress(since before: KubeObject, now: UnixTime) {
        guard numbers.progressDeadlineSeconds != nil else { return put(nil, type: "Progressing") }
        let progressing = deployment.condition("Progressing")
        let isOver = progressing?.text("reason") == DeploymentCondition.completed
        if isOver, status("replicas") == status("updatedReplicas") { return }
        let subject = current.map { "ReplicaSet \"\($0.name)\"" } ?? "Deployment \"\(deployment.name)\""
        if isComplete(deployment) {
            setCondition(.progressed(subject), now: now)
        } else if hasProgressed(since: before) {
            setCondition(.progressing(subject), refreshes: true, now: now)
        } else if isExpired(now: now) {
            setCondition(.timedOut(subject), now: now)
        }
    }

    private func status(_ member: String, of deployment: KubeObject? = nil) -> Int64 {
        (deployment ?? self.deployment).integer("status", member) ?? 0
    }

    /// Whether the status of a state says that the rollout is over.
    func isComplete(_ deployment: KubeObject) -> Bool {
        ["updatedReplicas", "replicas", "availableReplicas"].allSatisfy {
            status($0, of: deployment) == Int64(numbers.replicas)
        } && status("observedGeneration", of: deployment) >= self.deployment.generation ?? 0
    }

    private func hasProgressed(since before: KubeObject) -> Bool {
        func outdated(_ deployment: KubeObject) -> Int64 {
            status("replicas", of: deployment) - status("updatedReplicas", of: deployment)
        }
        return outdated(deployment) < outdated(before)
            || ["updatedReplicas", "readyReplicas", "availableReplicas"].contains {
                status($0) > status($0, of: before)
            }
    }

    private func isExpired(now: UnixTime) -> Bool {
        guard let progressing = deployment.condition("Progressing") else { return false }
        switch progressing.text("reason") {
        case DeploymentCondition.completed: return false
        case DeploymentCondition.expired: return true
        default: return deadline.map { $0 < now } ?? false
        }
    }

    /// When a rollout that shows no progress is given up.
    private var deadline: UnixTime? {
        guard let seconds = numbers.progressDeadlineSeconds else { return nil }
        return deployment.condition("Progressing")?.time("lastUpdateTime")?.adding(seconds: seconds)
    }

    /// A failure of the replica sets is the deployment's, the present one's first.
    private mutating func copyFailure() {
        let failures = ([current].compactMap { $0 } + old).compactMap { $0.condition("ReplicaFailure") }
        guard let failure = failures.first else { return put(nil, type: "ReplicaFailure") }
        let before = deployment.condition("ReplicaFailure")
        if before?["status"] == failure["status"], before?["reason"] == failure["reason"] { return }
        var copy = failure
        copy["lastUpdateTime"] = failure["lastTransitionTime"]
        put(copy.value, type: "ReplicaFailure")
    }

    /// How long until the progress deadline must be looked at; nil when there is nothing to wait for.
    func untilDeadline(now: UnixTime) -> Duration? {
        guard let deadline, mode == .rolling || mode == .recreating, !isComplete(deployment) else { return nil }
        let reason = deployment.condition("Progressing")?.text("reason")
        if reason == DeploymentCondition.expired || reason == DeploymentCondition.completed { return nil }
        return now.duration(until: deadline) + .seconds(1)
    }

    /// Old replica sets without pods beyond those that are kept, the lowest revisions first.
    func expendable() -> [KubeObject] {
        guard let limit = numbers.historyLimit else { return [] }
        let alive = old.filter { !$0.isDeleting }
        let byAge = alive.sorted { left, right in
            left.revision != right.revision ? left.revision < right.revision : left.isOlder(than: right)
        }
        return byAge.prefix(max(0, alive.count - limit)).filter { set in
            set.size == 0 && set.actualSize == 0
                && set.generation ?? 0 <= set.integer("status", "observedGeneration") ?? 0
        }
    }
}
