/// A rule in one of the system's own chains that leads to a chain of ours.
public struct RuleJump: Hashable, Sendable {
    /// Where in the system's chain it belongs.
    public enum Place: Hashable, Sendable {
        /// At the head, when it is written; what others write before it later is left alone.
        case head
        /// Before anything that masquerades; it is moved there again when another program writes such rules before it.
        case beforeMasquerading
        /// At the end.
        case end
    }

    /// The system's chain.
    public var chain: ChainName
    /// The chain of ours.
    public var target: String
    /// What the rule matches, such as `-m comment --comment "…"`; may be empty.
    public var match: String
    /// Where it belongs.
    public var place: Place

    /// Makes a jump.
    public init(_ table: RuleTable, _ chain: String, to target: String, match: String, place: Place = .head) {
        (self.chain, self.target) = (ChainName(table, chain), target)
        (self.match, self.place) = (match, place)
    }

    /// The rule without the chain it is in.
    public var rule: String { (match.isEmpty ? "" : match + " ") + "-j " + target }

    /// The command that writes it.
    public var insertion: String { (place == .end ? "-A " : "-I ") + chain.name + " " + rule }

    /// The command that takes it away.
    public var removal: String { "-D \(chain.name) \(rule)" }

    /// How often and where the jump stands in a listing (`iptables -S CHAIN`).
    ///
    /// Another jump of the same chain to the same target is taken for this one, whatever it matches.
    public func state(in listing: some Sequence<some StringProtocol>) -> State {
        var state = State.absent
        var isBehind = false
        for line in listing where line.hasPrefix("-A ") {
            if line.hasSuffix(" -j \(target)") {
                if state == .absent { state = isBehind ? .misplaced : .present }
            } else if place == .beforeMasquerading, line.contains(" -j MASQUERADE") {
                isBehind = true
            }
        }
        return state
    }

    /// What a listing shows of a jump.
    public enum State: Hashable, Sendable {
        /// It stands where it belongs.
        case present
        /// It has to be written.
        case absent
        /// It has to be moved.
        case misplaced
    }
}
