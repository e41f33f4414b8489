internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// Does what an operator asks for, or refuses; answers exactly once.
    mutating func operate(_ request: OperatorRequest, for token: RequestToken, principal: String?) {
        guard elected != nil else {
            return perform(.respond(token, .refused(status: 503, text: "Master has not finished recovery")))
        }
        switch request {
        case .reserve(let agent, let source, let resources):
            let operation = OfferOperation.reserve(resources, source: source)
            perform(.respond(token, operate(operation, on: agent, principal: principal)))
        case .unreserve(let agent, let resources):
            perform(.respond(token, operate(.unreserve(resources), on: agent, principal: principal)))
        case .createVolumes(let agent, let volumes):
            perform(.respond(token, operate(.create(volumes), on: agent, principal: principal)))
        case .destroyVolumes(let agent, let volumes):
            perform(.respond(token, operate(.destroy(volumes), on: agent, principal: principal)))
        case .growVolume(let agent, let volume, let addition):
            let operation = OfferOperation(.growVolume(volume: volume, addition: addition))
            perform(.respond(token, operate(operation, on: agent, principal: principal)))
        case .shrinkVolume(let agent, let volume, let subtract):
            let operation = OfferOperation(.shrinkVolume(volume: volume, subtract: subtract))
            perform(.respond(token, operate(operation, on: agent, principal: principal)))
        case .updateSchedule(let schedule):
            perform(.respond(token, updateSchedule(schedule, principal: principal)))
        case .startMaintenance(let machines):
            perform(.respond(token, startMaintenance(machines, principal: principal)))
        case .stopMaintenance(let machines):
            perform(.respond(token, stopMaintenance(machines, principal: principal)))
        case .drain(let agent, let config):
            perform(.respond(token, drain(agent, config, principal: principal)))
        case .deactivate(let agent): perform(.respond(token, deactivate(agent, principal: principal)))
        case .reactivate(let agent): perform(.respond(token, reactivate(agent, principal: principal)))
        case .markGone(let agent): perform(.respond(token, markGone(agent, principal: principal)))
        }
    }
}
