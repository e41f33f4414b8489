/// Takes requests out of the stream before they are routed, as libprocess messages share the port with HTTP.
public protocol RequestInterceptor: Sendable {
    /// The most body bytes a taken request may have; beyond it the answer is 413.
    var bodyLimit: Int { get }

    /// Whether a request is taken; `request` has no body yet. Called on the event loop; must not block.
    func takes(_ request: HTTPRequest) -> Bool

    /// Handles a taken request; called on the event loop, in the order of the connection.
    ///
    /// The connection's next request waits until `reply` is answered, so a late answer is backpressure.
    func handle(_ request: HTTPRequest, _ reply: Reply)
}
