internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MasterCore
internal import MesosProtocol

/// `/registrar(1)/registry` and `/allocator/offer_constraints_debug`: looks into parts of the master (spec `mesos/08`
/// §8.1).
struct InsightEndpoints: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] {
        [
            Route(.get, "/registrar(1)/registry", registry),
            Route(.get, "/allocator/offer_constraints_debug", offerConstraints),
        ]
    }

    /// What is durable, in the shape of upstream's `Registry` message.
    @Sendable private func registry(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        let snapshot = endpoints.visible(try await endpoints.driver.registryContents(), for: request)
        return .json(RegistryJSON(snapshot: snapshot, master: endpoints.info).document.bytes, for: request)
    }

    @Sendable private func offerConstraints(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let refusal = endpoints.refusalUnlessLeading(request) { return refusal }
        let state = try await endpoints.driver.read { $0.state }
        let filter = endpoints.filter(request)
        var frameworks = JSONObject()
        for framework in state.frameworks where filter.shows(framework.info) {
            var roles = JSONObject()
            for (role, agents) in framework.agentsExcludedByConstraints(in: state) {
                roles[role] = ModelJSON.strings(agents.map(\.value))
            }
            frameworks[framework.id.value] = [
                "suppressed_roles": ModelJSON.strings(framework.suppressedRoles),
                "excluded_by_attribute_constraints": .object(roles),
            ]
        }
        return .json((["frameworks": .object(frameworks)] as JSONValue).bytes, for: request)
    }
}

/// The registry as upstream's `Registry` message maps to JSON; parts that are empty are left out.
struct RegistryJSON {
    let snapshot: RegistrySnapshot
    let master: MasterInfo

    var document: JSONValue {
        var object: JSONObject = ["master": ["info": Self.tree(master)]]
        object["slaves"] = ["slaves": .array(snapshot.agents.map(agent))]
        if !snapshot.unreachable.isEmpty { object["unreachable"] = ["slaves": .array(snapshot.unreachable.map(dated))] }
        if !snapshot.gone.isEmpty { object["gone"] = ["slaves": .array(snapshot.gone.map(dated))] }
        let machines = machines
        if !machines.isEmpty { object["machines"] = ["machines": .array(machines)] }
        if !snapshot.schedule.windows.isEmpty { object["schedules"] = [Self.tree(snapshot.schedule)] }
        if !snapshot.weights.isEmpty {
            object["weights"] = .array(snapshot.weights.map { ["info": Self.tree($0)] })
        }
        if !snapshot.quotas.isEmpty { object["quota_configs"] = .array(snapshot.quotas.map { Self.tree($0) }) }
        if !snapshot.minimumCapabilities.isEmpty {
            object["minimum_capabilities"] = .array(
                snapshot.minimumCapabilities.map { ["capability": .string($0)] })
        }
        return .object(object)
    }

    private func agent(_ info: AgentInfo) -> JSONValue {
        guard let id = info.id else { return ["info": Self.tree(info)] }
        return .object(deactivation(of: id, into: ["info": Self.tree(info)]))
    }

    private func dated(_ entry: RegistrySnapshot.Dated) -> JSONValue {
        let object: JSONObject = [
            "id": ["value": .string(entry.id.value)],
            "timestamp": ["nanoseconds": .integer(entry.since.nanoseconds)],
        ]
        return .object(deactivation(of: entry.id, into: object))
    }

    private func deactivation(of id: AgentID, into object: JSONObject) -> JSONObject {
        var object = object
        guard let entry = snapshot.deactivations.first(where: { $0.id == id }) else { return object }
        if let drain = entry.drain { object["drain_info"] = Self.tree(drain) }
        object["deactivated"] = true
        return object
    }

    private var machines: [JSONValue] {
        snapshot.schedule.windows.flatMap { window in
            window.machines.map { machine in
                let isDown = snapshot.downMachines.contains(machine.normalized)
                return [
                    "info": [
                        "id": Self.tree(machine), "mode": .string(isDown ? "DOWN" : "DRAINING"),
                        "unavailability": Self.tree(window.unavailability),
                    ]
                ]
            }
        }
    }

    /// A model value as the generic mapping shows it (spec `mesos.md` §B).
    private static func tree(_ model: some WireModel) -> JSONValue {
        (try? JSONValue(parsing: model.encoded(as: .json))) ?? .null
    }
}
