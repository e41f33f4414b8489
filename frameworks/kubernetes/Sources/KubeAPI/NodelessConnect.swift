internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry

/// Answers requests for nodes while there is no way to reach one.
struct NodelessConnect: ConnectHandler {
    private let registry: Registry

    init(_ registry: Registry) { self.registry = registry }

    func connect(_ info: RequestInfo, _ request: HTTPRequest, _ reply: HTTPTransport.Reply) {
        Task { reply.send(await answer(info, request)) }
    }

    private func answer(_ info: RequestInfo, _ request: HTTPRequest) async -> HTTPResponse {
        do throws(APIError) {
            guard let kind = registry.served(plural: info.resource, in: info.groupVersion) else {
                throw .noSuchResource
            }
            switch info.resource {
            case "pods":
                let target = ResourceTarget(kind, namespace: info.namespace, name: info.name)
                guard case .object(let object) = try await registry.get(target) else { throw .noSuchResource }
                let isUnassigned = try object.tree().text("spec", "nodeName").isEmpty
                if isUnassigned, info.subresource == "log" { return Answers.text("") }
                throw .unavailable(
                    isUnassigned ? "pod \(info.name) does not have a host assigned" : "no node is reachable")
            case "services": throw .unavailable("no endpoints available for service \"\(info.name)\"")
            default: throw .unavailable("no node is reachable")
            }
        } catch {
            return Answers.failure(error, to: request)
        }
    }
}
