import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel

extension MasterWorld {
    /// Does what an operator asks for; the answer and everything that came of it.
    @discardableResult
    mutating func operate(_ request: OperatorRequest, principal: String? = nil) -> (
        reply: CallReply?, effects: [MasterEffect]
    ) {
        let token = RequestToken(token())
        let effects = step(.operatorRequested(token, request, principal: principal))
        let replies = effects.compactMap { effect in
            if case .respond(token, let reply) = effect { reply } else { nil }
        }
        return (replies.count == 1 ? replies.first : nil, effects)
    }

    /// What the registry has after everything so far; what a master that follows would read.
    var registry: RegistrySnapshot {
        var agents: [AgentID: AgentInfo] = [:]
        var (unreachable, gone): ([AgentID: Instant], [AgentID: Instant]) = ([:], [:])
        var deactivated: [AgentID: DrainInfo?] = [:]
        var snapshot = RegistrySnapshot()
        for record in records {
            switch record {
            case .putMaster, .putQuota, .deleteQuota, .putWeight: break
            case .putAgent(let info): if let id = info.id { agents[id] = info }
            case .deleteAgent(let id): agents[id] = nil
            case .putUnreachable(let id, let since): unreachable[id] = since
            case .deleteUnreachable(let id): unreachable[id] = nil
            case .putGone(let id, let since): gone[id] = since
            case .deleteGone(let id): gone[id] = nil
            case .putDeactivation(let id, let drain): deactivated[id] = .some(drain)
            case .deleteDeactivation(let id): deactivated[id] = nil
            case .putSchedule(let schedule): snapshot.schedule = schedule
            case .putDown(let machine): snapshot.downMachines.append(machine)
            case .deleteDown(let machine): snapshot.downMachines.removeAll { $0 == machine }
            case .putCapability(let name): snapshot.minimumCapabilities.append(name)
            case .deleteCapability(let name): snapshot.minimumCapabilities.removeAll { $0 == name }
            }
        }
        func dated(_ table: [AgentID: Instant]) -> [RegistrySnapshot.Dated] {
            table.sorted { $0.key.value < $1.key.value }.map { .init(id: $0.key, since: $0.value) }
        }
        snapshot.agents = agents.sorted { $0.key.value < $1.key.value }.map(\.value)
        (snapshot.unreachable, snapshot.gone) = (dated(unreachable), dated(gone))
        snapshot.deactivations = deactivated.sorted { $0.key.value < $1.key.value }
            .map { .init(id: $0.key, drain: $0.value) }
        return snapshot
    }

    /// The next master: it knows what the registry has, and the agents and schedulers are those of this world.
    func failover(configure: (inout MasterConfiguration) -> Void = { _ in }) -> MasterWorld {
        var next = MasterWorld(registry, seed: 2, configure: configure)
        (next.agents, next.schedulers) = (agents, schedulers)
        return next
    }

    /// The messages that agents get, without pings.
    func orders(in effects: [MasterEffect]) -> [MasterMessage] {
        messages(in: effects).filter { if case .ping = $0 { false } else { true } }
    }

    func rescinded(in effects: [MasterEffect]) -> [OfferID] {
        events(in: effects).compactMap { if case .rescind(let id) = $0 { id } else { nil } }
    }

    func inverseOffers(in effects: [MasterEffect]) -> [InverseOffer] {
        events(in: effects).flatMap { event -> [InverseOffer] in
            if case .inverseOffers(let offers) = event { offers } else { [] }
        }
    }
}
