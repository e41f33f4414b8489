internal import ClusterBase
internal import ClusterModel
internal import OrderedCollections
internal import ResourceModel

/// A scheduler's reservations and volumes: made by chance, undone by chance, and all undone in the end.
struct OperationDesk {
    private var owner = ""
    private var role = "*"
    private var random = SeededRandom(seed: 0)
    private var made = 0
    /// Operations with an id, and where they are; nil once they have ended.
    private var known: OrderedDictionary<OperationID, AgentID?> = [:]

    init() {}

    init(owner: String, role: String, seed: UInt64) {
        (self.owner, self.role, random) = (owner, role, SeededRandom(seed: seed))
    }

    /// Operations of which no end is known.
    var open: [OperationQuery] {
        known.compactMap { id, agent in agent.map { OperationQuery(operationID: id, agentID: $0) } }
    }

    /// Takes a status; false when nobody asked for the operation.
    mutating func take(_ status: OperationStatus) -> Bool {
        guard let id = status.operationID, known[id] != nil else { return false }
        if status.state.isTerminal || status.state == .unknown { known[id] = .some(nil) }
        return true
    }

    /// What to do with an offer besides launching tasks.
    mutating func chores(for offer: Offer, isDone: Bool) -> [OfferOperation] {
        guard role != "*" else { return [] }
        var chores: [OfferOperation.Action] = []
        for entry in offer.resources.allocated(to: nil) where entry.isDynamicallyReserved {
            guard isDone || random.chance(0.3) else { continue }
            if entry.isPersistentVolume { chores.append(.destroy([entry])) }
            chores.append(.unreserve([entry.withoutVolume]))
        }
        if !isDone, chores.isEmpty, offer.resources.unreserved.disk > Scalar(20), random.chance(0.1) {
            let space = reserved("disk", 10)
            chores.append(.reserve(source: [], resources: [space]))
            if random.chance(0.5) { chores.append(.create([volume(of: space)])) }
        }
        return chores.map { action in
            made += 1
            let id = random.chance(0.7) ? OperationID("\(owner)-op\(made)") : nil
            if let id { known[id] = .some(offer.agentID) }
            return OfferOperation(id: id, action)
        }
    }

    private func reserved(_ name: String, _ amount: Double) -> Resource {
        Resource(name: name, value: .scalar(Scalar(amount)), reservations: [.init(kind: .dynamic, role: role)])
    }

    private func volume(of space: Resource) -> Resource {
        var volume = space
        volume.disk = Resource.Disk(persistenceID: "\(owner)-\(made)", containerPath: "data")
        return volume
    }
}
