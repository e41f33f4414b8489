/// A chain and its rules.
public struct RuleChain: Hashable, Sendable {
    /// The chain.
    public var name: ChainName
    /// The rules as lines, each with its line feed.
    public var text: String

    /// Makes a chain of rules, each without the chain it is in.
    public init(_ name: ChainName, _ rules: [String]) {
        self.name = name
        text = Self.lines(name, rules)
    }

    static func lines(_ name: ChainName, _ rules: [String]) -> String {
        var text = ""
        for rule in rules {
            text += "-A "
            text += name.name
            text += " "
            text += rule
            text += "\n"
        }
        return text
    }
}

/// The rules of one port of a service: chains of its own, and what it adds to the chains that services share.
public struct ServiceRules: Hashable, Sendable {
    /// Rules in shared chains, each without the chain it is in.
    public var shared: [ChainName: [String]] = [:]
    /// Chains that no other port has.
    public var own: [RuleChain] = []

    /// No rules.
    public init() {}

    mutating func add(_ chain: ChainName, _ rule: String) { shared[chain, default: []].append(rule) }
}

/// What is there whatever the services: jumps from the system's chains, and the chains that services share.
public struct RuleFrame: Hashable, Sendable {
    /// A shared chain.
    public struct Chain: Hashable, Sendable {
        /// The chain.
        public var name: ChainName
        /// Rules before those of services, each without the chain it is in.
        public var head: [String]
        /// Rules after those of services.
        public var tail: [String]

        /// Makes a chain.
        public init(_ table: RuleTable, _ name: String, head: [String] = [], tail: [String] = []) {
            self.name = ChainName(table, name)
            (self.head, self.tail) = (head, tail)
        }
    }

    /// The empty chain that tells the next proxy that the rules are this project's.
    public static let proxyMark = ChainName(.nat, "KUBE-ROOST-PROXY")

    /// The jumps, in the order in which they are written.
    public var jumps: [RuleJump]
    /// The shared chains, in order.
    public var chains: [Chain]
    /// How the names of chains begin that belong to services: such a chain that no service has is stale.
    public var servicePrefixes: [String]

    /// Makes a frame.
    public init(jumps: [RuleJump], chains: [Chain], servicePrefixes: [String] = []) {
        (self.jumps, self.chains, self.servicePrefixes) = (jumps, chains, servicePrefixes)
    }
}
