internal import AccessControl
internal import AgentCore
internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import DaemonEndpoints
internal import HTTPTransport
internal import MesosProtocol
internal import ResourceModel

/// The agent's HTTP surface as a table of routes (spec `mesos/08` §8.3).
struct AgentEndpoints: Sendable {
    let driver: AgentDriver
    let configuration: AgentServiceConfiguration
    let containerizer: any Containerizer
    let paths: AgentPaths
    let pid: String
    let startTime: Instant

    /// What `/version` says; purely numeric, as clients compare it.
    static let version: JSONValue = [
        "version": .string(ProductVersion.mesos), "build_date": "", "build_time": 0, "build_user": "roost",
    ]

    var routes: [Route] {
        return [
            Route(.get, "/health") { _ in .ok },
            Route(.get, "/version") { .json(Self.version.bytes, for: $0) },
            Route(.get, "/flags") { .json((["flags": flags] as JSONValue).bytes, for: $0) },
            Route(.get, "/system/stats.json") { .json(MachineStatistics.read().json.bytes, for: $0) },
            Route(.get, "/metrics/snapshot", metrics),
            Route(.get, "/metrics", prometheus),
            Route(.get, "/state", state).readableFromAnyOrigin(),
            Route(.get, "/containers") { .json(try await containers(onlyRunning: false, for: $0).bytes, for: $0) },
            Route(.get, "/monitor/statistics") {
                .json(try await containers(onlyRunning: true, for: $0).bytes, for: $0)
            }
            .readableFromAnyOrigin(),
            Route(.any, "/logging/toggle", LoggingEndpoint(configuration.logVerbosity).toggle),
            Route.direct(.any, "/api/v1/executor", prefix: true) { ExecutorEndpoint(driver: driver).handle($0, $1) },
            Route(.any, "/api/v1", prefix: true) { try await OperatorEndpoint(endpoints: self).handle($0) },
        ] + AgentFiles(endpoints: self).routes
    }

    var flags: JSONValue {
        var object = JSONObject()
        for (name, value) in configuration.flags { object[name] = .string(value) }
        return .object(object)
    }

    /// Everything endpoints show, read between two events; nil while the agent recovers.
    func snapshot() async throws -> AgentSnapshot? {
        try await driver.read { core in core.phase == .recovering ? nil : AgentSnapshot(core) }
    }

    /// What the sender of a request may see of it.
    func snapshot(for request: HTTPRequest) async throws -> AgentSnapshot? {
        try await snapshot()?.visible(to: filter(request))
    }

    static let recovering = HTTPResponse.error(.serviceUnavailable, "Agent has not finished recovery")

    @Sendable private func state(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let snapshot = try await snapshot(for: request) else { return Self.recovering }
        let json = AgentStateJSON(snapshot: snapshot, endpoints: self, filter: filter(request))
        return .json(json.document().bytes, for: request)
    }

    @Sendable private func metrics(_ request: HTTPRequest) async throws -> HTTPResponse {
        var object = JSONObject()
        for (name, value) in try await allMetrics() { object[name] = ValueJSON.number(value) }
        return .json(JSONValue.object(object).bytes, for: request)
    }

    @Sendable private func prometheus(_ request: HTTPRequest) async throws -> HTTPResponse {
        let lines = try await allMetrics().map { name, value in
            let words = name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
            return "roost_\(String(words)) \(value)\n"
        }
        var response = HTTPResponse.text(lines.joined())
        response.headers["Content-Type"] = "text/plain; version=0.0.4"
        return response
    }

    /// The core's metrics and the machine's, by name.
    func allMetrics() async throws -> [(name: String, value: Double)] {
        let now = driver.now
        let core = try await driver.read { $0.metrics(now: now) }
        return (core + MachineStatistics.read().metrics).sorted { $0.name < $1.name }
    }

    /// The part of a snapshot whose containers the sender of a request may see.
    func containers(_ snapshot: AgentSnapshot, for request: HTTPRequest) -> AgentSnapshot {
        snapshot.containers { isAllowed(request, .viewContainer, .user($0)) }
    }

    /// The containers of executors with what they consume, as far as the sender of a request may see them.
    private func containers(onlyRunning: Bool, for request: HTTPRequest) async throws -> JSONValue {
        guard let snapshot = try await snapshot(for: request).map({ containers($0, for: request) }) else {
            throw ClusterError(.unavailable, "Agent has not finished recovery")
        }
        var list: [JSONValue] = []
        for executor in snapshot.frameworks.flatMap(\.executors) where executor.isRunning {
            var object: JSONObject = [
                "framework_id": .string(executor.frameworkID.value), "executor_id": .string(executor.info.id.value),
                "executor_name": .string(executor.info.name), "source": .string(executor.info.source),
            ]
            if !onlyRunning {
                object["container_id"] = .string(executor.containerID.value)
                var status: JSONObject = ["container_id": ["value": .string(executor.containerID.value)]]
                if let pid = executor.pid { status["executor_pid"] = .integer(Int64(pid)) }
                let addresses = executor.addresses.map { ["ip_address": .string($0)] as JSONValue }
                status["network_infos"] = .array([["ip_addresses": .array(addresses)]])
                object["status"] = .object(status)
            }
            let usage = try? await containerizer.usage(executor.containerID)
            object["statistics"] = statistics(executor, usage)
            list.append(.object(object))
        }
        return .array(list)
    }

    private func statistics(_ executor: ExecutorSummary, _ usage: ContainerUsage?) -> JSONValue {
        var object: JSONObject = [
            "timestamp": .double(driver.now.seconds), "cpus_limit": ValueJSON.number(executor.resources.cpus.value),
            "mem_limit_bytes": .integer(Int64(executor.resources.memory.value * 1_048_576)),
        ]
        if let usage {
            object["cpus_user_time_secs"] = .double(usage.cpuUserSeconds)
            object["cpus_system_time_secs"] = .double(usage.cpuSystemSeconds)
            object["mem_rss_bytes"] = .integer(Int64(usage.memoryBytes))
        }
        return .object(object)
    }
}
