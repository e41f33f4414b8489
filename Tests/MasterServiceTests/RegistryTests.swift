import ClusterBase
import ClusterModel
import ClusterPorts
import HTTPTransport
import HTTPTransport
import Logging
import MasterCore
@testable import MasterService
import MesosProtocol
import ResourceModel
import StateStorage
import TestSupport
import Testing
import ZooKeeper

/// What the master keeps over its end, and what it does when it cannot (upstream's `registrar_tests`).
@Suite struct RegistryTests {
    private static let master = MasterInfo(id: "m", ip: "127.0.0.1", port: 5050, hostname: "m", version: "1.11.0")

    private static func agent(_ id: String, _ resources: Resources = [.scalar("cpus", 1)]) -> AgentInfo {
        AgentInfo(id: AgentID(id), hostname: "h", port: 5051, resources: resources)
    }

    private static func opened(_ store: MemoryVariableStore) async throws -> Registry {
        let registry = Registry(store: store, timeout: .seconds(5))
        _ = try await registry.recover(as: master)
        return registry
    }

    private static func read(_ store: MemoryVariableStore) async throws -> RegistrySnapshot {
        try await Registry(store: store, timeout: .seconds(5)).recover(as: master)
    }

    @Test func everythingIsReadAsItWasWritten() async throws {
        let store = MemoryVariableStore()
        let registry = try await Self.opened(store)
        let machine = MachineID(hostname: "Host.example", ip: "10.0.0.1")
        let schedule = MaintenanceSchedule(windows: [
            MaintenanceWindow(
                machines: [machine], unavailability: .init(start: Instant(seconds: 5), duration: .seconds(9))),
            MaintenanceWindow(machines: [MachineID(ip: "10.0.0.2")], unavailability: .init(start: .epoch)),
        ])
        let drain = DrainInfo(config: DrainConfig(maxGracePeriod: .milliseconds(1500), markGone: true))
        try await registry.commit([
            .putMaster(Self.master), .putAgent(Self.agent("a")), .putUnreachable("u", since: Instant(seconds: 1)),
            .putGone("g", since: Instant(nanoseconds: -7)), .putDeactivation("a", drain), .putDeactivation("u", nil),
            .putSchedule(schedule), .putDown(machine.normalized), .putDown(MachineID(ip: "10.0.0.2")),
            .putCapability("AGENT_DRAINING"), .putQuota(QuotaConfig(role: "a/b", limits: ["cpus": 1])),
            .putWeight(RoleWeight(role: "a/b", weight: 2)),
        ])
        var expected = RegistrySnapshot(
            agents: [Self.agent("a")], unreachable: [.init(id: "u", since: Instant(seconds: 1))],
            gone: [.init(id: "g", since: Instant(nanoseconds: -7))],
            quotas: [QuotaConfig(role: "a/b", limits: ["cpus": 1])], weights: [RoleWeight(role: "a/b", weight: 2)])
        expected.deactivations = [.init(id: "a", drain: drain), .init(id: "u")]
        (expected.schedule, expected.minimumCapabilities) = (schedule, ["AGENT_DRAINING"])
        expected.downMachines = [machine.normalized, MachineID(ip: "10.0.0.2")]
        #expect(try await Self.read(store) == expected)
    }

    @Test func whatIsDeletedIsGoneAndTheLastRecordOfABatchHolds() async throws {
        let store = MemoryVariableStore()
        let registry = try await Self.opened(store)
        let machine = MachineID(hostname: "h", ip: "10.0.0.1")
        try await registry.commit([
            .putGone("g", since: .epoch), .putDeactivation("a", nil), .putDown(machine), .putCapability("QUOTA_V2"),
        ])
        try await registry.commit([
            .deleteGone("g"), .deleteDeactivation("a"), .deleteDown(machine), .deleteCapability("QUOTA_V2"),
            .putDeactivation("b", nil), .deleteDeactivation("b"), .putSchedule(MaintenanceSchedule()),
        ])
        #expect(try await Self.read(store) == RegistrySnapshot())
    }

    /// A master of the time before reservation stacks can read them, where one entry says all.
    @Test func agentsAreStoredInTheOlderFormOfResources() async throws {
        let store = MemoryVariableStore()
        let registry = try await Self.opened(store)
        let reserved = Resource(
            name: "cpus", value: .scalar(Scalar(2)), reservations: [.init(kind: .static, role: "r")])
        try await registry.commit([.putAgent(Self.agent("a", [reserved]))])
        let stored = try #require(try await store.readAll(prefix: "registry/agents/").first)
        let json = try JSONValue(
            parsing: JSONTranscoder.json(fromWire: stored.value, message: .named("mesos.v1.AgentInfo")))
        #expect(json["resources"]?[0]?["role"]?.string == "r" && json["resources"]?[0]?["reservations"] == nil)
        #expect(try await Self.read(store).agents == [Self.agent("a", [reserved])])
    }

    @Test func moreRecordsThanAStoreTakesAtOnceAreWrittenInParts() async throws {
        let store = MemoryVariableStore()
        let registry = try await Self.opened(store)
        let count = 12_345
        try await registry.commit((0..<count).map { .putUnreachable(AgentID("s\($0)"), since: .epoch) })
        #expect(try await Self.read(store).unreachable.count == count)
    }

    @Test func aDeposedMasterCannotWrite() async throws {
        let store = MemoryVariableStore()
        let old = try await Self.opened(store)
        let new = try await Self.opened(store)
        await #expect(throws: ClusterError.self) { try await old.commit([.putGone("g", since: .epoch)]) }
        try await new.commit([.putAgent(Self.agent("a"))])
        let snapshot = try await Self.read(store)
        #expect(snapshot.gone.isEmpty && snapshot.agents.count == 1)
    }

    @Test func aRegistryThatCannotBeReadIsNamed() async throws {
        let store = MemoryVariableStore()
        _ = try await store.commit([.put(name: "registry/gone/x", value: Array("yesterday".utf8))])
        let error = await #expect(throws: ClusterError.self) { try await Self.read(store) }
        #expect("\(try #require(error))".contains("registry/gone/x"))
    }

    // MARK: The whole master

    /// A master that runs by itself; how it ends is the answer of the task.
    private static func start(
        _ store: MemoryVariableStore, in scope: TestScope,
        change: (inout MasterServiceConfiguration) -> Void = { _ in }
    ) async throws -> (client: JSONClient, end: Task<Void, any Error>) {
        var configuration = MasterServiceConfiguration(host: "127.0.0.1", port: 0)
        change(&configuration)
        var logger = Logger(label: "master")
        logger.logLevel = .critical
        let election = StandaloneElection()
        let service = MasterService(
            configuration, store: store, contender: election, detector: election, logger: logger)
        let info = try await service.start()
        let running = Task { try await service.run() }
        scope.onExit {
            running.cancel()
            _ = await running.result
        }
        let client = try JSONClient("http://127.0.0.1:\(info.port)", in: scope)
        try await eventually("the master leads") { await client.poll("/state") != nil }
        return (client, running)
    }

    private static let schedule = """
        {"type":"UPDATE_MAINTENANCE_SCHEDULE","update_maintenance_schedule":{"schedule":{"windows":[{
        "machine_ids":[{"hostname":"h","ip":"10.0.0.1"}],"unavailability":{"start":{"nanoseconds":5}}}]}}}
        """

    @Test(arguments: [MemoryVariableStore.Fault.unavailable, .unavailableAfterCommit, .delay(.seconds(30))])
    func aMasterWhoseStoreFailsStepsDownWithTheReason(fault: MemoryVariableStore.Fault) async throws {
        try await withTestScope { scope in
            let store = MemoryVariableStore()
            let (client, end) = try await Self.start(store, in: scope) { $0.registryStoreTimeout = .milliseconds(200) }
            store.inject(fault)
            let answer = try? await client.send(.post, "/api/v1", Self.schedule)
            #expect(answer?.status != 200, "nothing is acknowledged that is not durable")
            let error = await #expect(throws: ClusterError.self) { try await end.value }
            #expect("\(try #require(error))".contains("cannot write the registry; the master steps down"))
            let isDurable = fault == .unavailableAfterCommit
            #expect(try await Self.read(store).schedule.windows.isEmpty == !isDurable)
        }
    }

    @Test func whatWasAcknowledgedIsThereAfterARestart() async throws {
        let store = MemoryVariableStore()
        try await withTestScope { scope in
            let (client, _) = try await Self.start(store, in: scope)
            #expect(try await client.send(.post, "/api/v1", Self.schedule).status == 200)
            let down = """
                {"type":"START_MAINTENANCE","start_maintenance":{"machines":[{"hostname":"h","ip":"10.0.0.1"}]}}
                """
            #expect(try await client.send(.post, "/api/v1", down).status == 200)
        }
        try await withTestScope { scope in
            let (client, _) = try await Self.start(store, in: scope)
            let answer = try await client.send(.post, "/api/v1", #"{"type":"GET_MAINTENANCE_STATUS"}"#)
            let status = try JSONValue(parsing: Array(answer.text.utf8))["get_maintenance_status"]?["status"]
            #expect(status?["down_machines"]?[0]?["hostname"]?.string == "h")
        }
    }
}
