internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// `/maintenance/…` and `/machine/…` (spec `mesos/08` §8.1, `mesos/06` §6.12).
struct MachineEndpoints: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] {
        [
            reading("/maintenance/schedule") { endpoints.maintenanceSchedule($0, for: $1).encoded(as: .json) },
            reading("/maintenance/status") { endpoints.maintenanceStatus($0, for: $1).encoded(as: .json) },
            changing("/maintenance/schedule") { body throws(WireError) in
                .updateSchedule(try MaintenanceSchedule(decoding: body, as: .json))
            },
            changing("/machine/down") { body throws(WireError) in .startMaintenance(try JSONLists.machines(body)) },
            changing("/machine/up") { body throws(WireError) in .stopMaintenance(try JSONLists.machines(body)) },
        ]
    }

    private func reading(
        _ path: String, _ render: @escaping @Sendable (MasterState, HTTPRequest) -> [UInt8]
    ) -> Route {
        Route(.get, path) { request in
            if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
            return .json(render(try await endpoints.driver.read { $0.state }, request), for: request)
        }
    }

    private func changing(
        _ path: String, _ read: @escaping @Sendable ([UInt8]) throws(WireError) -> OperatorRequest
    ) -> Route {
        Route.direct(.post, path) { request, reply in
            guard let reply = endpoints.leading(request, reply) else { return }
            do {
                endpoints.operate(try read(request.body), request, reply)
            } catch { reply.send(.error(.badRequest, "\(error)")) }
        }
    }
}
