internal import AccessControl
internal import ClusterModel
internal import MasterCore
internal import MesosProtocol

/// A document that shows the state of the core.
enum StateDocument: Hashable, Sendable {
    /// `/state`.
    case state
    /// `/state-summary`.
    case summary
    /// `/slaves`, perhaps of one.
    case agents(only: AgentID?)
    /// `/frameworks`, perhaps of one.
    case frameworks(only: FrameworkID?)
    /// `/tasks`.
    case tasks(TaskQuery)
    /// `/roles`.
    case roles
    /// An operator's `GET_STATE` or one of its parts.
    case answer(StateAnswer, WireFormat)

    /// How it is made.
    func plan(_ state: MasterState, _ filter: ViewFilter, _ surroundings: StateJSON.Surroundings) -> RenderPlan {
        let json = StateJSON(state: state, filter: filter, surroundings: surroundings)
        return switch self {
        case .state: json.document()
        case .summary: json.summary()
        case .agents(let id): json.agents(only: id)
        case .frameworks(let id): json.frameworks(only: id)
        case .tasks(let query): json.tasks(query)
        case .roles: json.roles()
        case .answer(let answer, let format): StateAnswers(state: state, filter: filter, format: format).plan(answer)
        }
    }
}

/// Which tasks `/tasks` shows.
struct TaskQuery: Hashable, Sendable {
    var limit = 100
    var offset = 0
    var isAscending = false
    var framework: FrameworkID?
    var task: TaskID?
}
