internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// Does what an operator asks for, or refuses; answers exactly once.
    mutating func operate(_ request: OperatorRequest, for token: RequestToken, principal: String?) {
        guard elected != nil else {
            return perform(.respond(token, .refused(status: 503, text: "Master has not finished recovery")))
        }
        switch request {
        case .reserve, .unreserve, .createVolumes, .destroyVolumes, .growVolume, .shrinkVolume,
            .updateSchedule, .startMaintenance, .stopMaintenance, .drain, .deactivate, .reactivate, .markGone:
            perform(.respond(token, .refused(status: 501, text: "Not implemented")))
        }
    }
}
