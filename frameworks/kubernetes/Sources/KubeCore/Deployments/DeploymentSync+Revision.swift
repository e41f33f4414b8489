internal import ClusterBase
internal import KubeModel

/// The replica set of the present template and its revision.
///
/// Source: upstream `pkg/controller/deployment/sync.go`, `getNewReplicaSet`, and `util/deployment_util.go` (1.20).
extension DeploymentSync {
    /// The write that makes the replica set of the present template, or brings it up to date; nil when all is well, or
    /// when there is none and none may be made.
    mutating func revise(mayCreate: Bool, now: UnixTime) -> Intent? {
        let revision = 1 + min(old.map(\.revision).max() ?? 0, .max - 1)
        guard let current else { return mayCreate ? .create(.replicaSets, newReplicaSet(revision)) : nil }
        var changed = current
        annotate(&changed, revision, isNew: false)
        changed["spec", "minReadySeconds"] = numbers.minReadySeconds == 0 ? nil : .integer(numbers.minReadySeconds)
        if changed != current { return .update(.replicaSets, changed) }
        setRevision(current.revision)
        if numbers.progressDeadlineSeconds != nil, deployment.condition("Progressing") == nil {
            setCondition(.found(current.name), now: now)
        }
        return nil
    }

    private func newReplicaSet(_ revision: Int64) -> KubeObject {
        let template = deployment["spec", "template"]
        let hash = JSONValue.string(
            TemplateHash.text(of: template, collisions: deployment.integer("status", "collisionCount")))
        var set = KubeObject(["apiVersion": "apps/v1", "kind": "ReplicaSet"])
        set.name = deployment.name + "-" + (hash.string ?? "")
        set.namespace = deployment.namespace
        set["metadata", "labels"] = template?["metadata"]?["labels"]
        set["metadata", "labels", DeploymentNames.hashLabel] = hash
        annotate(&set, revision, isNew: true)
        set.ownerReferences = [deployment.controllerReference(.deployments)]
        set["spec", "replicas"] = .integer(Int64(sizeForCurrent(now: 0)))
        if numbers.minReadySeconds != 0 { set["spec", "minReadySeconds"] = .integer(numbers.minReadySeconds) }
        set["spec", "selector"] = deployment["spec", "selector"]
        set["spec", "selector", "matchLabels", DeploymentNames.hashLabel] = hash
        set["spec", "template"] = template
        set["spec", "template", "metadata", "labels", DeploymentNames.hashLabel] = hash
        return set
    }

    /// Brings the annotations of the present replica set up to date.
    private func annotate(_ set: inout KubeObject, _ revision: Int64, isNew: Bool) {
        for (key, value) in deployment.annotations where !DeploymentNames.unshared.contains(key) {
            set.setAnnotation(key, value)
        }
        let before = set.annotation(DeploymentNames.revision)
        if before.map({ Int64($0).map { $0 < revision } ?? false }) ?? true {
            set.setAnnotation(DeploymentNames.revision, "\(revision)")
            if let before { remember(before, in: &set) }
        }
        if isNew { annotateSize(&set) }
    }

    /// Adds a revision to those a replica set had, the oldest being forgotten when they become too many.
    private func remember(_ revision: String, in set: inout KubeObject) {
        var history = (set.annotation(DeploymentNames.history) ?? "").split(separator: ",").map(String.init)
        history.append(revision)
        while history.count > 1, history.joined(separator: ",").utf8.count > DeploymentNames.longestHistory {
            history.removeFirst()
        }
        set.setAnnotation(DeploymentNames.history, history.joined(separator: ","))
    }

    /// Notes the deployment's numbers on a replica set that is sized by them.
    func annotateSize(_ set: inout KubeObject) {
        set.setAnnotation(DeploymentNames.desired, "\(numbers.replicas)")
        set.setAnnotation(DeploymentNames.maximum, "\(numbers.maximum)")
    }

    /// Notes on the deployment which revision it is at.
    mutating func setRevision(_ revision: Int64) {
        deployment.setAnnotation(DeploymentNames.revision, "\(revision)")
    }

    /// The replica set of the present template was made.
    mutating func made(_ set: KubeObject, now: UnixTime) {
        take([set])
        if set.size > 0 { note("ScalingReplicaSet", "Scaled up replica set \(set.name) to \(set.size)") }
        setRevision(set.revision)
        if numbers.progressDeadlineSeconds != nil { setCondition(.made(set.name), now: now) }
    }

    /// The replica set of the present template could not be made.
    mutating func failedToMake(_ name: String, _ error: APIError, now: UnixTime) {
        let message = "Failed to create new replica set \"\(name)\": \(error.message)"
        if numbers.progressDeadlineSeconds != nil { setCondition(.notMade(message), now: now) }
        warn("ReplicaSetCreateError", message)
        mustRetry = true
    }

    /// There is a replica set of the new one's name already: it is used if it is the same, else another name is due.
    mutating func collide(with set: KubeObject) {
        let template = TemplateHash.bare(deployment["spec", "template"])
        if set.controller?.uid == deployment.uid, TemplateHash.bare(set["spec", "template"]) == template {
            take([set])
            return
        }
        let count = deployment.integer("status", "collisionCount") ?? 0
        deployment["status", "collisionCount"] = .integer(count + 1)
        mustRetry = true
    }

    /// The deployment with the template of an earlier revision, and without the wish for it.
    mutating func rolledBack(to wish: Int64) -> KubeObject {
        let revisions = all.map(\.revision).sorted()
        let target = wish == 0 ? revisions.dropLast().last ?? 0 : wish
        var changed = deployment
        if target == 0 {
            warn("DeploymentRollbackRevisionNotFound", "Unable to find last revision.")
        } else if let set = all.first(where: { $0.revision == target }) {
            let template = TemplateHash.bare(set["spec", "template"])
            if template == TemplateHash.bare(deployment["spec", "template"]) {
                warn(
                    "DeploymentRollbackTemplateUnchanged",
                    "The rollback revision contains the same template as current deployment \"\(deployment.name)\"")
            } else {
                changed["spec", "template"] = template.value
                takeAnnotations(of: set, into: &changed)
                note(
                    "DeploymentRollback",
                    "Rolled back deployment \"\(deployment.name)\" to revision \(target)")
            }
        } else {
            warn("DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to.")
        }
        changed.setAnnotation(DeploymentNames.rollback, nil)
        return changed
    }

    /// The deployment's own annotations become those that the replica set was made with.
    private func takeAnnotations(of set: KubeObject, into changed: inout KubeObject) {
        for (key, _) in changed.annotations where !DeploymentNames.unshared.contains(key) {
            changed.setAnnotation(key, nil)
        }
        for (key, value) in set.annotations where !DeploymentNames.unshared.contains(key) {
            changed.setAnnotation(key, value)
        }
    }
}
