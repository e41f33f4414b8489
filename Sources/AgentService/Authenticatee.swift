internal import AgentCore
internal import Authentication
internal import ClusterBase
internal import Libprocess
internal import MesosProtocol
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// The agent's side of CRAM-MD5 over libprocess messages (spec `mesos/11` §11.5).
///
/// Each attempt is a process of its own that is forgotten when it ends; a new one takes the place of an older one. Only
/// what comes from the master's address counts. Any thread may call.
final class Authenticatee: Sendable {
    private struct Attempt: Sendable {
        var number: UInt64
        var process: String
        var master: UPID
        /// The master's session, once it has spoken.
        var session: UPID?
        var hasAnswered = false
        var timeout: Scheduled<Void>?
    }

    private let channel: MasterChannel
    private let credential: Credential
    private let report: @Sendable (UInt64, AuthenticationResult) -> Void
    private let attempt = NIOLockedValueBox<Attempt?>(nil)

    init(
        channel: MasterChannel, credential: Credential,
        report: @escaping @Sendable (UInt64, AuthenticationResult) -> Void
    ) {
        (self.channel, self.credential, self.report) = (channel, credential, report)
    }

    /// Starts an attempt.
    func authenticate(_ number: UInt64, with pid: String, timeout: Duration) {
        release(attempt.withLockedValue { $0?.number })
        guard let master = try? UPID(parsing: pid) else {
            return report(number, .failed("the master's address '\(pid)' is malformed"))
        }
        let process = "crammd5-authenticatee(\(number))"
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let task = loop.scheduleTask(in: .nanoseconds(timeout.totalNanoseconds)) { [weak self] in
            guard let self else { return }
            end(number, .failed("no answer in time"))
        }
        attempt.withLockedValue {
            $0 = Attempt(number: number, process: process, master: master, timeout: task)
        }
        channel.transport.register(process) { [weak self] message in
            self?.receive(message, number)
            return true
        }
        send(.authenticate(pid: channel.own.description), to: master, from: process)
    }

    private func receive(_ message: IncomingMessage, _ number: UInt64) {
        let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
        guard let decoded = (try? InternalCodec.decodeAuthentication(envelope)) ?? nil else { return }
        let current = attempt.withLockedValue { attempt -> Attempt? in
            guard let known = attempt, known.number == number, message.from.address == known.master.address,
                known.session == nil || known.session == message.from
            else { return nil }
            // The master itself may only say that it cannot authenticate anybody.
            if message.from != known.master { attempt?.session = message.from }
            if case .step = decoded { attempt?.hasAnswered = true }
            return known
        }
        guard let current else { return }
        switch decoded {
        case .mechanisms(let names) where names.contains(ChallengeResponse.mechanism):
            send(.start(mechanism: ChallengeResponse.mechanism, data: []), to: message.from, from: current.process)
        case .mechanisms(let names):
            end(number, .failed("the master knows no mechanism of this agent's: \(names.joined(separator: ", "))"))
        case .step(let challenge) where !current.hasAnswered:
            let answer = ChallengeResponse.answer(to: challenge, with: credential)
            send(.step(answer), to: message.from, from: current.process)
        case .completed where current.hasAnswered: end(number, .accepted)
        case .failed where current.hasAnswered: end(number, .refused)
        case .error(let text): end(number, .failed(text))
        case .authenticate, .start, .step, .completed, .failed:
            end(number, .failed("the master sent an unexpected message"))
        }
    }

    private func end(_ number: UInt64, _ result: AuthenticationResult) {
        if release(number) { report(number, result) }
    }

    /// Forgets an attempt; false when it is forgotten already.
    @discardableResult
    private func release(_ number: UInt64?) -> Bool {
        let ended = attempt.withLockedValue { attempt -> Attempt? in
            guard let number, attempt?.number == number else { return nil }
            defer { attempt = nil }
            return attempt
        }
        guard let ended else { return false }
        ended.timeout?.cancel()
        channel.transport.unregister(ended.process)
        return true
    }

    private func send(_ message: AuthenticationMessage, to target: UPID, from process: String) {
        let envelope = InternalCodec.encode(message)
        channel.transport.send(
            to: target, from: UPID(id: process, host: channel.host, port: channel.port), name: envelope.name,
            body: envelope.body)
    }
}
