internal import CZooKeeper
public import Logging

/// An asynchronous ZooKeeper client that outlives its sessions.
///
/// Any number of tasks may use it at once; requests travel pipelined on one connection and are answered in order. When
/// the session expires (the server says so, or there was no connection for as long as the session timeout), what waits
/// fails with `sessionExpired`, watches fire `sessionLost`, and a new session is made at once. The session ends at
/// `close` or when the client goes. Sources: `spec/mesos/07` §7.3, decision D6.
public final class ZooKeeperClient: Sendable {
    /// The access control list of nodes that are created without one: open, or with credentials the creator may do
    /// everything and the world may read.
    public let defaultACL: [ZooKeeperACL]

    let session: ZooKeeperSession

    /// Starts to connect; requests made meanwhile wait for the first connection attempt.
    ///
    /// - Parameter sessionTimeout: the server bounds it (2 to 20 of its ticks).
    public init(
        servers: [String], credentials: ZooKeeperURL.Credentials? = nil, sessionTimeout: Duration = .seconds(10),
        logger: Logger = Logger(label: "zookeeper")
    ) {
        defaultACL = credentials == nil ? .open : .creatorAllWorldRead
        session = ZooKeeperSession(
            servers: servers.joined(separator: ","), credentials: credentials, timeout: sessionTimeout, logger: logger)
    }

    /// Starts to connect to the servers of a URL with its credentials; the URL's path is not used.
    public convenience init(
        url: ZooKeeperURL, sessionTimeout: Duration = .seconds(10), logger: Logger = Logger(label: "zookeeper")
    ) {
        self.init(
            servers: url.servers, credentials: url.credentials, sessionTimeout: sessionTimeout, logger: logger)
    }

    deinit { session.shutDown {} }

    /// Ends the session, which removes its ephemeral nodes; what waits fails with `closing`.
    ///
    /// Takes up to three seconds when the server does not answer.
    public func close() async {
        await withCheckedContinuation { continuation in session.shutDown { continuation.resume() } }
    }

    /// The session's state now and at every change; ends after `closed`.
    public func states() -> AsyncStream<ZooKeeperSessionState> { session.states() }

    /// The session's state now.
    public var state: ZooKeeperSessionState { session.phase }

    /// Counts the sessions that were lost; a value that has changed means that ephemeral nodes are gone.
    public var lostSessions: Int { session.epoch }

    /// Waits for a connection; throws `authFailed` or `closing` when there will be none.
    @discardableResult
    public func connected() async throws -> ZooKeeperSessionState {
        for await state in states() {
            switch state {
            case .connected: return state
            case .authenticationFailed: throw ZooKeeperError(.authFailed, path: "/")
            case .closed: throw ZooKeeperError(.closing, path: "/")
            case .connecting, .suspended, .expired: continue
            }
        }
        try Task.checkCancellation()
        throw ZooKeeperError(.closing, path: "/")
    }

    // MARK: The way of every request

    /// Hands a request to the C client and waits for its completion.
    ///
    /// `start` returns the C function's code: anything but 0 means that no completion will come.
    func request(
        _ path: String, _ start: (ZooKeeperSession.Handle, UnsafeMutableRawPointer?) -> Int32
    ) async throws -> (code: Int32, value: CompletionValue) {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw ZooKeeperError(.badArguments, path: path) }
        var answer = await attempt(start)
        if answer == nil {
            await session.opened()
            answer = await attempt(start)
        }
        guard let (code, value) = answer else { throw ZooKeeperError(.connectionLoss, path: path) }
        return (translate(code), value)
    }

    /// Nil when there is no handle.
    private func attempt(
        _ start: (ZooKeeperSession.Handle, UnsafeMutableRawPointer?) -> Int32
    ) async -> (Int32, CompletionValue)? {
        await withCheckedContinuation { continuation in
            var token: UInt?
            let refused = session.withHandle { handle in
                let new = CompletionRegistry.shared.add(owner: handle.owner) { code, value in
                    continuation.resume(returning: (code, value))
                }
                token = new
                return start(handle, CompletionRegistry.context(new))
            }
            // A refused request gets no completion, unless its handle was swept meanwhile.
            guard let token else { return continuation.resume(returning: refused.map { ($0, .none) }) }
            if let refused, refused != 0 { CompletionRegistry.shared.take(token)?(refused, .none) }
        }
    }

    /// Requests cut off because the session was replaced tell of the session, not of a client that closes.
    private func translate(_ code: Int32) -> Int32 {
        guard code == Int32(ZCLOSING.rawValue) else { return code }
        switch session.phase {
        case .closed: return code
        case .authenticationFailed: return Int32(ZAUTHFAILED.rawValue)
        default: return Int32(ZSESSIONEXPIRED.rawValue)
        }
    }

    func check(_ code: Int32, _ path: String) throws {
        if code != 0 { throw ZooKeeperError(.init(code), path: path) }
    }
}
