internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import NIOConcurrencyHelpers
internal import ResourceModel

/// `/state-summary`: counts of tasks instead of tasks.
extension StateJSON {
    func summary() -> RenderPlan {
        let index = Later { SummaryIndex(self) }
        var plan = RenderPlan()
        plan.weight = state.agentCount + state.taskCount + state.frameworkCount
        plan.add([
            {
                var object: JSONObject = ["hostname": .string(state.master.hostname)]
                if let cluster = surroundings.cluster { object["cluster"] = .string(cluster) }
                return JSONValue.object(object).bytes.dropLast()
            }
        ])
        plan.add(",\"slaves\":[")
        plan.add(
            agentJobs { writer, agent in
                writer.openAgent(agent, for: filter)
                let entry = index.value.agents[agent.id]
                (entry?.counts ?? StateCounts()).write(to: &writer)
                writer.raw(",\"framework_ids\":")
                writer.strings((entry?.frameworks ?? []).map(\.value))
            })
        plan.add("],\"frameworks\":[")
        let views = state.frameworks.filter { filter.shows($0.info) }
        let size = max(1, RenderPlan.entriesPerJob / 8)
        plan.add(
            stride(from: 0, to: views.count, by: size).map { first -> RenderPlan.Job in
                let some = Array(views[first..<min(first + size, views.count)])
                return {
                    var writer = JSONWriter(capacity: 64 << 10)
                    for view in some {
                        if !writer.bytes.isEmpty { writer.raw(",") }
                        short(view, used: FrameworkSums(view), &writer)
                        let entry = index.value.frameworks[view.id]
                        (entry?.counts ?? StateCounts()).write(to: &writer)
                        writer.raw(",\"slave_ids\":")
                        writer.strings((entry?.agents ?? []).map(\.value).sorted())
                        writer.raw("}")
                    }
                    return writer.bytes
                }
            })
        plan.add("]}")
        return plan
    }
}

/// How many tasks are in which state.
private struct StateCounts: Sendable {
    private static let states: [TaskState] = [
        .staging, .starting, .running, .killing, .finished, .killed, .failed, .lost, .error, .unreachable,
    ]
    private var counts = [Int](repeating: 0, count: 14)

    mutating func count(_ state: TaskState) { counts[state.rawValue] += 1 }

    func write(to writer: inout JSONWriter) {
        for state in Self.states {
            writer.raw(",")
            writer.string(state.wireName)
            writer.raw(":")
            writer.integer(counts[state.rawValue])
        }
    }
}

/// The tasks of each agent and framework, counted.
private struct SummaryIndex: Sendable {
    var agents: [AgentID: (counts: StateCounts, frameworks: [FrameworkID])] = [:]
    var frameworks: [FrameworkID: (counts: StateCounts, agents: Set<AgentID>)] = [:]

    init(_ json: StateJSON) {
        for view in json.state.frameworks where json.filter.shows(view.info) {
            var (counts, seen) = (StateCounts(), Set<AgentID>())
            for list in CoreFramework.TaskList.allCases {
                view.forEachTask(of: list) { task in
                    guard json.filter.shows(task, of: view.info) else { return }
                    counts.count(task.state)
                    if seen.insert(task.agentID).inserted {
                        agents[task.agentID, default: (StateCounts(), [])].frameworks.append(view.id)
                    }
                    agents[task.agentID]?.counts.count(task.state)
                }
            }
            frameworks[view.id] = (counts, seen)
        }
    }
}

/// A value that whoever needs it first makes, for all.
private final class Later<Value: Sendable>: Sendable {
    private let made = NIOLockedValueBox<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var value: Value {
        made.withLockedValue { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
