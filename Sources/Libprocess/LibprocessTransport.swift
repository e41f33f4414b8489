public import HTTPTransport
public import Logging

/// Sends and receives libprocess messages (spec `mesos/11` §11.1–11.3).
///
/// Delivery is at most once and without retransmission; responses are ignored. Messages to one address leave in order
/// on one connection. Both ends connect to each other's advertised address: an accepted connection is only ever read.
public final class LibprocessTransport: Sendable {
    let core: TransportCore

    /// Makes a transport without processes, which speaks clear text.
    public init(_ configuration: LibprocessConfiguration = LibprocessConfiguration(), logger: Logger) {
        core = TransportCore(configuration, tls: nil, logger: logger)
    }

    /// Makes a transport without processes, which speaks TLS to every peer (spec `mesos/11` §11.2, without downgrade).
    ///
    /// Throws `ClusterError` `invalidArgument` when the TLS material cannot be used.
    public init(
        _ configuration: LibprocessConfiguration = LibprocessConfiguration(), trust: TLSTrust, logger: Logger
    ) throws {
        core = TransportCore(configuration, tls: try ClientTLS(trust), logger: logger)
    }

    /// Makes a transport without processes for a daemon; nil = clear text.
    package init(tls: ClientTLS?, requiresPeerAddressMatch: Bool, logger: Logger) {
        var configuration = LibprocessConfiguration()
        configuration.requiresPeerAddressMatch = requiresPeerAddressMatch
        core = TransportCore(configuration, tls: tls, logger: logger)
    }

    /// What an `HTTPService` needs so that messages on its port reach the registered processes.
    public var interceptor: any RequestInterceptor { MessageReceiver(core: core) }

    /// Registers a process whose messages go to a callback.
    ///
    /// `receive` runs on the event loop in the order of each connection and must not block; false drops the message and
    /// counts it (the sender sees a 503, which it ignores). `exited` is called once for each linked address that breaks
    /// (see `link`), on any thread. An id that is registered already is replaced.
    public func register(
        _ id: String, receive: @escaping @Sendable (IncomingMessage) -> Bool,
        exited: @escaping @Sendable (UPID) -> Void = { _ in }
    ) {
        core.register(id, Registration(deliver: .callback(receive), exited: exited))
    }

    /// Registers a process whose messages go to an inbox; a full inbox holds the senders' connections back.
    public func register(_ id: String, inbox: MessageInbox, exited: @escaping @Sendable (UPID) -> Void = { _ in }) {
        core.register(id, Registration(deliver: .inbox(inbox.core), exited: exited))
    }

    /// Forgets a process and its links; messages for it are answered 404.
    public func unregister(_ id: String) { core.unregister(id) }

    /// Sends a message, fire and forget.
    ///
    /// It leaves on the link to that address when there is one, otherwise on a connection that closes when it has been
    /// idle for a second. Dropped and counted when the peer cannot be reached, or more than the configured bounds wait.
    public func send(to: UPID, from: UPID, name: String, body: [UInt8]) {
        core.send(to: to, from: from, name: name, body: body)
    }

    /// Keeps a connection to a peer's address, so that `exited` of process `from` is called with `to` when it breaks.
    ///
    /// One event per link and break: afterwards the link is forgotten and must be made again. All links to one address
    /// share the connection. Linking twice is linking once. With `reconnect` an existing connection is replaced by a
    /// new one without an event, as executors do when their agent came back.
    public func link(_ to: UPID, from: String, reconnect: Bool = false) {
        core.link(to, from: from, reconnect: reconnect)
    }

    /// Takes a link back; no event follows.
    ///
    /// The connection closes when nobody is linked through it any more and nothing is sent.
    public func unlink(_ to: UPID, from: String) { core.unlink(to, from: from) }

    /// What the transport has done so far.
    public var counters: LibprocessCounters { core.counters }

    /// Closes every connection without events and drops what waits.
    public func shutdown() async { await core.shutdown() }
}

/// The bounds of a transport.
public struct LibprocessConfiguration: Sendable {
    /// The most messages waiting for one address; further ones are dropped.
    public var queuedMessages = 65_536
    /// The most bytes waiting for one address; further messages are dropped.
    public var queuedBytes = 256 << 20
    /// The largest message taken from a peer; beyond it the answer is 413.
    public var messageLimit = 64 << 20
    /// How long a connection attempt may take.
    public var connectTimeout: Duration = .seconds(10)
    /// Whether a message whose sender address differs from its connection's is refused with a 400.
    public var requiresPeerAddressMatch = false

    /// Makes a configuration with the default bounds.
    public init() {}
}

/// What a transport has done since it was made.
public struct LibprocessCounters: Sendable, Equatable {
    /// Messages handed to a socket.
    public var sent = 0
    /// Outgoing messages dropped: peer unreachable, queue full, or the transport shut down.
    public var dropped = 0
    /// Messages delivered to a process.
    public var received = 0
    /// Messages a process refused.
    public var refused = 0
    /// Messages for unknown processes.
    public var unknown = 0
    /// Messages whose sender or target could not be read.
    public var malformed = 0
    /// Connections opened now.
    public var connections = 0
    /// `exited` events.
    public var exited = 0
}
