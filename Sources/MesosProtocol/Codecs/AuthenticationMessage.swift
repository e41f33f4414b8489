/// The messages by which an agent or a v0 scheduler proves who it is (spec `mesos/11` §11.5).
public enum AuthenticationMessage: Hashable, Sendable {
    /// To the master: the process at this address wants to be authenticated.
    case authenticate(pid: String)
    /// From the master's session: these mechanisms are known.
    case mechanisms([String])
    /// To the session: one of them, with what the client says first.
    case start(mechanism: String, data: [UInt8])
    /// Either way: a challenge, or the answer.
    case step([UInt8])
    /// From the session: the client is who it says.
    case completed
    /// From the session: it is not.
    case failed
    /// From the session or the master: it cannot be found out.
    case error(String)
}

extension InternalCodec {
    /// Writes a message of an authentication.
    public static func encode(_ message: AuthenticationMessage) -> Envelope {
        switch message {
        case .authenticate(let pid): envelope("AuthenticateMessage") { $0.string(1, pid) }
        case .mechanisms(let names):
            envelope("AuthenticationMechanismsMessage") { writer in for name in names { writer.string(1, name) } }
        case .start(let mechanism, let data):
            envelope("AuthenticationStartMessage") { writer in
                writer.string(1, mechanism)
                if !data.isEmpty { writer.data(2, data) }
            }
        case .step(let data): envelope("AuthenticationStepMessage") { $0.data(1, data) }
        case .completed: envelope("AuthenticationCompletedMessage") { _ in }
        case .failed: envelope("AuthenticationFailedMessage") { _ in }
        case .error(let text): envelope("AuthenticationErrorMessage") { $0.string(1, text) }
        }
    }

    /// Reads a message of an authentication; nil for messages of other types.
    public static func decodeAuthentication(_ envelope: Envelope) throws(WireError) -> AuthenticationMessage? {
        guard envelope.name.hasPrefix("mesos.internal.Authenticat"),
            case (let name, var reader)? = try reader(envelope)
        else { return nil }
        var texts: [[UInt8]] = []
        var data: [UInt8] = []
        while let field = try reader.next() {
            switch field {
            case 1: texts.append(try reader.data())
            case 2: data = try reader.data()
            default: try reader.skip()
            }
        }
        let strings = texts.map { String(decoding: $0, as: UTF8.self) }
        switch name {
        case "AuthenticateMessage": return .authenticate(pid: strings.last ?? "")
        case "AuthenticationMechanismsMessage": return .mechanisms(strings)
        case "AuthenticationStartMessage": return .start(mechanism: strings.last ?? "", data: data)
        case "AuthenticationStepMessage": return .step(texts.last ?? [])
        case "AuthenticationCompletedMessage": return .completed
        case "AuthenticationFailedMessage": return .failed
        case "AuthenticationErrorMessage": return .error(strings.last ?? "")
        default: return nil
        }
    }
}
