import ClusterBase
import ClusterModel
import HTTPTransport
import MesosProtocol
import ResourceModel
import TestSupport
import Testing

/// What operators ask of agents, resources and machines, by the operator API and the older endpoints (upstream's
/// `api_tests`, `reservation_endpoints_tests`, `persistent_volume_endpoints_tests`, `master_maintenance_tests`).
@Suite struct OperatorRequestTests {
    static let cpus = """
        {"name":"cpus","type":"SCALAR","scalar":{"value":1},
        "reservations":[{"type":"DYNAMIC","role":"r"}]}
        """
    static let disk = cpus.replacing("cpus", with: "disk").replacing(#""value":1"#, with: #""value":64"#)
    static let volume = disk.replacing(
        "}]}", with: #"}],"disk":{"persistence":{"id":"id1"},"volume":{"container_path":"p","mode":"RW"}}}"#)

    /// A call in JSON, answered with 200 or 202.
    @discardableResult
    static func call(
        _ master: MasterFixture, _ type: String, _ payload: String? = nil, expecting status: Int = 200
    ) async throws -> JSONClient.Answer {
        let field = payload.map { #","\#(type.lowercased())":\#($0)"# } ?? ""
        let answer = try await master.client.send(.post, "/api/v1", #"{"type":"\#(type)"\#(field)}"#)
        #expect(answer.status == status, "\(type): \(answer.status) \(answer.text)")
        return answer
    }

    static func form(_ master: MasterFixture, _ path: String, _ items: [(String, String)]) async throws
        -> JSONClient.Answer
    {
        let body = items.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        return try await master.client.send(
            .post, path, body, headers: ["Content-Type": "application/x-www-form-urlencoded"])
    }

    private func reserved(_ master: MasterFixture) async throws -> JSONValue? {
        try await master.client.get("/slaves")["slaves"]?[0]?["reserved_resources"]?["r"]
    }

    @Test func reservationsAndVolumesByTheOperatorAPI() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:512;disk:128", in: scope)
            let id = try await agent.registeredID()
            func payload(_ field: String, _ value: String) -> String {
                #"{"agent_id":{"value":"\#(id)"},"\#(field)":[\#(value)]}"#
            }
            let both = payload("resources", Self.cpus + "," + Self.disk)
            try await Self.call(master, "RESERVE_RESOURCES", both, expecting: 202)
            #expect(try await reserved(master)?["cpus"]?.double == 1)
            try await Self.call(master, "CREATE_VOLUMES", payload("volumes", Self.volume), expecting: 202)
            let checkpointed = try await agent.wait("the volume") { message -> Resources? in
                guard case .checkpointResources(let resources) = message else { return nil }
                return resources.contains { $0.disk?.persistenceID == "id1" } ? resources : nil
            }
            #expect(checkpointed.contains { $0.name == "cpus" && $0.role == "r" })
            let operations = try await Self.call(master, "GET_OPERATIONS")
            #expect(operations.json["type"] == "GET_OPERATIONS")
            try await Self.call(master, "DESTROY_VOLUMES", payload("volumes", Self.volume), expecting: 202)
            try await Self.call(master, "UNRESERVE_RESOURCES", both, expecting: 202)
            #expect(try await reserved(master) == nil)
            // Twice is once too often: nothing is reserved any more.
            try await Self.call(master, "UNRESERVE_RESOURCES", both, expecting: 409)
        }
    }

    @Test func reservationsAndVolumesByForms() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2;mem:512;disk:128", in: scope)
            let id = try await agent.registeredID()
            func send(_ path: String, _ field: String, _ value: String) async throws -> Int {
                let items = [("slaveId", id.value), (field, "[\(value)]")]
                return try await Self.form(master, path, items).status
            }
            #expect(try await send("/master/reserve", "resources", Self.cpus + "," + Self.disk) == 202)
            #expect(try await send("/create-volumes", "volumes", Self.volume) == 202)
            #expect(try await reserved(master)?["disk"]?.double == 64)
            #expect(try await send("/destroy-volumes", "volumes", Self.volume) == 202)
            #expect(try await send("/unreserve", "resources", Self.cpus + "," + Self.disk) == 202)
            #expect(try await reserved(master) == nil)
        }
    }

    @Test func formsThatCannotBeUsed() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            func text(_ path: String, _ items: [(String, String)]) async throws -> String {
                let answer = try await Self.form(master, path, items)
                #expect(answer.status == 400, "\(path): \(answer.status)")
                return answer.text
            }
            for (path, field) in [
                ("/reserve", "resources"), ("/unreserve", "resources"), ("/create-volumes", "volumes"),
                ("/destroy-volumes", "volumes"),
            ] {
                #expect(
                    try await text(path, [(field, "[]")])
                        == "Missing 'slaveId' query parameter in the request body")
                #expect(
                    try await text(path, [("slaveId", "a")])
                        == "Missing '\(field)' query parameter in the request body")
                let trouble = path == "/reserve" ? "Error parsing" : "Error in parsing"
                let start = "\(trouble) '\(field)' query parameter in the request body: "
                #expect(try await text(path, [("slaveId", "a"), (field, "{}")]).hasPrefix(start))
                #expect(try await text(path, [("slaveId", "a"), (field, "[{]")]).hasPrefix(start))
                #expect(
                    try await text(path, [("slaveId", "a"), (field, "[\(Self.cpus)]")])
                        == "No agent found with specified ID")
            }
            let wrong = try await master.client.send(.get, "/reserve")
            #expect(wrong.status == 405 && wrong.headers["allow"] == "POST")
        }
    }

    @Test func machinesAreMaintained() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let machine = #"{"hostname":"h1","ip":"10.9.9.9"}"#
            let schedule = """
                {"windows":[{"machine_ids":[\(machine)],"unavailability":{"start":{"nanoseconds":1},\
                "duration":{"nanoseconds":2}}}]}
                """
            #expect(try await master.client.send(.post, "/maintenance/schedule", schedule).status == 200)
            #expect(try await master.client.get("/maintenance/schedule") == JSONValue(parsing: schedule))
            let shown = try await Self.call(master, "GET_MAINTENANCE_SCHEDULE").json
            #expect(try shown["get_maintenance_schedule"]?["schedule"] == JSONValue(parsing: schedule))
            let status = try await master.client.get("/maintenance/status")
            #expect(status["draining_machines"]?[0]?["id"]?["hostname"] == "h1")
            #expect(try await master.client.send(.post, "/machine/down", "[\(machine)]").status == 200)
            let down = try await Self.call(master, "GET_MAINTENANCE_STATUS").json["get_maintenance_status"]
            #expect(down?["status"]?["down_machines"]?[0]?["ip"] == "10.9.9.9")
            let early = try await master.client.send(.post, "/maintenance/schedule", "{}")
            #expect(early.status == 400 && early.text.contains("cannot be removed from the schedule"))
            try await Self.call(master, "STOP_MAINTENANCE", #"{"machines":[\#(machine)]}"#)
            #expect(try await master.client.get("/maintenance/schedule") == [:])
            let again = try await master.client.send(.post, "/machine/up", "[\(machine)]")
            #expect(again.status == 400 && again.text.hasSuffix("is not part of a maintenance schedule"))
            for (path, body) in [
                ("/maintenance/schedule", "[]"), ("/machine/down", "{}"), ("/machine/up", "x"),
                ("/machine/down", "[]"), ("/maintenance/schedule", #"{"windows":[{"machine_ids":[]}]}"#),
            ] {
                #expect(try await master.client.send(.post, path, body).status == 400, "\(path) \(body)")
            }
        }
    }

    @Test func agentsAreTakenOutOfUse() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let agent = try await ScriptedAgent.start(for: master.info, resources: "cpus:2", in: scope)
            let id = try await agent.registeredID()
            let payload = #"{"agent_id":{"value":"\#(id)"}}"#
            let refused = try await Self.call(master, "DRAIN_AGENT", payload, expecting: 400)
            #expect(refused.text == "Agent \(id) is not capable of draining")
            try await Self.call(master, "DEACTIVATE_AGENT", payload)
            let agents = try await Self.call(master, "GET_AGENTS").json["get_agents"]?["agents"]
            #expect(agents?[0]?["deactivated"] == true && agents?[0]?["active"] == false)
            #expect(try await master.client.get("/slaves")["slaves"]?[0]?["deactivated"] == true)
            let registry = try await master.client.get("/registrar(1)/registry")
            #expect(registry["slaves"]?["slaves"]?[0]?["deactivated"] == true)
            #expect(registry["slaves"]?["slaves"]?[0]?["info"]?["id"]?["value"]?.string == id.value)
            try await Self.call(master, "REACTIVATE_AGENT", payload)
            #expect(try await master.client.get("/slaves")["slaves"]?[0]?["deactivated"] == false)
            try await Self.call(master, "MARK_AGENT_GONE", payload)
            try await eventually("the agent is gone") {
                try await master.client.get("/slaves")["slaves"]?.array?.isEmpty == true
            }
            #expect(
                try await master.client.get("/registrar(1)/registry")["gone"]?["slaves"]?[0]?["id"]?["value"]?.string
                    == id.value)
        }
    }

    @Test func callsInProtobufAreAnsweredInProtobuf() async throws {
        try await withTestScope { scope in
            let master = try await MasterFixture.start(in: scope).leads()
            let pool = try HTTPClientPool()
            scope.onExit { await pool.shutdown() }
            let response = try await pool.send(
                ClientRequest(
                    .post, master.base + "/api/v1",
                    headers: ["Content-Type": "application/x-protobuf", "Accept": "application/x-protobuf"],
                    body: [0x08, 24]))
            #expect(response.status == .ok && response.headers["content-type"] == "application/x-protobuf")
            let text = try JSONTranscoder.json(
                fromWire: response.body, message: .named("mesos.v1.master.Response"))
            #expect(try JSONValue(parsing: text)["type"] == "GET_MAINTENANCE_SCHEDULE")
        }
    }
}
