internal import ClusterModel
internal import Libprocess
internal import Logging
internal import MesosProtocol

/// Messages to and from masters, over libprocess (spec `mesos/11` §11.7); the agent is process `slave(1)`.
struct MasterChannel: Sendable {
    static let process = "slave(1)"

    let transport: LibprocessTransport
    let host: String
    let port: Int
    let logger: Logger

    var own: UPID { UPID(id: Self.process, host: host, port: port) }

    /// Starts to receive; `deliver` returns false when the message has to be dropped, `exited` hears of broken links.
    func open(
        deliver: @escaping @Sendable (_ from: String, MasterMessage) -> Bool,
        exited: @escaping @Sendable (_ pid: String) -> Void
    ) {
        let logger = logger
        let receive: @Sendable (IncomingMessage) -> Bool = { message in
            do {
                let envelope = InternalCodec.Envelope(name: message.name, body: message.body)
                guard let decoded = try InternalCodec.decodeMasterMessage(envelope) else {
                    logger.debug("ignored a message of an unknown type", metadata: ["name": "\(message.name)"])
                    return true
                }
                return deliver(message.from.description, decoded)
            } catch {
                logger.warning(
                    "dropped a message that cannot be read",
                    metadata: ["name": "\(message.name)", "from": "\(message.from)", "error": "\(error)"])
                return true
            }
        }
        transport.register(Self.process, receive: receive) { exited($0.description) }
    }

    func send(_ message: AgentMessage, to pid: String) {
        guard let target = try? UPID(parsing: pid) else {
            return logger.error("cannot send to a malformed address", metadata: ["pid": "\(pid)"])
        }
        let envelope = InternalCodec.encode(message, pid: own.description)
        transport.send(to: target, from: own, name: envelope.name, body: envelope.body)
    }

    func link(_ pid: String) {
        guard let target = try? UPID(parsing: pid) else { return }
        transport.link(target, from: Self.process)
    }
}
