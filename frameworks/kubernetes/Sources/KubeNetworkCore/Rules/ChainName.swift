/// One of the tables that rules are in.
public enum RuleTable: String, Hashable, Sendable, CaseIterable {
    /// What passes.
    case filter
    /// What gets another address.
    case nat
}

/// A chain of rules in its table.
public struct ChainName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The table.
    public var table: RuleTable
    /// The name, at most 28 characters.
    public var name: String

    /// Makes a name.
    public init(_ table: RuleTable, _ name: String) { (self.table, self.name) = (table, name) }

    /// `nat/KUBE-SERVICES`.
    public var description: String { "\(table.rawValue)/\(name)" }

    /// By table, then name.
    public static func < (left: Self, right: Self) -> Bool {
        left.table == right.table ? left.name < right.name : left.table.rawValue < right.table.rawValue
    }
}

extension ChainName {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    private static let hashLength = 16

    /// The chain of a service's port, such as `KUBE-SVC-ERIFXISQEP7F7OF4`: the prefix tells what it is for.
    ///
    /// Source: upstream `pkg/proxy/iptables`; spec `kubernetes/06` §6.4.
    static func of(_ prefix: String, _ port: ServicePortName, _ transport: TransportProtocol) -> ChainName {
        ChainName(.nat, prefix + hash("\(port)" + transport.rawValue))
    }

    /// The chain of an endpoint behind a service's port.
    static func of(
        _ endpoint: EndpointAddress, behind port: ServicePortName, _ transport: TransportProtocol
    ) -> ChainName {
        ChainName(.nat, "KUBE-SEP-" + hash("\(port)" + transport.rawValue + "\(endpoint)"))
    }

    /// The first 16 characters of the base 32 form (RFC 4648) of a text's SHA-256.
    static func hash(_ text: String) -> String {
        let digest = SHA256.digest(text.utf8)
        let characters = (0..<hashLength).map { place in
            let bit = place * 5
            let pair = UInt16(digest[bit / 8]) << 8 | UInt16(digest[bit / 8 + 1])
            return alphabet[Int(pair >> UInt16(11 - bit % 8) & 31)]
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
