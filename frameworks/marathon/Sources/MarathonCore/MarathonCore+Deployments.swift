internal import ClusterBase
internal import MarathonModel
internal import OrderedCollections

/// Deployments: at every observation the step is compared with what is, until nothing is missing (spec `marathon` §4).
extension MarathonCore {
    mutating func start(_ deployment: Deployment) {
        let plan = deployment.plan
        guard !plan.steps.isEmpty else {
            publish(.deploymentDone(plan))
            return
        }
        deployments[plan.id] = deployment
        for app in plan.apps {
            locks[app] = plan.id
            dirty.append(app)
        }
        put("deployments/\(plan.id)", deployment.json)
        publish(.deploymentStep(deployment))
    }

    /// Goes on with a deployment as far as it can.
    mutating func advance(_ id: String) {
        while let deployment = deployments[id] {
            var isDone = true
            for action in deployment.currentActions where !perform(action, of: deployment) { isDone = false }
            guard isDone else { return }
            publish(.deploymentStepDone(deployment))
            var next = deployment
            next.step += 1
            guard next.step < next.plan.steps.count else {
                finish(deployment)
                return
            }
            deployments[id] = next
            put("deployments/\(id)", next.json)
            publish(.deploymentStep(next))
        }
    }

    private mutating func finish(_ deployment: Deployment) {
        release(deployment)
        publish(.deploymentDone(deployment.plan))
    }

    /// Ends a deployment where it is; the definitions it brought stay.
    mutating func cancel(_ id: String, reason: String) {
        guard let deployment = deployments[id] else { return }
        release(deployment)
        publish(.deploymentFailed(deployment.plan, reason: reason))
    }

    private mutating func release(_ deployment: Deployment) {
        deployments[deployment.plan.id] = nil
        forget("deployments/\(deployment.plan.id)")
        for app in deployment.plan.apps {
            locks[app] = nil
            dirty.append(app)
        }
    }

    /// Cancels a deployment on request: with force nothing more, else its changes are taken back by a new one.
    mutating func cancelDeployment(_ id: String, _ force: Bool) throws(MarathonError) -> CommandAnswer {
        guard let deployment = deployments[id] else { throw .unknownDeployment(id) }
        if force {
            cancel(id, reason: "The upgrade has been cancelled")
            return .done
        }
        let targets = deployment.plan.changes.map { change in
            (id: change.id, spec: change.original)
        }
        return .changed(try change(targets, force: true, addressed: .root), isNew: false)
    }

    // MARK: Actions

    /// Does what an action still needs; true when nothing is left to do or wait for.
    private mutating func perform(_ action: DeploymentAction, of deployment: Deployment) -> Bool {
        switch action.kind {
        case .start: return true
        case .stop: return stop(action.app)
        case .scale: return scale(action.app, deployment)
        case .restart: return restart(action.app, deployment)
        }
    }

    private mutating func stop(_ app: PathID) -> Bool {
        for instance in instances(of: app) where instance.goal == .running { decommission(instance.id) }
        guard instances(of: app).isEmpty else { return false }
        delays.reset(app)
        publish(.appTerminated(app))
        return true
    }

    private mutating func scale(_ app: PathID, _ deployment: Deployment) -> Bool {
        guard let spec = apps[app]?.spec else { return true }
        let present = instances(of: app)
        for instance in present where instance.goal == .running && deployment.victims.contains(instance.id) {
            decommission(instance.id)
        }
        let counted = instances(of: app).filter(\.isCounted)
        if counted.count > spec.instances {
            for victim in victims(counted.count - spec.instances, of: spec) { decommission(victim) }
        }
        if counted.count < spec.instances {
            schedule(spec.instances - counted.count, of: spec, deployment: deployment.plan.id)
        }
        let now = instances(of: app)
        return now.allSatisfy { instance in
            if instance.goal != .running { return false }
            return instance.deployment != deployment.plan.id || !instance.isCounted || isReady(instance, spec)
        }
    }

    private mutating func restart(_ app: PathID, _ deployment: Deployment) -> Bool {
        guard let spec = apps[app]?.spec else { return true }
        let planner = RollingUpdatePlanner(wanted: spec.instances, strategy: spec.upgradeStrategy)
        let advice = planner.advise(observed(spec))
        schedule(advice.starts, of: spec, deployment: deployment.plan.id)
        for victim in advice.kills { decommission(victim) }
        return planner.isDone(observed(spec))
    }

    private func observed(_ spec: AppSpec) -> [RollingUpdatePlanner.Observed] {
        instances(of: spec.id).filter { $0.condition != .unreachableInactive }.map { instance in
            RollingUpdatePlanner.Observed(
                id: instance.id, isNew: instance.version >= spec.configuredAt, isWanted: instance.goal == .running,
                isRunning: instance.condition == .running,
                health: spec.healthChecks.isEmpty ? true : instance.isHealthy)
        }
    }

    /// Whether a started instance serves: it runs, and its checks (if any) say so.
    private func isReady(_ instance: Instance, _ spec: AppSpec) -> Bool {
        instance.condition == .running && (spec.healthChecks.isEmpty || instance.isHealthy == true)
    }
}
