public import NIOCore

/// A handler's wish to own the connection after the response's head (WebSocket, SPDY, `docker attach`).
///
/// Return it as the body of a response with status 101 (or what the protocol wants) to a request that carries
/// `Connection: Upgrade`. The server writes the head with the response's header fields as they stand, removes its own
/// handlers, calls `begin` on the channel's event loop, and passes on whatever the client has sent already.
public struct Takeover: Sendable {
    /// Installs the new protocol's handlers; a failed future closes the channel.
    public let begin: @Sendable (any Channel) -> EventLoopFuture<Void>

    /// Makes a takeover.
    public init(_ begin: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>) { self.begin = begin }
}
