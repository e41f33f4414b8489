internal import ClusterBase
internal import MarathonModel
internal import OrderedCollections

extension MarathonCore {
    /// Makes a change of apps and starts its deployment (spec `marathon` §4.2).
    ///
    /// It is checked against running deployments and the other apps first; nothing is changed when it throws.
    ///
    /// - Parameters:
    ///   - targets: apps as they shall be; nil removes one.
    ///   - addressed: the group that the request was for, as the event stream tells it.
    ///   - restarts: whether apps are restarted although nothing differs.
    ///   - victims: instances that go first when an app becomes smaller.
    mutating func change(
        _ targets: [(id: PathID, spec: AppSpec?)], force: Bool, addressed: PathID, restarts: Bool = false,
        victims: [InstanceID] = []
    ) throws(MarathonError) -> DeploymentReceipt {
        var after: [PathID: AppSpec] = [:]
        for record in apps.values { after[record.spec.id] = record.spec }
        for target in targets { after[target.id] = target.spec }
        try checkTree(after, changed: targets.map(\.id))
        let version = nextVersion()
        let changes = try self.changes(targets, version, after, restarts)
        try checkSize(changes)
        let conflicts = deployments.values.filter { deployment in
            changes.contains { locks[$0.id] == deployment.plan.id }
        }
        if !conflicts.isEmpty, !force { throw .locked(conflicts.map(\.plan.id)) }
        if deployments.count - conflicts.count >= settings.deploymentLimit {
            throw .tooManyDeployments(settings.deploymentLimit)
        }
        for conflict in conflicts { cancel(conflict.plan.id, reason: "The upgrade has been cancelled") }
        for change in changes {
            store(change)
            if let spec = change.target { after[change.id] = spec }
        }
        let plan = DeploymentPlan(id: random.uuid().description, version: version, changes: changes, targets: after)
        publish(.groupChanged(addressed, version: version))
        start(Deployment(plan: plan, victims: victims))
        return DeploymentReceipt(id: plan.id, version: version)
    }

    /// The changes that really change something, with versions and service ports (spec `marathon` §2.6, §3.5).
    private func changes(
        _ targets: [(id: PathID, spec: AppSpec?)], _ version: Timestamp, _ after: [PathID: AppSpec], _ restarts: Bool
    ) throws(MarathonError) -> [AppChange] {
        let ports = ServicePorts(range: settings.servicePorts)
        var used = Set(after.values.flatMap(\.servicePorts))
        for record in apps.values { used.formUnion(record.spec.servicePorts) }
        var changes: [AppChange] = []
        for (id, submitted) in targets {
            let original = apps[id]?.spec
            guard var target = submitted else {
                changes.append(AppChange(id: id, original: original, target: nil))
                continue
            }
            do throws(SpecError) {
                target = try ports.assigned(target, old: original, used: used)
            } catch { throw .spec(error) }
            used.formUnion(target.servicePorts)
            let isReconfigured = original.map { target.needsRestart(from: $0) || restarts } ?? true
            let isScaled = original.map { $0.instances != target.instances } ?? true
            guard isReconfigured || isScaled else { continue }
            let old = original?.versionInfo
            target.version = version
            target.versionInfo = VersionInfo(
                lastScalingAt: restarts ? old?.lastScalingAt ?? version : version,
                lastConfigChangeAt: isReconfigured ? version : old?.lastConfigChangeAt ?? version)
            changes.append(AppChange(id: id, original: original, target: target))
        }
        return changes
    }

    /// The rules for all apps together (spec `marathon` §3.2).
    private func checkTree(_ after: [PathID: AppSpec], changed: [PathID]) throws(MarathonError) {
        if let limit = settings.appLimit, after.count > limit, after.count > apps.count {
            throw .spec(.invalid("/", "This Marathon instance may only handle up to \(limit) Apps!"))
        }
        for id in changed where after[id] != nil && apps[id] == nil {
            let isGroup = after.keys.contains { $0.isBelow(id) }
            if isGroup || id.ancestors.contains(where: { after[$0] != nil }) {
                throw .spec(.invalid("/id", "Groups and Applications may not have the same identifier."))
            }
        }
        var layers = DependencyLayers(targets: after)
        for id in changed where after[id]?.dependencies.isEmpty == false { _ = layers.depth(of: id) }
        if layers.isCyclic { throw .spec(.invalid("/", "Dependency graph has cyclic dependencies.")) }
    }

    /// A change is written at once: the apps, and a deployment with the apps as they were and as they shall be.
    private func checkSize(_ changes: [AppChange]) throws(MarathonError) {
        var total = 0
        for change in changes {
            let size = change.target?.storedSize ?? 0
            if size > Limits.appBytes {
                let path = changes.count == 1 ? "/" : change.id.description
                throw .spec(.invalid(path, "takes \(size) bytes, must not take more than \(Limits.appBytes)"))
            }
            total += 2 * size + (change.original?.storedSize ?? 0)
        }
        guard total <= Limits.changeBytes else {
            throw .unprocessable(
                "The change takes \(total) bytes, must not take more than \(Limits.changeBytes); change fewer apps")
        }
    }

    /// Writes what a change makes of an app.
    private mutating func store(_ change: AppChange) {
        let folder = "apps/\(change.id.safe)"
        guard let target = change.target else {
            for version in apps[change.id]?.versions ?? [] { forget("\(folder)/\(version.version)") }
            if apps[change.id]?.lastFailure != nil { forget("failures/\(change.id.safe)") }
            apps[change.id] = nil
            return
        }
        var record = apps[change.id] ?? AppRecord(spec: target, versions: [], lastFailure: nil)
        record.spec = target
        record.versions.append(target)
        put("\(folder)/\(target.version)", .object(target.json))
        while record.versions.count > settings.versionLimit {
            forget("\(folder)/\(record.versions.removeFirst().version)")
        }
        apps[change.id] = record
    }
}

/// What stores that keep a value in one node can hold (1 MiB), less what surrounds the apps.
private enum Limits {
    /// Bytes of one app as JSON: a third of a change, so that the app can always be changed alone.
    static let appBytes = 300_000
    /// Bytes of all that is written for a change: every app as it shall be, and the deployment with old and new.
    static let changeBytes = 900_000
}

extension AppSpec {
    /// Bytes that the app takes in a store.
    fileprivate var storedSize: Int { JSONValue.object(json).bytes.count }
}
