internal import CZooKeeper
internal import Dispatch
internal import Logging
internal import Synchronization

/// Owns the C handle: opens it, watches its state, closes and replaces it when the session is gone.
///
/// Opening and closing happen on a queue of its own, because both may block (name lookup, the farewell to the server)
/// and a handle must not be closed inside a callback. Requests take the lock for the moment of handing them over, so
/// that no handle is closed under them.
final class ZooKeeperSession: Sendable {
    struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
        /// The registry token of the session; owner of all its completions and watches.
        let owner: UInt
    }

    private struct State {
        var handle: Handle?
        var phase = ZooKeeperSessionState.connecting
        /// Counts sessions that were lost.
        var epoch = 0
        /// Counts changes of `phase`; a timer set for an earlier one does nothing.
        var change = 0
        var observers: [Int: AsyncStream<ZooKeeperSessionState>.Continuation] = [:]
        var nextObserver = 0
    }

    let credentials: ZooKeeperURL.Credentials?
    private let servers: String
    private let timeout: Duration
    private let logger: Logger
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "zookeeper")

    init(servers: String, credentials: ZooKeeperURL.Credentials?, timeout: Duration, logger: Logger) {
        (self.servers, self.credentials, self.timeout, self.logger) = (servers, credentials, timeout, logger)
        zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR)
        queue.async { [weak self] in self?.open() }
    }

    var phase: ZooKeeperSessionState { state.withLock { $0.phase } }
    var epoch: Int { state.withLock { $0.epoch } }

    func states() -> AsyncStream<ZooKeeperSessionState> {
        // Sixteen changes behind, an observer sees the newest only; losses are told apart by `epoch`.
        let (stream, continuation) = AsyncStream.makeStream(
            of: ZooKeeperSessionState.self, bufferingPolicy: .bufferingNewest(16))
        let key = state.withLock { state -> Int? in
            continuation.yield(state.phase)
            if state.phase == .closed {
                continuation.finish()
                return nil
            }
            state.nextObserver += 1
            state.observers[state.nextObserver] = continuation
            return state.nextObserver
        }
        if let key {
            continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.observers[key] = nil } }
        }
        return stream
    }

    /// Hands a request to the C client under the lock and returns its code; nil while there is no handle yet.
    func withHandle(_ body: (Handle) -> Int32) -> Int32? {
        state.withLock { state in
            if let handle = state.handle { return body(handle) }
            switch state.phase {
            case .closed: return Int32(ZCLOSING.rawValue)
            case .authenticationFailed: return Int32(ZAUTHFAILED.rawValue)
            default: return nil
            }
        }
    }

    /// Returns when the opening that is under way has been tried.
    func opened() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    /// Ends the session; `done` is called when the server has been told (or cannot be).
    func shutDown(_ done: @escaping @Sendable () -> Void) {
        let (handle, observers) = state.withLock { state in
            change(&state, to: .closed)
            defer { (state.handle, state.observers) = (nil, [:]) }
            return (state.handle, state.observers.values)
        }
        for observer in observers { observer.finish() }
        queue.async { [self] in
            if let handle { close(handle, code: ZCLOSING) }
            done()
        }
    }

    // MARK: On the queue

    private func open() {
        guard phase != .closed else { return }
        let owner = CompletionRegistry.shared.addSession { [weak self] in self?.sessionChanged($0) }
        let milliseconds = Int32(
            clamping: timeout.components.seconds * 1_000
                + timeout.components.attoseconds / 1_000_000_000_000_000)
        let pointer = zookeeper_init2(
            servers, NativeCallback.session, milliseconds, nil, CompletionRegistry.context(owner), ZOO_NO_LOG_CLIENTENV,
            NativeCallback.log)
        guard let pointer else {
            CompletionRegistry.shared.sweep(owner: owner, code: Int32(ZCONNECTIONLOSS.rawValue))
            logger.warning("cannot reach ZooKeeper, trying again", metadata: ["servers": "\(servers)"])
            queue.asyncAfter(deadline: .now() + 1) { [weak self] in self?.open() }
            return
        }
        let handle = Handle(pointer: pointer, owner: owner)
        authenticate(handle)
        let change = state.withLock { state -> Int? in
            guard state.phase != .closed else { return nil }
            state.handle = handle
            return state.change
        }
        guard let change else { return close(handle, code: ZCLOSING) }
        // The first event may have come before the handle was in its place.
        if zoo_state(pointer) == ZOO_CONNECTED_STATE { sessionChanged(ZOO_CONNECTED_STATE) }
        // Without a connection after a session timeout the handle is made anew, so that names are looked up again.
        startTimer(timeout, change: change)
    }

    private func authenticate(_ handle: Handle) {
        guard let credentials else { return }
        let token = CompletionRegistry.shared.add(owner: handle.owner) { [weak self] code, _ in
            if code == Int32(ZAUTHFAILED.rawValue) { self?.fail() }
        }
        let bytes = Array(credentials.text.utf8)
        let code = bytes.withUnsafeBytes { text in
            zoo_add_auth(
                handle.pointer, credentials.scheme, text.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(text.count),
                NativeCallback.void, CompletionRegistry.context(token))
        }
        if code != 0 { _ = CompletionRegistry.shared.take(token) }
    }

    private func close(_ handle: Handle, code: ZOO_ERRORS) {
        // Completions of the handle run inside this call with ZCLOSING; the sweep takes the rest, above all watches.
        zookeeper_close(handle.pointer)
        CompletionRegistry.shared.sweep(owner: handle.owner, code: Int32(code.rawValue))
    }

    // MARK: From callbacks and timers

    private func sessionChanged(_ native: Int32) {
        switch native {
        case ZOO_CONNECTED_STATE:
            let connected = state.withLock { state -> ZooKeeperSessionState? in
                guard let handle = state.handle else { return nil }
                return .connected(
                    session: zoo_client_id(handle.pointer).pointee.client_id,
                    timeout: .milliseconds(Int(zoo_recv_timeout(handle.pointer))))
            }
            if let connected { change(to: connected) }
        case ZOO_EXPIRED_SESSION_STATE: expire(reason: "the server says so")
        case ZOO_AUTH_FAILED_STATE: fail()
        default: suspend()
        }
    }

    private func suspend() {
        let next = state.withLock { state -> (Duration, Int)? in
            guard case .connected(_, let timeout) = state.phase else { return nil }
            change(&state, to: .suspended)
            return (timeout, state.change)
        }
        if let next { startTimer(next.0, change: next.1) }
    }

    /// After `limit` in the same phase the session counts as expired, or a handle that never connected is replaced.
    private func startTimer(_ limit: Duration, change: Int) {
        let nanoseconds = Int(limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000)
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
            guard let self,
                state.withLock({ $0.change == change && ($0.phase == .suspended || $0.phase == .connecting) })
            else { return }
            expire(reason: "no connection for \(limit)")
        }
    }

    private func expire(reason: String) {
        let handle = state.withLock { state -> Handle? in
            guard let handle = state.handle else { return nil }
            state.handle = nil
            if state.phase != .connecting {
                state.epoch += 1
                change(&state, to: .expired)
            }
            change(&state, to: .connecting)
            return handle
        }
        guard let handle else { return }
        logger.info("ZooKeeper session ended", metadata: ["reason": "\(reason)", "servers": "\(servers)"])
        queue.async { [self] in
            close(handle, code: ZSESSIONEXPIRED)
            open()
        }
    }

    private func fail() {
        let handle = state.withLock { state -> Handle? in
            defer { state.handle = nil }
            if state.phase != .closed { change(&state, to: .authenticationFailed) }
            return state.handle
        }
        guard let handle else { return }
        queue.async { [self] in close(handle, code: ZAUTHFAILED) }
    }

    private func change(to phase: ZooKeeperSessionState) { state.withLock { change(&$0, to: phase) } }

    private func change(_ state: inout State, to phase: ZooKeeperSessionState) {
        guard state.phase != .closed, state.phase != phase else { return }
        state.phase = phase
        state.change += 1
        for observer in state.observers.values { observer.yield(phase) }
    }
}
