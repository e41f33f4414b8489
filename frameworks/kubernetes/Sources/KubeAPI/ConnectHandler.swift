public import HTTPTransport
internal import KubeModel
internal import KubeRegistry

/// Passes requests to connect subresources (`log`, `exec`, `attach`, `portforward`, `proxy`) on to a node.
public protocol ConnectHandler: Sendable {
    /// Handles a request whose resource and subresource exist and allow its method; must answer `reply` in the end.
    ///
    /// Called on an event loop; must not block. Upgrades answer with `HTTPResponse.Body.takeover`.
    func connect(_ info: RequestInfo, _ request: HTTPRequest, _ reply: HTTPTransport.Reply)
}
