internal import ClusterBase
public import HTTPTransport
internal import KubeModel
public import KubeRegistry
internal import KubeStreams

/// Passes connect subresources on: streams and logs to the pod's node, proxy requests to pods, services and nodes.
///
/// The node's address and port come from its Node object. Upgrades are joined byte by byte, so that this server takes
/// no part in the protocols (spec `kubernetes/10`; apiserver `pkg/registry/core/pod/rest`).
public struct NodeConnect: ConnectHandler {
    let registry: Registry

    /// Makes a handler that looks pods, nodes and endpoints up in a registry.
    public init(registry: Registry) { self.registry = registry }

    /// Handles a request; see `ConnectHandler`.
    public func connect(_ info: RequestInfo, _ request: HTTPRequest, _ reply: HTTPTransport.Reply) {
        Task { reply.send(await answer(info, request)) }
    }

    private func answer(_ info: RequestInfo, _ request: HTTPRequest) async -> HTTPResponse {
        do throws(APIError) {
            guard let passing = Self.passings[info.resource]?[info.subresource] else { throw .noSuchResource }
            return try await passing(self, info, request)
        } catch {
            return Answers.failure(error, to: request)
        }
    }

    private typealias Passing =
        @Sendable (NodeConnect, RequestInfo, HTTPRequest) async throws(APIError) -> HTTPResponse

    /// What is passed on, by resource and subresource.
    private static let passings: [String: [String: Passing]] = [
        "pods": [
            "log": { connect, info, request throws(APIError) in try await connect.log(info, request) },
            "exec": { connect, info, request throws(APIError) in try await connect.command("exec", info, request) },
            "attach": { connect, info, request throws(APIError) in
                try await connect.command("attach", info, request)
            },
            "portforward": { connect, info, request throws(APIError) in try await connect.forward(info, request) },
            "proxy": { connect, info, request throws(APIError) in try await connect.proxyPod(info, request) },
        ],
        "services": [
            "proxy": { connect, info, request throws(APIError) in try await connect.proxyService(info, request) }
        ],
        "nodes": ["proxy": { connect, info, request throws(APIError) in try await connect.proxyNode(info, request) }],
        "minions": ["proxy": { connect, info, request throws(APIError) in try await connect.proxyNode(info, request) }],
    ]

    /// The stored object of a core resource; throws its 404.
    func object(_ plural: String, _ namespace: String, _ name: String) async throws(APIError) -> KubeObject {
        guard let kind = registry.served(plural: plural, in: .v1) else { throw .noSuchResource }
        let target = ResourceTarget(kind, namespace: namespace, name: name)
        switch try await registry.get(target) {
        case .object(let object): return try object.tree()
        case .tree(let tree): return tree
        }
    }

    /// Sends a request on, and turns its failures into the Status that clients know.
    func pass(_ upstream: UpstreamRequest) async throws(APIError) -> HTTPResponse {
        do { return try await upstream.send() } catch {
            guard let error = error as? ClusterError else { throw .internalError("\(error)") }
            switch error.code {
            case .timeout: throw .timeout("\(error)")
            default: throw .internalError("error dialing backend: \(error)")
            }
        }
    }
}
