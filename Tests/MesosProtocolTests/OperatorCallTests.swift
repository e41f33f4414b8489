import ClusterBase
import ClusterModel
import MesosProtocol
import ResourceModel
import Testing

/// Every call of the operator API in both formats, and what is wrong with bad ones (upstream's `api_tests` and
/// `master_validation_tests`).
@Suite struct OperatorCallTests {
    private static let volume = """
        {"name":"disk","type":"SCALAR","scalar":{"value":64},
        "reservations":[{"type":"DYNAMIC","role":"r","principal":"ops"}],
        "disk":{"persistence":{"id":"id1","principal":"ops"},"volume":{"container_path":"p","mode":"RW"}}}
        """
    private static let cpus = """
        {"name":"cpus","type":"SCALAR","scalar":{"value":2},
        "reservations":[{"type":"DYNAMIC","role":"r","principal":"ops"}]}
        """
    private static let reservation = Resource.Reservation(kind: .dynamic, role: "r", principal: "ops")

    private static var reserved: Resource {
        var resource = Resource.scalar("cpus", 2)
        resource.reservations = [reservation]
        return resource
    }

    private static var persistent: Resource {
        var resource = Resource.scalar("disk", 64)
        resource.reservations = [reservation]
        resource.disk = .init(
            persistenceID: "id1", persistencePrincipal: "ops", mounting: .init(containerPath: "p"))
        return resource
    }

    private static let schedule = MaintenanceSchedule(windows: [
        MaintenanceWindow(
            machines: [MachineID(hostname: "h", ip: "10.0.0.1")],
            unavailability: Unavailability(start: Instant(nanoseconds: 5), duration: .nanoseconds(7)))
    ])

    /// Type, payload as JSON (or nil), and what it means.
    private static let calls: [(type: String, payload: String?, call: OperatorCall)] = [
        ("GET_HEALTH", nil, .getHealth), ("GET_FLAGS", nil, .getFlags), ("GET_VERSION", nil, .getVersion),
        ("GET_METRICS", "{}", .getMetrics(timeout: nil)),
        ("GET_METRICS", #"{"timeout":{"nanoseconds":5}}"#, .getMetrics(timeout: .nanoseconds(5))),
        ("GET_LOGGING_LEVEL", nil, .getLoggingLevel),
        (
            "SET_LOGGING_LEVEL", #"{"level":1,"duration":{"nanoseconds":60000000000}}"#,
            .setLoggingLevel(1, duration: .seconds(60))
        ), ("LIST_FILES", #"{"path":"/master/log"}"#, .listFiles(path: "/master/log")),
        ("READ_FILE", #"{"path":"/p","offset":1}"#, .readFile(path: "/p", offset: 1, length: nil)),
        ("READ_FILE", #"{"path":"/p","offset":1,"length":2}"#, .readFile(path: "/p", offset: 1, length: 2)),
        ("GET_STATE", nil, .getState), ("GET_AGENTS", nil, .getAgents), ("GET_FRAMEWORKS", nil, .getFrameworks),
        ("GET_EXECUTORS", nil, .getExecutors), ("GET_OPERATIONS", nil, .getOperations), ("GET_TASKS", nil, .getTasks),
        ("GET_ROLES", nil, .getRoles), ("GET_WEIGHTS", nil, .getWeights), ("GET_MASTER", nil, .getMaster),
        (
            "UPDATE_WEIGHTS", #"{"weight_infos":[{"role":"r","weight":2}]}"#,
            .updateWeights([RoleWeight(role: "r", weight: 2)])
        ), ("SUBSCRIBE", nil, .subscribe),
        (
            "RESERVE_RESOURCES", #"{"agent_id":{"value":"a"},"resources":[\#(cpus)]}"#,
            .reserveResources("a", source: [], resources: [reserved])
        ),
        (
            "RESERVE_RESOURCES",
            #"{"agent_id":{"value":"a"},"source":[{"name":"cpus","type":"SCALAR","scalar":{"value":2}}],"#
                + #""resources":[\#(cpus)]}"#,
            .reserveResources("a", source: [.scalar("cpus", 2)], resources: [reserved])
        ),
        (
            "UNRESERVE_RESOURCES", #"{"agent_id":{"value":"a"},"resources":[\#(cpus)]}"#,
            .unreserveResources("a", [reserved])
        ),
        (
            "CREATE_VOLUMES", #"{"agent_id":{"value":"a"},"volumes":[\#(volume)]}"#,
            .createVolumes("a", [persistent])
        ),
        (
            "DESTROY_VOLUMES", #"{"agent_id":{"value":"a"},"volumes":[\#(volume)]}"#,
            .destroyVolumes("a", [persistent])
        ),
        (
            "GROW_VOLUME", #"{"agent_id":{"value":"a"},"volume":\#(volume),"addition":\#(cpus)}"#,
            .growVolume("a", volume: persistent, addition: reserved)
        ),
        (
            "SHRINK_VOLUME", #"{"agent_id":{"value":"a"},"volume":\#(volume),"subtract":{"value":3}}"#,
            .shrinkVolume("a", volume: persistent, subtract: Scalar(3))
        ), ("GET_MAINTENANCE_STATUS", nil, .getMaintenanceStatus),
        ("GET_MAINTENANCE_SCHEDULE", nil, .getMaintenanceSchedule),
        (
            "UPDATE_MAINTENANCE_SCHEDULE",
            #"{"schedule":{"windows":[{"machine_ids":[{"hostname":"h","ip":"10.0.0.1"}],"#
                + #""unavailability":{"start":{"nanoseconds":5},"duration":{"nanoseconds":7}}}]}}"#,
            .updateMaintenanceSchedule(schedule)
        ), ("START_MAINTENANCE", #"{"machines":[{"hostname":"h"}]}"#, .startMaintenance([MachineID(hostname: "h")])),
        ("STOP_MAINTENANCE", #"{"machines":[{"ip":"10.0.0.1"}]}"#, .stopMaintenance([MachineID(ip: "10.0.0.1")])),
        ("DRAIN_AGENT", #"{"agent_id":{"value":"a"}}"#, .drainAgent("a", DrainConfig())),
        (
            "DRAIN_AGENT",
            #"{"agent_id":{"value":"a"},"max_grace_period":{"seconds":600,"nanos":5},"mark_gone":true}"#,
            .drainAgent("a", DrainConfig(maxGracePeriod: .seconds(600) + .nanoseconds(5), markGone: true))
        ), ("DEACTIVATE_AGENT", #"{"agent_id":{"value":"a"}}"#, .deactivateAgent("a")),
        ("REACTIVATE_AGENT", #"{"agent_id":{"value":"a"}}"#, .reactivateAgent("a")),
        ("MARK_AGENT_GONE", #"{"agent_id":{"value":"a"}}"#, .markAgentGone("a")), ("GET_QUOTA", nil, .getQuota),
        (
            "UPDATE_QUOTA", #"{"force":true,"quota_configs":[{"role":"r","limits":{"cpus":{"value":1}}}]}"#,
            .updateQuota([QuotaConfig(role: "r", limits: ["cpus": 1])], force: true)
        ),
        (
            "SET_QUOTA",
            #"{"quota_request":{"role":"r","guarantee":[{"name":"cpus","type":"SCALAR","scalar":{"value":1}}]}}"#,
            .setQuota(QuotaRequest(role: "r", guarantee: [.scalar("cpus", 1)]))
        ), ("REMOVE_QUOTA", #"{"role":"r"}"#, .removeQuota(role: "r")),
        ("TEARDOWN", #"{"framework_id":{"value":"f"}}"#, .teardown("f")),
    ]

    private static func text(_ type: String, _ payload: String?) -> [UInt8] {
        let field = payload.map { #","\#(type.lowercased())":\#($0)"# } ?? ""
        return Array(#"{"type":"\#(type)"\#(field)}"#.utf8)
    }

    /// The same bytes in protobuf.
    private static func wire(_ json: [UInt8], _ message: String = "mesos.v1.master.Call") throws -> [UInt8] {
        try JSONTranscoder.wire(fromJSON: json, message: MessageDescriptor.named(message))
    }

    @Test func everyCallOfTheMaster() throws {
        for (type, payload, call) in Self.calls {
            let json = Self.text(type, payload)
            #expect(try OperatorCodec.decodeMasterCall(json, as: .json) == call)
            #expect(try OperatorCodec.decodeMasterCall(Self.wire(json), as: .protobuf) == call)
        }
    }

    @Test func noCallOfTheProtocolIsMissing() throws {
        let known = Set(Self.calls.map(\.type))
        let numbers = (1...60).compactMap { number -> String? in
            guard let call = try? OperatorCodec.decodeMasterCall([0x08, UInt8(number)], as: .protobuf) else {
                return nil
            }
            if case .unsupported(let name) = call { return name }
            return nil
        }
        #expect(numbers == [] && known.count == 39)
    }

    /// Upstream wants the payload of these, even when nothing in it is required.
    @Test(arguments: [
        "GET_METRICS", "SET_LOGGING_LEVEL", "LIST_FILES", "READ_FILE", "UPDATE_WEIGHTS", "RESERVE_RESOURCES",
        "UNRESERVE_RESOURCES", "CREATE_VOLUMES", "DESTROY_VOLUMES", "GROW_VOLUME", "SHRINK_VOLUME",
        "UPDATE_MAINTENANCE_SCHEDULE", "START_MAINTENANCE", "STOP_MAINTENANCE", "DRAIN_AGENT", "DEACTIVATE_AGENT",
        "REACTIVATE_AGENT", "UPDATE_QUOTA", "SET_QUOTA", "REMOVE_QUOTA", "TEARDOWN", "MARK_AGENT_GONE",
    ])
    func payloadsMustBePresent(_ type: String) throws {
        let json = Self.text(type, nil)
        let problem = "Failed to validate master::Call: Expecting '\(type.lowercased())' to be present"
        #expect(throws: CallRejection(status: 400, message: problem)) {
            try OperatorCodec.decodeMasterCall(json, as: .json)
        }
        let wire = try Self.wire(json)
        #expect(throws: CallRejection(status: 400, message: problem)) {
            try OperatorCodec.decodeMasterCall(wire, as: .protobuf)
        }
    }

    @Test(arguments: ["GROW_VOLUME", "SHRINK_VOLUME"])
    func volumesAreResizedOnAgentsOnly(_ type: String) throws {
        let rest = type == "GROW_VOLUME" ? #""addition":\#(Self.cpus)"# : #""subtract":{"value":3}"#
        let json = Self.text(type, #"{"volume":\#(Self.volume),\#(rest)}"#)
        let problem =
            "Failed to validate master::Call: Expecting 'agent_id' to be present; only agent default resources are "
            + "supported right now"
        #expect(throws: CallRejection(status: 400, message: problem)) {
            try OperatorCodec.decodeMasterCall(json, as: .json)
        }
    }

    @Test func badResourcesAreRefusedWhereUpstreamLooks() throws {
        let bad = #"{"name":"cpus","type":"SCALAR","scalar":{"value":-1}}"#
        func message(_ type: String, _ field: String) -> String? {
            let json = Self.text(type, #"{"agent_id":{"value":"a"},"\#(field)":[\#(bad)]}"#)
            do { _ = try OperatorCodec.decodeMasterCall(json, as: .json) } catch { return error.message }
            return nil
        }
        let early = try #require(message("RESERVE_RESOURCES", "resources"))
        #expect(early.hasPrefix("Failed to validate master::Call: Resource '"))
        #expect(message("UNRESERVE_RESOURCES", "resources") == early)
        let late = try #require(message("CREATE_VOLUMES", "volumes"))
        #expect(late.hasPrefix("Resource '") && message("DESTROY_VOLUMES", "volumes") == late)
    }

    @Test func onlyThePayloadOfTheTypeCounts() throws {
        let text = #"{"type":"GET_HEALTH","drain_agent":{"agent_id":{"value":"a"}}}"#
        #expect(try OperatorCodec.decodeMasterCall(Array(text.utf8), as: .json) == .getHealth)
    }

    @Test func callsOfTheAgent() throws {
        let calls: [(String, String?, OperatorCall)] = [
            ("GET_HEALTH", nil, .getHealth), ("GET_OPERATIONS", nil, .getOperations),
            ("GET_RESOURCE_PROVIDERS", nil, .getResourceProviders), ("GET_AGENT", nil, .getAgent),
            ("GET_LOGGING_LEVEL", nil, .getLoggingLevel), ("LIST_FILES", #"{"path":"/p"}"#, .listFiles(path: "/p")),
            ("GET_CONTAINERS", nil, .getContainers(showNested: false, showStandalone: false)),
            ("GET_CONTAINERS", #"{"show_standalone":true}"#, .getContainers(showNested: false, showStandalone: true)),
        ]
        for (type, payload, call) in calls {
            let json = Self.text(type, payload)
            #expect(try OperatorCodec.decodeAgentCall(json, as: .json) == call)
            let wire = try Self.wire(json, "mesos.v1.agent.Call")
            #expect(try OperatorCodec.decodeAgentCall(wire, as: .protobuf) == call)
        }
    }
}
