internal import AllocatorCore
internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Everything the core counts; `table` gives the names.
enum Counter: Int, CaseIterable, Sendable {
    case subscribes, resubscribes, teardowns, accepts, declines, revives, suppresses, kills, acknowledgements
    case operationAcknowledgements, requests, reconciliations, operationReconciliations, frameworkMessages
    case executorMessages, registrations, reregistrations, unregistrations, statusUpdates, exitedExecutors, agentUpdates
    case droppedMessages, validFrameworkMessages, invalidFrameworkMessages, validExecutorMessages
    case invalidExecutorMessages, validUpdates, invalidUpdates, validAcknowledgements, invalidAcknowledgements
    case operationUpdates, validOperationUpdates, invalidOperationUpdates, validOperationAcknowledgements
    case invalidOperationAcknowledgements
    case agentsRegistered, agentsReregistered, agentsRemoved, removedUnhealthy, removedUnregistered, removedRegistered
    case recoveryRemovals, unreachableScheduled, unreachableCompleted, unreachableCanceled
    case offersTimedOut
    case tasksFinished, tasksFailed, tasksKilled, tasksLost, tasksError, tasksDropped, tasksGone, tasksGoneByOperator

    /// Upstream's names, without `master/` (spec `mesos/10`).
    static let table: [(counter: Counter, name: String)] = [
        (.subscribes, "messages_register_framework"), (.resubscribes, "messages_reregister_framework"),
        (.teardowns, "messages_unregister_framework"), (.accepts, "messages_launch_tasks"),
        (.declines, "messages_decline_offers"), (.revives, "messages_revive_offers"),
        (.suppresses, "messages_suppress_offers"), (.kills, "messages_kill_task"),
        (.acknowledgements, "messages_status_update_acknowledgement"),
        (.operationAcknowledgements, "messages_operation_status_update_acknowledgement"),
        (.requests, "messages_resource_request"), (.reconciliations, "messages_reconcile_tasks"),
        (.operationReconciliations, "messages_reconcile_operations"),
        (.frameworkMessages, "messages_framework_to_executor"), (.executorMessages, "messages_executor_to_framework"),
        (.registrations, "messages_register_slave"), (.reregistrations, "messages_reregister_slave"),
        (.unregistrations, "messages_unregister_slave"), (.statusUpdates, "messages_status_update"),
        (.exitedExecutors, "messages_exited_executor"), (.agentUpdates, "messages_update_slave"),
        (.droppedMessages, "dropped_messages"), (.validFrameworkMessages, "valid_framework_to_executor_messages"),
        (.invalidFrameworkMessages, "invalid_framework_to_executor_messages"),
        (.validExecutorMessages, "valid_executor_to_framework_messages"),
        (.invalidExecutorMessages, "invalid_executor_to_framework_messages"),
        (.validUpdates, "valid_status_updates"), (.invalidUpdates, "invalid_status_updates"),
        (.validAcknowledgements, "valid_status_update_acknowledgements"),
        (.invalidAcknowledgements, "invalid_status_update_acknowledgements"),
        (.agentsRegistered, "slave_registrations"), (.agentsReregistered, "slave_reregistrations"),
        (.agentsRemoved, "slave_removals"), (.removedUnhealthy, "slave_removals/reason_unhealthy"),
        (.removedUnregistered, "slave_removals/reason_unregistered"),
        (.removedRegistered, "slave_removals/reason_registered"), (.recoveryRemovals, "recovery_slave_removals"),
        (.unreachableScheduled, "slave_unreachable_scheduled"), (.unreachableCompleted, "slave_unreachable_completed"),
        (.unreachableCanceled, "slave_unreachable_canceled"),
        (.operationUpdates, "messages_operation_status_update"),
        (.validOperationUpdates, "valid_operation_status_updates"),
        (.invalidOperationUpdates, "invalid_operation_status_updates"),
        (.validOperationAcknowledgements, "valid_operation_status_update_acknowledgements"),
        (.invalidOperationAcknowledgements, "invalid_operation_status_update_acknowledgements"),
        (.offersTimedOut, "offers_timed_out"), (.tasksFinished, "tasks_finished"), (.tasksFailed, "tasks_failed"),
        (.tasksKilled, "tasks_killed"),
        (.tasksLost, "tasks_lost"), (.tasksError, "tasks_error"), (.tasksDropped, "tasks_dropped"),
        (.tasksGone, "tasks_gone"), (.tasksGoneByOperator, "tasks_gone_by_operator"),
    ]

    /// The counter of tasks that ended in a state; nil for states that are no end.
    static func ended(_ state: TaskState) -> Counter? {
        switch state {
        case .finished: .tasksFinished
        case .failed: .tasksFailed
        case .killed: .tasksKilled
        case .lost: .tasksLost
        case .error: .tasksError
        case .dropped: .tasksDropped
        case .gone: .tasksGone
        case .goneByOperator: .tasksGoneByOperator
        case .staging, .starting, .running, .killing, .unreachable, .unknown: nil
        }
    }
}

/// Why a task ended, for the metrics made on first use.
struct EndCause: Hashable, Sendable {
    let state: TaskState
    let source: StatusSource
    let reason: StatusReason

    /// `task_lost/source_slave/reason_slave_removed`: wire names in small letters, agents by their old name.
    var name: String {
        let sourceName =
            switch source {
            case .master: "source_master"
            case .agent: "source_slave"
            case .executor: "source_executor"
            }
        return "\(state.wireName.lowercased())/\(sourceName)/reason_" + EndCause.reasonName(reason)
    }

    /// A reason's name in v0 form: the case name in small letters and underscores, `agent` as `slave`.
    static func reasonName(_ reason: StatusReason) -> String {
        if reason == .invalidFrameworkID { return "invalid_frameworkid" }
        if reason == .ioSwitchboardExited { return "io_switchboard_exited" }
        var name = ""
        for character in "\(reason)" {
            if character.isUppercase { name.append("_") }
            name += character.lowercased()
        }
        return name.split(separator: "_").map { $0 == "agent" ? "slave" : String($0) }.joined(separator: "_")
    }
}

/// Counts since the start.
struct MasterMetrics: Sendable {
    private var counts = [UInt64](repeating: 0, count: Counter.allCases.count)
    private var causes: [EndCause: UInt64] = [:]

    mutating func count(_ counter: Counter) { counts[counter.rawValue] += 1 }
    func value(_ counter: Counter) -> UInt64 { counts[counter.rawValue] }

    /// Counts the end of a task with its cause, if there is one.
    mutating func countEnd(_ status: TaskStatus) {
        if let counter = Counter.ended(status.state) { count(counter) }
        guard status.state.isTerminal, let source = status.source, let reason = status.reason else { return }
        causes[EndCause(state: status.state, source: source, reason: reason), default: 0] += 1
    }

    var rows: [(name: String, value: Double)] {
        Counter.table.map { ("master/" + $0.name, Double(value($0.counter))) }
            + causes.map { ("master/" + $0.key.name, Double($0.value)) }
    }
}
