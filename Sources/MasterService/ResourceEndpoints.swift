internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol
internal import ResourceModel

/// `/reserve`, `/unreserve`, `/create-volumes` and `/destroy-volumes`: forms of an agent and resources (spec
/// `mesos/08` §8.1, `mesos/06` §6.8).
struct ResourceEndpoints: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] {
        [
            form("/reserve") { form in
                let resources = try form.resources("resources", "Error parsing")
                let source = form.items.contains("source") ? try form.resources("source", "Error parsing") : []
                return .reserve(form.agent, source: source, resources: resources)
            },
            form("/unreserve") { .unreserve($0.agent, try $0.resources("resources")) },
            form("/create-volumes") { .createVolumes($0.agent, try $0.resources("volumes")) },
            form("/destroy-volumes") { .destroyVolumes($0.agent, try $0.resources("volumes")) },
        ]
    }

    private func form(_ path: String, _ read: @escaping @Sendable (Form) throws -> OperatorRequest) -> Route {
        Route.direct(.post, path) { request, reply in
            guard let reply = endpoints.leading(request, reply) else { return }
            do {
                endpoints.operate(try read(Form(request)), request, reply)
            } catch { reply.send(.error(.badRequest, (error as? Refusal)?.text ?? "\(error)")) }
        }
    }

    /// What is wrong with a form.
    struct Refusal: Error {
        let text: String

        static func missing(_ name: String) -> Refusal {
            Refusal(text: "Missing '\(name)' query parameter in the request body")
        }
    }

    /// The items of a request's body.
    struct Form {
        let items: QueryItems
        let agent: AgentID

        init(_ request: HTTPRequest) throws(Refusal) {
            items = QueryItems(parsing: request.text)
            guard let id = items["slaveId"] else { throw .missing("slaveId") }
            agent = AgentID(id)
        }

        func resources(_ name: String, _ trouble: String = "Error in parsing") throws(Refusal) -> Resources {
            guard let text = items[name] else { throw .missing(name) }
            do { return try JSONLists.resources(Array(text.utf8)) } catch {
                if case .invalid(let problem) = error { throw Refusal(text: problem) }
                throw Refusal(text: "\(trouble) '\(name)' query parameter in the request body: \(error)")
            }
        }
    }
}
