internal import Authentication
internal import ClusterBase
internal import Libprocess
internal import Logging
internal import MesosProtocol
internal import NIOConcurrencyHelpers
internal import NIOCore

/// The master's side of CRAM-MD5 over libprocess messages (spec `mesos/11` §11.5).
///
/// Each attempt is a session: a process with a challenge of its own that answers one client once and is forgotten. The
/// outcome is keyed by the address the client names; a new attempt for it takes the place of an older one. Any thread
/// may call.
final class Authenticator: Sendable {
    /// Registrations of a peer that is being authenticated wait; more of them than this are dropped.
    private static let heldLimit = 4
    /// The most attempts at a time; beyond it new ones get an error.
    static let sessionLimit = 10_000
    /// The longest address that an attempt may be for, in bytes; each is kept as long as the attempt lasts.
    private static let addressLimit = 1_024

    private enum Stage: Sendable { case offered, challenged([UInt8]) }

    private struct Session: Sendable {
        var process: String
        var client: UPID
        var stage = Stage.offered
        var timeout: Scheduled<Void>?
        var held: [@Sendable () -> Void] = []
    }

    private struct State {
        var sessions: [String: Session] = [:]
        var lastNumber = 0
    }

    private let channel: AgentChannel
    private let credentials: CredentialTable?
    private let timeout: Duration
    private let timer: any EventLoop
    private let logger: Logger
    private let asked: @Sendable () -> Void
    private let decided: @Sendable (_ pid: String, _ principal: String?) -> Void
    private let state = NIOLockedValueBox(State())

    /// Makes an authenticator; without credentials every attempt gets an error.
    ///
    /// `asked` is told of every attempt; `decided` is told before the client is, nil when a peer starts anew or is
    /// refused.
    init(
        channel: AgentChannel, credentials: CredentialTable?, timeout: Duration, timer: any EventLoop,
        asked: @escaping @Sendable () -> Void,
        decided: @escaping @Sendable (_ pid: String, _ principal: String?) -> Void
    ) {
        (self.channel, self.credentials, self.timeout) = (channel, credentials, timeout)
        (self.timer, self.logger, self.asked, self.decided) = (timer, channel.logger, asked, decided)
    }

    /// How many attempts are under way.
    var count: Int { state.withLockedValue { $0.sessions.count } }

    /// Starts an attempt: the process at `pid` wants to be authenticated through `client`.
    func authenticate(_ pid: String, through client: UPID) {
        asked()
        let own = UPID(id: AgentChannel.masterProcess, host: channel.host, port: channel.port)
        guard credentials != nil else { return channel.send(.error("No authenticator loaded"), to: client, from: own) }
        // Both are one program: who may prove itself for another could register in its name.
        guard pid.utf8.count <= Self.addressLimit, let peer = try? UPID(parsing: pid), peer.address == client.address
        else {
            let shown = String(pid.prefix(Self.addressLimit))
            logger.warning("refused an authentication for another address", metadata: ["pid": "\(shown)"])
            return channel.send(.error("The address '\(shown)' is not that of the client"), to: client, from: own)
        }
        forget(pid)
        let process = state.withLockedValue { state -> String? in
            guard state.sessions.count < Self.sessionLimit else { return nil }
            state.lastNumber += 1
            let process = "crammd5-authenticator-session(\(state.lastNumber))"
            state.sessions[pid] = Session(process: process, client: client)
            return process
        }
        guard let process else { return channel.send(.error("Too many authentications"), to: client, from: own) }
        decided(pid, nil)
        channel.transport.register(process) { [weak self] message in
            self?.receive(message, for: pid, process)
            return true
        } exited: { [weak self] _ in
            self?.end(pid, process, because: "the client went away")
        }
        channel.transport.link(client, from: process)
        let task = timer.scheduleTask(in: .nanoseconds(timeout.totalNanoseconds)) { [weak self] in
            guard let self else { return }
            end(pid, process, because: "it took too long")
        }
        state.withLockedValue { state in
            if state.sessions[pid]?.process == process { state.sessions[pid]?.timeout = task } else { task.cancel() }
        }
        send(.mechanisms([ChallengeResponse.mechanism]), to: client, from: process)
    }

    /// Keeps something for when the peer has been authenticated or refused; false when nothing is under way for it.
    func hold(for pid: String, _ action: @escaping @Sendable () -> Void) -> Bool {
        state.withLockedValue { state in
            guard state.sessions[pid] != nil else { return false }
            if (state.sessions[pid]?.held.count ?? 0) < Self.heldLimit { state.sessions[pid]?.held.append(action) }
            return true
        }
    }

    /// Ends every attempt.
    func stop() {
        let sessions = state.withLockedValue { state in
            defer { state.sessions = [:] }
            return Array(state.sessions.values)
        }
        for session in sessions { release(session) }
    }

    // MARK: Sessions

    private func receive(_ message: IncomingMessage, for pid: String, _ process: String) {
        let decoded: AuthenticationMessage
        do {
            let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
            guard let found = try InternalCodec.decodeAuthentication(envelope) else { return }
            decoded = found
        } catch {
            return logger.warning("dropped a message that does not parse", metadata: ["from": "\(message.from)"])
        }
        let session = state.withLockedValue { $0.sessions[pid] }
        guard let session, session.process == process, session.client == message.from else { return }
        switch (decoded, session.stage) {
        case (.start(ChallengeResponse.mechanism, _), .offered):
            let seconds = Int(ServiceClock().now.seconds)
            let challenge = ChallengeResponse.challenge(host: channel.host, seconds: seconds)
            state.withLockedValue { $0.sessions[pid]?.stage = .challenged(challenge) }
            send(.step(challenge), to: session.client, from: process)
        case (.step(let answer), .challenged(let challenge)):
            let principal = credentials.flatMap { ChallengeResponse.principal(of: answer, to: challenge, in: $0) }
            if let principal {
                logger.info("authenticated", metadata: ["pid": "\(pid)", "principal": "\(principal)"])
                decided(pid, principal)
                finish(pid, process, .completed)
            } else {
                logger.warning("refused the credentials of a peer", metadata: ["pid": "\(pid)"])
                finish(pid, process, .failed)
            }
        default: finish(pid, process, .error("Unexpected message of the authentication"))
        }
    }

    private func finish(_ pid: String, _ process: String, _ answer: AuthenticationMessage) {
        guard let session = remove(pid, process) else { return }
        send(answer, to: session.client, from: process)
        release(session)
        for action in session.held { action() }
    }

    private func end(_ pid: String, _ process: String, because reason: String) {
        guard let session = remove(pid, process) else { return }
        logger.warning("an authentication ended", metadata: ["pid": "\(pid)", "reason": "\(reason)"])
        release(session)
        for action in session.held { action() }
    }

    private func forget(_ pid: String) {
        guard let process = state.withLockedValue({ $0.sessions[pid]?.process }),
            let session = remove(pid, process)
        else { return }
        release(session)
    }

    private func remove(_ pid: String, _ process: String) -> Session? {
        state.withLockedValue { state in
            guard state.sessions[pid]?.process == process else { return nil }
            return state.sessions.removeValue(forKey: pid)
        }
    }

    private func release(_ session: Session) {
        session.timeout?.cancel()
        channel.transport.unlink(session.client, from: session.process)
        channel.transport.unregister(session.process)
    }

    private func send(_ message: AuthenticationMessage, to client: UPID, from process: String) {
        channel.send(message, to: client, from: UPID(id: process, host: channel.host, port: channel.port))
    }
}
