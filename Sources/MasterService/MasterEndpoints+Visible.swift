internal import AccessControl
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// What the sender of a request may see of quotas, weights, maintenance and the registry; the rest is left out (spec
/// `mesos/06` §6.11).
extension MasterEndpoints {
    func quotas(_ state: MasterState, for request: HTTPRequest) -> QuotaStatus {
        QuotaStatus(configs: state.quotaConfigs.filter { isAllowed(request, .getQuota, .role($0.role)) })
    }

    func weights(_ state: MasterState, for request: HTTPRequest) -> [RoleWeight] {
        let filter = filter(request)
        return state.roleWeights.filter { filter.shows(role: $0.role) }
    }

    func visible(_ registry: RegistrySnapshot, for request: HTTPRequest) -> RegistrySnapshot {
        guard configuration.core.access != nil else { return registry }
        let filter = filter(request)
        var visible = registry
        visible.agents = registry.agents.map { OperatorEndpoint.visible($0, filter) }
        visible.weights.removeAll { !filter.shows(role: $0.role) }
        visible.quotas.removeAll { !isAllowed(request, .getQuota, .role($0.role)) }
        if !isAllowed(request, .getMaintenanceSchedule) { visible.schedule = MaintenanceSchedule() }
        return visible
    }

    func maintenanceSchedule(_ state: MasterState, for request: HTTPRequest) -> MaintenanceSchedule {
        isAllowed(request, .getMaintenanceSchedule) ? state.schedule : MaintenanceSchedule()
    }

    func maintenanceStatus(_ state: MasterState, for request: HTTPRequest) -> MaintenanceStatus {
        isAllowed(request, .getMaintenanceStatus) ? state.maintenanceStatus : MaintenanceStatus()
    }
}
