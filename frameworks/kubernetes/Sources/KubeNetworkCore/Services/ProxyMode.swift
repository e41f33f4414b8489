/// How the service proxy carries traffic (`--proxy-mode`).
public enum ProxyMode: String, Hashable, Sendable, CaseIterable {
    /// The kernel carries it: rules choose an endpoint at random.
    case iptables
    /// The proxy carries it: rules lead to its own sockets, and it takes endpoints in turn.
    case userspace
}
