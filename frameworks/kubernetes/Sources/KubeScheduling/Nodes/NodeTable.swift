internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

/// All nodes by number; a number is used again only after its node was forgotten.
struct NodeTable: Sendable {
    private(set) var gauges: [NodeGauge] = []
    private var entries: [NodeEntry] = []
    private var numbers: [String: Int] = [:]
    private var vacant: [Int] = []
    private var zones: [String: Int32] = [:]
    /// The nodes of agents.
    private(set) var agents: [AgentID: Int] = [:]
    /// The nodes that have offers, in the order in which these came.
    private(set) var offered = OrderedSet<Int>()
    private var offerNodes: [OfferID: Int] = [:]

    /// The numbers of all nodes, ascending.
    var all: [Int] {
        let holes = Set(vacant)
        return entries.indices.filter { !holes.contains($0) }
    }

    /// How many offers are held.
    var heldOffers: Int { offerNodes.count }

    subscript(number: Int) -> NodeEntry {
        _read { yield entries[number] }
        _modify { yield &entries[number] }
    }

    /// The number of a node; nil for a name that is not known.
    func number(_ name: String) -> Int? { numbers[name] }

    /// The number of a node, known or not.
    mutating func take(_ name: String) -> Int {
        if let number = numbers[name] { return number }
        let number: Int
        if let hole = vacant.popLast() {
            number = hole
            (entries[hole], gauges[hole]) = (NodeEntry(name: name), NodeGauge())
        } else {
            number = entries.count
            entries.append(NodeEntry(name: name))
            gauges.append(NodeGauge())
        }
        numbers[name] = number
        return number
    }

    /// Forgets a node that nothing is known of any more.
    mutating func releaseIfUnused(_ number: Int) {
        let entry = entries[number]
        guard !entry.hasObject, entry.agent == nil || entry.isLost, entry.offers.isEmpty, entry.pending.isEmpty,
            entry.liveTasks == 0, gauges[number].pods == 0, numbers[entry.name] == number
        else { return }
        numbers[entry.name] = nil
        if let agent = entry.agent, agents[agent] == number { agents[agent] = nil }
        gauges[number].hasOffers = false
        vacant.append(number)
    }

    /// Gives a node an agent; another node that had it loses it.
    mutating func assign(_ agent: AgentID, to number: Int) {
        if let old = entries[number].agent, old != agent, agents[old] == number { agents[old] = nil }
        if let other = agents[agent], other != number { entries[other].agent = nil }
        entries[number].agent = agent
        entries[number].isLost = false
        agents[agent] = number
    }

    /// Changes the numbers of a node.
    mutating func update(_ number: Int, _ change: (inout NodeGauge) -> Void) { change(&gauges[number]) }

    /// The number of a zone; -1 for no zone.
    mutating func zone(_ name: String) -> Int32 {
        if name.isEmpty { return -1 }
        if let zone = zones[name] { return zone }
        let zone = Int32(zones.count)
        zones[name] = zone
        return zone
    }

    /// The node of an offer that is held.
    func node(of offer: OfferID) -> Int? { offerNodes[offer] }

    /// Holds an offer.
    mutating func hold(_ offer: Offer, at number: Int, now: Instant) {
        guard offerNodes[offer.id] == nil else { return }
        entries[number].offers.append(NodeEntry.HeldOffer(offer: offer, since: now))
        offerNodes[offer.id] = number
        offered.append(number)
    }

    /// Lets go an offer; returns its node.
    mutating func drop(_ offer: OfferID) -> Int? {
        guard let number = offerNodes.removeValue(forKey: offer) else { return nil }
        entries[number].offers.removeAll { $0.offer.id == offer }
        if entries[number].offers.isEmpty { offered.remove(number) }
        return number
    }

    /// Lets go all offers of a node; returns their ids.
    mutating func dropOffers(of number: Int) -> [OfferID] {
        let ids = entries[number].offers.map(\.offer.id)
        for id in ids { offerNodes[id] = nil }
        entries[number].offers = []
        offered.remove(number)
        return ids
    }
}
