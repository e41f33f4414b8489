internal import ClusterModel
internal import Libprocess
internal import Logging
internal import MesosProtocol

/// Messages to and from agents, over libprocess (spec `mesos/11` §11.7).
///
/// The master speaks as process `master`; pings come from `slave-observer(1)`, as agents of upstream expect, and their
/// answers arrive there.
struct AgentChannel: Sendable {
    static let masterProcess = "master"
    static let observerProcess = "slave-observer(1)"

    let transport: LibprocessTransport
    let host: String
    let port: Int
    let logger: Logger

    /// Starts to receive; `deliver` returns false when the message has to be dropped.
    ///
    /// Registrations of peers that are being authenticated wait for the outcome.
    func open(
        _ authenticator: Authenticator,
        deliver: @escaping @Sendable (_ pid: String, AgentMessage) -> Bool,
        exited: @escaping @Sendable (_ pid: String) -> Void
    ) {
        let logger = logger
        let receive: @Sendable (IncomingMessage) -> Bool = { message in
            do {
                let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
                if case .authenticate(let pid)? = try InternalCodec.decodeAuthentication(envelope) {
                    authenticator.authenticate(pid, through: message.from)
                    return true
                }
                guard let decoded = try InternalCodec.decodeAgentMessage(envelope) else {
                    logger.debug("ignored a message of an unknown type", metadata: ["name": "\(message.name)"])
                    return true
                }
                let from = message.from.description
                switch decoded {
                case .register, .reregister:
                    if authenticator.hold(for: from, { _ = deliver(from, decoded) }) { return true }
                default: break
                }
                return deliver(from, decoded)
            } catch {
                logger.warning(
                    "dropped a message that does not parse",
                    metadata: ["name": "\(message.name)", "from": "\(message.from)", "error": "\(error)"])
                return true
            }
        }
        transport.register(Self.masterProcess, receive: receive) { exited($0.description) }
        transport.register(Self.observerProcess, receive: receive)
    }

    func send(_ message: MasterMessage, to pid: String) {
        guard let target = try? UPID(parsing: pid) else {
            logger.error("cannot send to a malformed address", metadata: ["pid": "\(pid)"])
            return
        }
        let process = if case .ping = message { Self.observerProcess } else { Self.masterProcess }
        let envelope = InternalCodec.encode(message)
        transport.send(
            to: target, from: UPID(id: process, host: host, port: port), name: envelope.name, body: envelope.body)
    }

    func send(_ message: AuthenticationMessage, to target: UPID, from own: UPID) {
        let envelope = InternalCodec.encode(message)
        transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
    }

    func link(_ pid: String) {
        guard let target = try? UPID(parsing: pid) else { return }
        transport.link(target, from: Self.masterProcess)
    }

    func unlink(_ pid: String) {
        guard let target = try? UPID(parsing: pid) else { return }
        transport.unlink(target, from: Self.masterProcess)
    }
}
