internal import KubeModel

extension PodSync {
    /// A hook or check with the port as a number and the host filled in; nil when the port has no number.
    func resolved(_ handler: HandlerView?, of container: ContainerView) -> HandlerView? {
        switch handler {
        case nil: return nil
        case .exec, .sleep: return handler
        case .http(var request):
            guard let port = container.port(request.port) else { return nil }
            request.port = .integer(port)
            if request.host.isEmpty { request.host = podAddress }
            return .http(request)
        case .tcp(let host, let port):
            guard let port = container.port(port) else { return nil }
            return .tcp(host: host.isEmpty ? podAddress : host, port: .integer(port))
        }
    }

    /// The address the pod is reached at; the node's with the host's network, empty before it has one.
    public var podAddress: String { view.usesHostNetwork ? settings.hostAddress : memory.address }
}
