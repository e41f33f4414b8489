internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

extension MasterCore {
    /// Rows 4 and 12–18 of spec `mesos/01` §1.1, then the call itself.
    mutating func call(_ request: SchedulerRequest) {
        if elected != nil { count(FrameworkCounter(request.call), of: request.frameworkID) }
        if let refusal = refusal(of: request) {
            perform(.respond(request.request, refusal))
            return
        }
        let id = request.frameworkID
        if case .updateFramework(let info, let suppressed, let constraints) = request.call {
            let reply = update(id, to: info, suppressedRoles: suppressed, constraints: constraints)
            perform(.respond(request.request, reply))
            return
        }
        perform(.respond(request.request, .accepted))
        perform(request.call, of: id)
    }

    private func refusal(of request: SchedulerRequest) -> CallReply? {
        guard elected != nil else { return .refused(status: 503, text: "Master has not finished recovery") }
        guard let framework = frameworks[request.frameworkID] else {
            return .refused(status: 400, text: "Framework cannot be found")
        }
        if let principal = request.principal, principal != framework.info.principal {
            let text =
                "Authenticated principal '\(principal)' does not match principal "
                + "'\(framework.info.principal ?? "")' set in `FrameworkInfo`"
            return .refused(status: 400, text: text)
        }
        guard case .connected(_, let streamID) = framework.connection else {
            return .refused(status: 403, text: "Framework is not subscribed")
        }
        guard let given = request.streamID else {
            let text = "All non-subscribe calls should include the 'Mesos-Stream-Id' header"
            return .refused(status: 400, text: text)
        }
        guard given == streamID else {
            let text =
                "The stream ID '\(given)' included in this request didn't match the stream ID currently "
                + "associated with framework ID \(request.frameworkID)"
            return .refused(status: 400, text: text)
        }
        if case .subscribe = request.call {
            let text = "Subscribe calls should not include the 'Mesos-Stream-Id' header"
            return .refused(status: 400, text: text)
        }
        return nil
    }

    private mutating func perform(_ call: SchedulerCall, of id: FrameworkID) {
        switch call {
        case .subscribe, .updateFramework: break  // answered before
        case .teardown:
            counters.count(.teardowns)
            removeFramework(id)
        case .accept(let offers, let operations, let filters):
            accept(offers, operations, filters, of: id)
        case .decline(let offers, let filters):
            counters.count(.declines)
            decline(offers, filters, of: id)
        case .acceptInverseOffers(let offers, let filters): answer(offers, with: .accept, filters, of: id)
        case .declineInverseOffers(let offers, let filters): answer(offers, with: .decline, filters, of: id)
        case .revive(let roles):
            counters.count(.revives)
            setSuppressed(false, roles: roles, of: id)
        case .suppress(let roles):
            counters.count(.suppresses)
            setSuppressed(true, roles: roles, of: id)
        case .kill(let task, let agent, let policy): kill(task, agent: agent, policy: policy, of: id)
        case .shutdown(let executor, let agent):
            guard agents[agent] != nil else { return }
            tell(agent, .shutdownExecutor(id, executor))
        case .acknowledge(let agent, let task, let uuid): acknowledge(uuid, task: task, agent: agent, of: id)
        case .acknowledgeOperationStatus(let agent, let uuid, let operation):
            acknowledgeOperation(operation, uuid: uuid, agent: agent, of: id)
        case .reconcile(let queries): reconcile(queries, of: id)
        case .reconcileOperations(let queries): reconcileOperations(queries, of: id)
        case .message(let agent, let executor, let data): relay(data, to: executor, on: agent, of: id)
        case .request: counters.count(.requests)
        }
    }

    private mutating func relay(_ data: [UInt8], to executor: ExecutorID, on agent: AgentID, of id: FrameworkID) {
        counters.count(.frameworkMessages)
        guard agents[agent]?.isConnected == true else {
            counters.count(.invalidFrameworkMessages)
            return
        }
        counters.count(.validFrameworkMessages)
        tell(agent, .frameworkMessage(agent, id, executor, data: data))
    }
}
