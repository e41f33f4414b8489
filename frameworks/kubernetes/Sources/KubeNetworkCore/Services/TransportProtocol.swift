/// The protocol of a service's port.
public enum TransportProtocol: String, Hashable, Sendable, CaseIterable {
    /// TCP.
    case tcp
    /// UDP.
    case udp
    /// SCTP; only rules carry it, the proxy's own sockets do not.
    case sctp

    /// Reads `TCP`, `UDP` or `SCTP` as objects have it, empty for TCP; nil for anything else.
    public init?(field: String) {
        switch field {
        case "", "TCP": self = .tcp
        case "UDP": self = .udp
        case "SCTP": self = .sctp
        default: return nil
        }
    }
}
