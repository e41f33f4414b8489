internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import MasterCore
internal import MesosProtocol

/// The master's durable memory on the state port: which agents are admitted, unreachable, gone and out of use, the
/// maintenance of machines, and which roles have quotas and weights (spec `mesos/06` §6.2).
///
/// One small variable each: `registry/agents/<id>` (an encoded `AgentInfo`, its resources in the older form where that
/// says all), `registry/unreachable/<id>` and `registry/gone/<id>` (nanoseconds as text), `registry/deactivated/<id>`
/// (a `DrainInfo`, or nothing), `registry/schedule` (a `maintenance.Schedule`), `registry/down/@<ip>/=<host>` (the
/// `MachineID` of a machine that is down), `registry/capabilities/<name>` (empty), `registry/quotas/<role>` (a
/// `QuotaConfig`), `registry/weights/<role>` (a `WeightInfo`), and `registry/master`, whose version fences off a
/// deposed master: every commit checks or rewrites it, so that of two masters that both believe to lead, the older
/// one's next write fails.
/// Names of roles and machines are percent-encoded.
actor Registry {
    private let store: any VariableStore
    private let timeout: Duration
    private let fetchTimeout: Duration
    private var fence = VariableVersion.absent
    /// The sizes of values in bytes, by variable; nil before they were read.
    private var sizes: [String: Int]?
    private static let prefix = "registry/"

    init(store: any VariableStore, timeout: Duration, fetchTimeout: Duration = .seconds(60)) {
        (self.store, self.timeout, self.fetchTimeout) = (store, timeout, fetchTimeout)
    }

    /// How many bytes all values take; nil before they were read.
    private(set) var size: Int?

    /// Reads everything and takes over the fence in the name of `master`.
    func recover(as master: MasterInfo) async throws -> RegistrySnapshot {
        let (snapshot, version, sizes) = try await read()
        let versions = try await store.commit([
            .put(name: Self.prefix + "master", value: Array(master.pid.utf8), ifVersion: version)
        ])
        fence = versions[0]
        (self.sizes, size) = (sizes, sizes.values.reduce(0, +))
        resize(Self.prefix + "master", to: master.pid.utf8.count)
        return snapshot
    }

    /// What is durable now.
    func contents() async throws -> RegistrySnapshot { try await read().snapshot }

    private func read() async throws
        -> (snapshot: RegistrySnapshot, master: VariableVersion, sizes: [String: Int])
    {
        let variables = try await withTimeout(fetchTimeout) { [store] in try await store.readAll(prefix: Self.prefix) }
        var snapshot = RegistrySnapshot()
        var master = VariableVersion.absent
        var sizes: [String: Int] = [:]
        for variable in variables {
            sizes[variable.name] = variable.value.count
            let parts = variable.name.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count >= 2 else { continue }
            switch (parts[1], parts.count > 2 ? parts[2] : nil) {
            case ("master", nil): master = variable.version
            case ("agents", _?): snapshot.agents.append(try AgentInfo(decoding: variable.value, as: .protobuf))
            case ("unreachable", let id?): snapshot.unreachable.append(try Self.dated(id, variable))
            case ("gone", let id?): snapshot.gone.append(try Self.dated(id, variable))
            case ("deactivated", let id?): snapshot.deactivations.append(try Self.deactivated(id, variable))
            case ("schedule", nil): snapshot.schedule = try MaintenanceSchedule(decoding: variable.value, as: .protobuf)
            case ("down", _?): snapshot.downMachines.append(try MachineID(decoding: variable.value, as: .protobuf))
            case ("capabilities", let name?): snapshot.minimumCapabilities.append(name)
            case ("quotas", _?): snapshot.quotas.append(try QuotaConfig(decoding: variable.value, as: .protobuf))
            case ("weights", _?): snapshot.weights.append(try RoleWeight(decoding: variable.value, as: .protobuf))
            default: break
            }
        }
        return (snapshot, master, sizes)
    }

    /// Makes records durable, in one batch or, when they are very many, in several.
    ///
    /// Throws when that is not certain: the master must step down. What it was about to say on the strength of the
    /// records is not said then, so that a part of them that is durable only looks like a master that died earlier.
    func commit(_ records: [RegistryRecord]) async throws {
        var waiting = Self.lastOfEach(records)[...]
        while !waiting.isEmpty {
            let part = waiting.prefix(Self.batchLimit)
            waiting = waiting.dropFirst(Self.batchLimit)
            try await commit(batch: part)
        }
    }

    private func commit(batch: ArraySlice<RegistryRecord>) async throws {
        var operations = [VariableOperation.check(name: Self.prefix + "master", version: fence)]
        for record in batch {
            if case .putMaster(let info) = record {
                operations[0] = .put(name: Self.prefix + "master", value: Array(info.pid.utf8), ifVersion: fence)
            }
            if let operation = Self.operation(record) { operations.append(operation) }
        }
        let finished = operations
        let versions = try await withTimeout(timeout) { [store] in try await store.commit(finished) }
        fence = versions[0]
        for operation in finished {
            switch operation {
            case .put(let name, let value, _): resize(name, to: value.count)
            case .delete(let name, _): resize(name, to: nil)
            case .check: break
            }
        }
    }

    private func resize(_ name: String, to bytes: Int?) {
        guard let sizes, let size else { return }
        self.size = size - (sizes[name] ?? 0) + (bytes ?? 0)
        self.sizes?[name] = bytes
    }

    /// Well within what a store takes at once.
    private static let batchLimit = 4_000

    /// A batch names each variable once: of several records for one, the last holds.
    private static func lastOfEach(_ records: [RegistryRecord]) -> [RegistryRecord] {
        var seen = Set<String>()
        return records.reversed().filter { seen.insert(name($0)).inserted }.reversed()
    }

    private static func name(_ record: RegistryRecord) -> String {
        switch record {
        case .putMaster: prefix + "master"
        case .putAgent(let info): prefix + "agents/" + (info.id?.value ?? "")
        case .deleteAgent(let id): prefix + "agents/" + id.value
        case .putUnreachable(let id, _), .deleteUnreachable(let id): prefix + "unreachable/" + id.value
        case .putGone(let id, _), .deleteGone(let id): prefix + "gone/" + id.value
        case .putDeactivation(let id, _), .deleteDeactivation(let id): prefix + "deactivated/" + id.value
        case .putSchedule: prefix + "schedule"
        case .putDown(let machine), .deleteDown(let machine): prefix + "down/" + name(machine)
        case .putCapability(let capability), .deleteCapability(let capability): prefix + "capabilities/" + capability
        case .putQuota(let config): prefix + "quotas/" + component(config.role)
        case .deleteQuota(let role): prefix + "quotas/" + component(role)
        case .putWeight(let entry): prefix + "weights/" + component(entry.role)
        }
    }

    private static func operation(_ record: RegistryRecord) -> VariableOperation? {
        switch record {
        case .putMaster: nil
        case .putAgent(let info): .put(name: name(record), value: info.encoded(as: .protobuf, style: .daemon))
        case .putUnreachable(_, let since), .putGone(_, let since):
            .put(name: name(record), value: Array("\(since.nanoseconds)".utf8))
        case .putDeactivation(_, let drain):
            .put(name: name(record), value: drain?.encoded(as: .protobuf) ?? [])
        case .putSchedule(let schedule): .put(name: name(record), value: schedule.encoded(as: .protobuf))
        case .putDown(let machine): .put(name: name(record), value: machine.encoded(as: .protobuf))
        case .putCapability: .put(name: name(record), value: [])
        case .putQuota(let config): .put(name: name(record), value: config.encoded(as: .protobuf))
        case .putWeight(let entry): .put(name: name(record), value: entry.encoded(as: .protobuf))
        case .deleteAgent, .deleteUnreachable, .deleteGone, .deleteDeactivation, .deleteDown, .deleteCapability,
            .deleteQuota:
            .delete(name: name(record))
        }
    }

    private static func name(_ machine: MachineID) -> String {
        "@" + component(machine.ip ?? "") + "/=" + component(machine.normalized.hostname ?? "")
    }

    private static func deactivated(_ id: String, _ variable: Variable) throws -> RegistrySnapshot.Deactivated {
        let drain = variable.value.isEmpty ? nil : try DrainInfo(decoding: variable.value, as: .protobuf)
        return .init(id: AgentID(id), drain: drain)
    }

    /// A role's or machine's name as one component of a variable's name.
    private static func component(_ role: String) -> String {
        var text = ""
        for byte in role.utf8 {
            let isPlain = byte > 0x20 && byte != 0x2f && byte != 0x25 && byte < 0x7f
            text += isPlain ? String(UnicodeScalar(byte)) : (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16)
        }
        return text
    }

    private static func dated(_ id: String, _ variable: Variable) throws -> RegistrySnapshot.Dated {
        guard let nanoseconds = Int64(String(decoding: variable.value, as: UTF8.self)) else {
            throw ClusterError(.system, "the registry's variable \(variable.name) is not a time")
        }
        return .init(id: AgentID(id), since: Instant(nanoseconds: nanoseconds))
    }
}

/// Runs work, or throws `timeout` when it takes longer.
func withTimeout<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: limit)
            throw ClusterError(.timeout, "no answer within \(UnitText.text(limit))")
        }
        guard let first = try await group.next() else { throw CancellationError() }
        group.cancelAll()
        return first
    }
}
