internal import KubeModel

/// The rules there are to be, and what of them has not been written yet.
///
/// It keeps what each port of a service asks for. A change writes the chains it touches and no others; a chain that
/// nobody asks for any more is taken away in the same stroke.
public struct RuleProgram: Sendable {
    /// What is there whatever the services.
    public let frame: RuleFrame
    private var parts: [ServicePortName: ServiceRules] = [:]
    private var order: [ServicePortName]?
    /// Chains of services to be written (their lines) or taken away (nil).
    private var pending: [ChainName: String?] = [:]
    private var pendingShared: Set<ChainName> = []

    /// A program without services, nothing of which is written.
    public init(_ frame: RuleFrame) { self.frame = frame }

    /// How many chains there are to be.
    public var chainCount: Int { frame.chains.count + parts.values.reduce(0) { $0 + $1.own.count } }

    /// Sets what a port asks for; nil when it is gone.
    public mutating func set(_ rules: ServiceRules?, for name: ServicePortName) {
        let old = parts[name]
        if (old == nil) != (rules == nil) { order = nil }
        parts[name] = rules
        var gone: [ChainName: String] = [:]
        for chain in old?.own ?? [] { gone[chain.name] = chain.text }
        for chain in rules?.own ?? [] where gone.removeValue(forKey: chain.name) != chain.text {
            pending[chain.name] = .some(chain.text)
        }
        for name in gone.keys { pending[name] = .some(nil) }
        for chain in frame.chains where old?.shared[chain.name] != rules?.shared[chain.name] {
            pendingShared.insert(chain.name)
        }
    }

    /// What has to be written since the last time this was asked; what it tells is taken for written.
    public mutating func changes() -> RuleUpdate {
        var update = RuleUpdate()
        for chain in frame.chains where pendingShared.contains(chain.name) {
            update.write(chain.name, sharedLines(chain))
        }
        for (name, lines) in pending.sorted(by: { $0.key < $1.key }) {
            if let lines { update.write(name, lines) } else { update.remove(name) }
        }
        (pending, pendingShared) = ([:], [])
        return update
    }

    /// Everything: all chains written anew, jumps put where they belong, stale chains taken away.
    ///
    /// - Parameter listing: what is there; jumps it does not show are written, chains it does not show are not removed.
    public mutating func everything(listing: RuleListing) -> RuleUpdate {
        var update = RuleUpdate()
        for chain in frame.chains { update.write(chain.name, sharedLines(chain)) }
        // iptables on nf_tables puts each new chain into a sorted list from its head on: backwards that is no work.
        let own = parts.values.flatMap(\.own).sorted { $0.name > $1.name }
        for chain in own { update.write(chain.name, chain.text) }
        let known = Set(own.map(\.name))
        let forgotten = pending.filter { $0.value == nil }.keys
        let stale = Set(listing.chains.filter(frame.isOfService)).union(forgotten).subtracting(known)
        for chain in stale.sorted() { update.remove(chain) }
        for jump in frame.jumps { update.put(jump, listing.state(of: jump)) }
        (pending, pendingShared) = ([:], [])
        return update
    }

    private var names: [ServicePortName] {
        mutating get {
            if let order { return order }
            let sorted = parts.keys.sorted()
            order = sorted
            return sorted
        }
    }

    private mutating func sharedLines(_ chain: RuleFrame.Chain) -> String {
        let inner = names.flatMap { parts[$0]?.shared[chain.name] ?? [] }
        return RuleChain.lines(chain.name, chain.head + inner + chain.tail)
    }
}

extension RuleFrame {
    /// Whether a chain has a name as chains of services have.
    func isOfService(_ chain: ChainName) -> Bool {
        chains.contains { $0.name.table == chain.table } && servicePrefixes.contains { chain.name.hasPrefix($0) }
    }

    /// Whether every jump stands where it belongs.
    public func isInPlace(_ listing: RuleListing) -> Bool { jumps.allSatisfy { listing.state(of: $0) == .present } }

    /// Takes everything of the frame and of its services away that a listing shows; nothing else.
    public func removal(listing: RuleListing) -> RuleUpdate {
        var update = RuleUpdate()
        for jump in jumps where listing.state(of: jump) != .absent { update.jump(jump.chain.table, jump.removal) }
        let own = Set(chains.map(\.name))
        for chain in listing.chains where own.contains(chain) || isOfService(chain) { update.remove(chain) }
        return update
    }
}

extension RuleUpdate {
    fileprivate mutating func put(_ jump: RuleJump, _ state: RuleJump.State) {
        if state == .misplaced { self.jump(jump.chain.table, jump.removal) }
        if state != .present { self.jump(jump.chain.table, jump.insertion) }
    }
}
