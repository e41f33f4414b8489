internal import AccessControl
internal import ClusterBase
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol

/// `GET_STATE` and its parts (spec `mesos/08` §8.4), in both formats, rendered by many threads.
struct StateAnswers: Sendable {
    let state: MasterState
    let filter: ViewFilter
    let format: WireFormat

    func plan(_ answer: StateAnswer) -> RenderPlan {
        var plan = RenderPlan()
        plan.weight = state.agentCount + state.taskCount + state.frameworkCount
        guard format == .json else {
            plan.add([UInt8(StateAnswer.typeNumber << 3), UInt8(answer.type)])
            plan.pieces.append(.message(field: answer.number, content(of: answer)))
            return plan
        }
        plan.add(Array("{\"type\":\"\(answer.typeName)\",\"\(answer.name)\":{".utf8))
        plan.pieces += content(of: answer)
        plan.add("}}")
        return plan
    }

    private static let parts: [StateAnswer] = [.tasks, .executors, .frameworks, .agents]

    private func content(of answer: StateAnswer) -> [RenderPlan.Piece] {
        guard answer == .state else { return lists(of: answer) }
        guard format == .json else {
            return Self.parts.map { .message(field: $0.numberInState, lists(of: $0)) }
        }
        var pieces: [RenderPlan.Piece] = []
        for part in Self.parts {
            pieces.append(.bytes(Array("\(pieces.isEmpty ? "" : ",")\"\(part.name)\":{".utf8)))
            pieces += lists(of: part)
            pieces.append(.bytes(Array("}".utf8)))
        }
        return pieces
    }

    /// The lists of a part; empty ones are not there, as the generic mapping has it.
    private func lists(of answer: StateAnswer) -> [RenderPlan.Piece] {
        let lists: [(StateList, [RenderPlan.Job])] =
            switch answer {
            case .tasks:
                [
                    (.tasks, tasks(.current, .tasks)), (.completedTasks, tasks(.completed, .completedTasks)),
                    (.unreachableTasks, tasks(.unreachable, .unreachableTasks)),
                ]
            case .executors: [(.executors, executors)]
            case .frameworks:
                [
                    (.frameworks, frameworks(state.frameworks, .frameworks)),
                    (.completedFrameworks, frameworks(state.completedFrameworks, .completedFrameworks)),
                ]
            default: [(.agents, agents), (.recoveredAgents, recovered)]
            }
        var pieces: [RenderPlan.Piece] = []
        for (list, jobs) in lists where !jobs.isEmpty {
            guard format == .json else {
                pieces.append(.parts(jobs, hasCommas: false))
                continue
            }
            pieces.append(.bytes(Array("\(pieces.isEmpty ? "" : ",")\"\(list.name)\":[".utf8)))
            pieces.append(.parts(jobs, hasCommas: true))
            pieces.append(.bytes(Array("]".utf8)))
        }
        return pieces
    }

    private var visible: [CoreFramework] {
        (state.frameworks + state.completedFrameworks).filter { filter.shows($0.info) }
    }

    /// A job for some elements, which writes them one by one.
    private func job(_ write: @escaping @Sendable (inout StatePartWriter) -> Void) -> RenderPlan.Job {
        {
            var writer = StatePartWriter(format)
            write(&writer)
            return writer.bytes
        }
    }

    private func tasks(_ list: CoreFramework.TaskList, _ target: StateList) -> [RenderPlan.Job] {
        visible.flatMap { view -> [RenderPlan.Job] in
            // A list that nobody may see anything of is not there at all.
            var isSeen = filter.showsEverything
            if !isSeen { view.forEachTask(of: list) { if filter.shows($0, of: view.info) { isSeen = true } } }
            guard isSeen, view.count(of: list) > 0 else { return [] }
            return RenderPlan.cut(parts: view.parts(of: list), entries: view.count(of: list)) { parts in
                job { writer in
                    view.forEachTask(of: list, in: parts) { task in
                        if filter.shows(task, of: view.info) { writer.add(task, to: target) }
                    }
                }
            }
        }
    }

    private var executors: [RenderPlan.Job] {
        state.frameworks.filter { filter.shows($0.info) }.flatMap { view -> [RenderPlan.Job] in
            var isSeen = filter.showsEverything
            if !isSeen {
                view.forEachExecutor(in: 0..<view.executorParts) { _, info in
                    if filter.shows(info, of: view.info) { isSeen = true }
                }
            }
            guard isSeen, view.executorCount > 0 else { return [] }
            return RenderPlan.cut(parts: view.executorParts, entries: view.executorCount) { parts in
                job { writer in
                    view.forEachExecutor(in: parts) { agent, info in
                        guard filter.shows(info, of: view.info) else { return }
                        writer.add(MesosProtocol.ExecutorView(info: info, agentID: agent))
                    }
                }
            }
        }
    }

    private func frameworks(_ views: [CoreFramework], _ list: StateList) -> [RenderPlan.Job] {
        let views = views.filter { filter.shows($0.info) }
        return stride(from: 0, to: views.count, by: 64).map { first in
            let some = Array(views[first..<min(first + 64, views.count)])
            return job { writer in
                for view in some { writer.add(OperatorEndpoint.view(view, in: state, filter), to: list) }
            }
        }
    }

    private var agents: [RenderPlan.Job] {
        RenderPlan.cut(parts: state.agentParts, entries: state.agentCount) { parts in
            job { writer in state.forEachAgent(in: parts) { writer.add(OperatorEndpoint.view($0, filter)) } }
        }
    }

    private var recovered: [RenderPlan.Job] {
        let infos = state.recoveredAgents.map { OperatorEndpoint.visible($0, filter) }
        return infos.isEmpty ? [] : [job { writer in for info in infos { writer.add(recovered: info) } }]
    }
}

extension OperatorEndpoint {
    /// The calls that are answered from shared renderings.
    static func stateAnswer(to call: OperatorCall) -> StateAnswer? {
        switch call {
        case .getState: .state
        case .getAgents: .agents
        case .getFrameworks: .frameworks
        case .getExecutors: .executors
        case .getTasks: .tasks
        default: nil
        }
    }
}
