import ClusterBase
import ClusterModel
import Foundation
import MasterCore
import ResourceModel
import Testing

/// Transcripts under `Tests/Scenarios/master`: a command, a dashed line, the complete reaction, a blank line.
///
/// `REWRITE=1` rewrites them; the difference is then reviewed.
struct ScenarioTests {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Scenarios/master")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.sorted()

    @Test(arguments: names) func masterScenario(name: String) throws {
        let url = ScenarioTests.directory.appendingPathComponent(name)
        let expected = try String(contentsOf: url, encoding: .utf8)
        var world = ScenarioWorld()
        var actual = ""
        for block in expected.components(separatedBy: "\n\n") {
            let lines = block.split(separator: "\n").map(String.init)
            let comments = lines.prefix { $0.hasPrefix("#") }
            guard let command = lines.dropFirst(comments.count).first else {
                actual += comments.joined(separator: "\n") + "\n\n"
                continue
            }
            let reaction = try world.perform(command)
            actual += (comments + [command, "----"] + reaction).joined(separator: "\n") + "\n\n"
        }
        actual = actual.trimmingCharacters(in: .newlines) + "\n"
        if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == expected, "\(name): run with REWRITE=1 and review the difference")
        }
        #expect(world.world.violations == [])
    }

    @Test func thereAreScenarios() { #expect(ScenarioTests.names.count >= 6) }
}

/// A world driven by lines of text.
struct ScenarioWorld {
    struct BadCommand: Error { let line: String }

    var world = MasterWorld()

    /// Words after the verb, and `key=value` pairs.
    struct Arguments {
        var verb: String
        var words: [String] = []
        var pairs: [(key: String, value: String)] = []

        init(_ line: String) {
            let parts = line.split(separator: " ").map(String.init)
            verb = parts.first ?? ""
            for part in parts.dropFirst() {
                if let equals = part.firstIndex(of: "=") {
                    pairs.append((String(part[..<equals]), String(part[part.index(after: equals)...])))
                } else {
                    words.append(part)
                }
            }
        }

        func value(_ key: String) -> String? { pairs.first { $0.key == key }?.value }
        func values(_ key: String) -> [String] { pairs.filter { $0.key == key }.map(\.value) }
        func has(_ word: String) -> Bool { words.contains(word) }
        func list(_ key: String) -> [String] { value(key)?.split(separator: ",").map(String.init) ?? [] }
        var refusal: Filters { Filters(refuseSeconds: value("refuse").flatMap(Double.init) ?? 5) }
    }

    mutating func perform(_ line: String) throws -> [String] {
        let (effectsBefore, recordsBefore) = (world.effects.count, world.records.count)
        try run(Arguments(line), line)
        var lines = world.records[recordsBefore...].map(text)
        for effect in world.effects[effectsBefore...].map(text) { lines.append(effect) }
        var result: [String] = []
        var repeats = 1
        for (index, line) in lines.enumerated() {
            if index + 1 < lines.count, lines[index + 1] == line {
                repeats += 1
                continue
            }
            result.append(repeats > 1 ? "\(line) ×\(repeats)" : line)
            repeats = 1
        }
        return result
    }

    private mutating func run(_ arguments: Arguments, _ line: String) throws {
        guard let name = arguments.words.first else { throw BadCommand(line: line) }
        switch arguments.verb {
        case "subscribe": world.subscribe(name, info(name, arguments), suppressed: arguments.list("suppressed"))
        case "close": world.close(name)
        case "register": world.register(name, try Resources(parsing: arguments.words.last ?? ""))
        case "reregister":
            world.reregister(name, tasks: try tasks(arguments, on: name), of: arguments.list("frameworks"))
        case "break": world.breakLink(name)
        case "pong": world.say(name, .pong)
        case "unregister": if let id = world.agents[name]?.info.id { world.say(name, .unregister(id)) }
        case "wait": world.wait(UnitText.duration(name) ?? .zero)
        case "update":
            let state = TaskState.allCases.first { $0.wireName == "TASK_" + arguments.words[3] }
            let latest = TaskState.allCases.first { $0.wireName == "TASK_" + (arguments.value("latest") ?? "") }
            world.update(
                name, arguments.words[1], TaskID(arguments.words[2]), state ?? .unknown,
                uuid: arguments.value("uuid").flatMap(UInt64.init), latest: latest)
        default: try call(name, arguments, line)
        }
    }

    private mutating func call(_ name: String, _ arguments: Arguments, _ line: String) throws {
        let offers = arguments.list("offers").map { OfferID("m-" + $0) }
        let agent = arguments.value("agent").flatMap { world.agents[$0]?.id }
        let roles = Array(arguments.words.dropFirst())
        let second = arguments.words.dropFirst().first ?? ""
        let call: SchedulerCall
        switch arguments.verb {
        case "accept":
            let tasks = try arguments.values("launch").map(task)
            call = .accept(offers: offers, operations: [.launch(tasks)], filters: arguments.refusal)
        case "decline": call = .decline(offers: offers, filters: arguments.refusal)
        case "revive": call = .revive(roles: roles)
        case "suppress": call = .suppress(roles: roles)
        case "kill": call = .kill(TaskID(second), agent: agent, policy: nil)
        case "reconcile": call = .reconcile(roles.map { TaskQuery(taskID: TaskID($0), agentID: agent) })
        case "acknowledge":
            let number = arguments.value("uuid").flatMap(UInt64.init) ?? 0
            call = .acknowledge(agent: agent ?? "none", task: TaskID(second), uuid: world.uuid(number))
        case "teardown": call = .teardown
        default: throw BadCommand(line: line)
        }
        world.call(name, call)
    }

    /// `id@agent:resources`.
    private func task(_ text: String) throws -> TaskInfo {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2, let colon = parts[1].firstIndex(of: ":") else { throw BadCommand(line: text) }
        let agent = String(parts[1][..<colon])
        let resources = try Resources(parsing: String(parts[1][parts[1].index(after: colon)...]))
        return world.task(TaskID(parts[0]), on: agent, resources)
    }

    /// `task=framework/id/STATE/resources`.
    private func tasks(_ arguments: Arguments, on agent: String) throws -> [TaskRecord] {
        try arguments.values("task").map { text in
            let parts = text.split(separator: "/", maxSplits: 3).map(String.init)
            guard parts.count == 4, let framework = world.schedulers[parts[0]]?.info.id,
                let id = world.agents[agent]?.info.id,
                let state = TaskState.allCases.first(where: { $0.wireName == "TASK_" + parts[2] })
            else { throw BadCommand(line: text) }
            return TaskRecord(
                name: "task", id: TaskID(parts[1]), frameworkID: framework, agentID: id, state: state,
                resources: try Resources(parsing: parts[3]).allocated(to: "*"))
        }
    }

    private func info(_ name: String, _ arguments: Arguments) -> FrameworkInfo? {
        if let known = world.schedulers[name]?.info, known.id != nil { return known }
        return FrameworkInfo(
            user: "u", name: name, failoverTimeout: .seconds(Int(arguments.value("timeout") ?? "0") ?? 0),
            checkpoint: arguments.has("checkpoint"), roles: arguments.value("role").map { [$0] } ?? ["*"],
            capabilities: arguments.has("partition-aware") ? .partitionAware : [])
    }

    // MARK: Text

    private func text(_ record: RegistryRecord) -> String {
        switch record {
        case .putMaster: "record: master"
        case .putAgent(let info): "record: agent \(info.id?.value ?? "none") admitted"
        case .deleteAgent(let id): "record: agent \(id) not admitted"
        case .putUnreachable(let id, _): "record: agent \(id) unreachable"
        case .deleteUnreachable(let id): "record: agent \(id) not unreachable"
        case .putGone(let id, _): "record: agent \(id) gone"
        case .deleteGone(let id): "record: agent \(id) not gone"
        case .putDeactivation(let id, let drain):
            "record: agent \(id) " + (drain.map { "\($0.state)" } ?? "out of use")
        case .deleteDeactivation(let id): "record: agent \(id) in use"
        case .putSchedule(let schedule): "record: maintenance in \(schedule.windows.count) windows"
        case .putDown(let machine): "record: machine \(machine.hostname ?? "") down"
        case .deleteDown(let machine): "record: machine \(machine.hostname ?? "") up"
        case .putCapability(let name): "record: masters need \(name)"
        case .deleteCapability(let name): "record: masters do not need \(name)"
        case .putQuota(let config): "record: quota of \(config.role)"
        case .deleteQuota(let role): "record: no quota of \(role)"
        case .putWeight(let entry): "record: weight of \(entry.role)"
        }
    }

    private func text(_ effect: MasterEffect) -> String {
        switch effect {
        case .respond(_, .accepted): "202"
        case .respond(_, .ok): "200"
        case .respond(_, .refused(let status, let words)): "\(status) \(words)"
        case .send(let stream, let event): "to \(name(stream)): \(text(event))"
        case .closeStream(let stream): "close \(name(stream))"
        case .sendAgent(let pid, let message): "to \(pid.dropFirst(9)): \(text(message))"
        case .link(let pid): "link \(pid.dropFirst(9))"
        case .unlink(let pid): "unlink \(pid.dropFirst(9))"
        case .log(let words): "log: \(words)"
        case .exit(let words): "exit: \(words)"
        }
    }

    private func name(_ stream: StreamToken) -> String {
        world.schedulers.first { $0.value.stream == stream }?.key ?? "old stream"
    }

    private func text(_ event: SchedulerEvent) -> String {
        switch event {
        case .subscribed(let id, _, _): "SUBSCRIBED \(id)"
        case .heartbeat: "HEARTBEAT"
        case .offers(let offers):
            "OFFERS "
                + offers.map { "\($0.id) of \($0.hostname) for \($0.role) {\($0.resources.summary)}" }
                .joined(separator: ", ")
        case .rescind(let id): "RESCIND \(id)"
        case .update(let status):
            "UPDATE \(status.taskID) \(status.state.wireName) \(status.source.map { "\($0)" } ?? "nobody") "
                + "\(status.reason.map { "\($0)" } ?? "-")"
                + (status.uuid.map { " uuid=\($0.low & 0xffff)" } ?? "") + (status.message.map { " \"\($0)\"" } ?? "")
        case .inverseOffers(let offers):
            "INVERSE_OFFERS " + offers.map { "\($0.id) of \($0.hostname)" }.joined(separator: ", ")
        case .rescindInverseOffer(let id): "RESCIND_INVERSE_OFFER \(id)"
        case .updateOperationStatus(let status):
            "UPDATE_OPERATION_STATUS \(status.operationID?.value ?? "-") \(status.state.wireName)"
        case .message(let agent, let executor, let data): "MESSAGE \(agent) \(executor) \(data)"
        case .failure(let agent, let executor, let status):
            "FAILURE \(agent?.value ?? "-") \(executor?.value ?? "-") \(status.map { "\($0)" } ?? "-")"
        case .error(let words): "ERROR \"\(words)\""
        }
    }

    private func text(_ message: MasterMessage) -> String {
        switch message {
        case .registered(let id, _): "registered \(id)"
        case .reregistered(let id, _, let unknown):
            "reregistered \(id), unknown \(unknown.map { "\($0.frameworkID): \($0.taskIDs)" })"
        case .runTask(let framework, let task, let isNew):
            "runTask \(task.id) of \(framework.id?.value ?? "-") {\(task.resources.summary)}"
                + (isNew ? " launching its executor" : "")
        case .runTaskGroup(_, let executor, let tasks, _): "runTaskGroup \(executor.id) \(tasks.map(\.id))"
        case .killTask(let framework, let task, _): "killTask \(task) of \(framework)"
        case .shutdownExecutor(let framework, let executor): "shutdownExecutor \(executor) of \(framework)"
        case .shutdownFramework(let id): "shutdownFramework \(id)"
        case .frameworkMessage(_, _, let executor, let data): "message to \(executor) \(data)"
        case .acknowledge(_, let framework, let task, let uuid):
            "acknowledge \(task) of \(framework) uuid=\(uuid.low & 0xffff)"
        case .updateFramework(let info): "updateFramework \(info.id?.value ?? "-")"
        case .applyOperation(_, let operation, let uuid, _): "apply \(operation.name) uuid=\(uuid.low & 0xffff)"
        case .checkpointResources(let resources): "checkpoint {\(resources)}"
        case .acknowledgeOperation(_, let uuid, _): "acknowledgeOperation uuid=\(uuid.low & 0xffff)"
        case .reconcileOperations(_, let operations):
            "reconcileOperations \(operations.map { "uuid=\($0.uuid.low & 0xffff)" })"
        case .drain(let config): "drain\(config.markGone ? " and mark gone" : "")"
        case .shutdown(let words): "shutdown \"\(words)\""
        case .ping(let connected): "ping\(connected ? "" : ", disconnected")"
        }
    }
}
