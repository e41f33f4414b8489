internal import ClusterBase
internal import ClusterModel

/// Everything that is counted for each framework; `table` gives the names.
enum FrameworkCounter: Int, CaseIterable, Sendable {
    case callSubscribe, callTeardown, callAccept, callDecline, callAcceptInverseOffers, callDeclineInverseOffers
    case callRevive, callKill, callShutdown, callAcknowledge, callAcknowledgeOperationStatus, callReconcile
    case callReconcileOperations, callMessage, callRequest, callSuppress, callUpdateFramework
    case eventSubscribed, eventOffers, eventInverseOffers, eventRescind, eventRescindInverseOffer, eventUpdate
    case eventUpdateOperationStatus, eventMessage, eventFailure, eventError, eventHeartbeat
    case launch, launchGroup, reserve, unreserve, create, destroy, growVolume, shrinkVolume, createDisk, destroyDisk
    case offersSent, offersAccepted, offersDeclined, offersRescinded
    case taskFinished, taskFailed, taskKilled, taskError, taskLost, taskDropped, taskGone, taskGoneByOperator

    /// Upstream's names, below `master/frameworks/<name>/<id>/` (spec `mesos/10`).
    static let table: [(counter: FrameworkCounter, name: String)] = [
        (.callSubscribe, "calls/subscribe"), (.callTeardown, "calls/teardown"), (.callAccept, "calls/accept"),
        (.callDecline, "calls/decline"), (.callAcceptInverseOffers, "calls/accept_inverse_offers"),
        (.callDeclineInverseOffers, "calls/decline_inverse_offers"), (.callRevive, "calls/revive"),
        (.callKill, "calls/kill"), (.callShutdown, "calls/shutdown"), (.callAcknowledge, "calls/acknowledge"),
        (.callAcknowledgeOperationStatus, "calls/acknowledge_operation_status"), (.callReconcile, "calls/reconcile"),
        (.callReconcileOperations, "calls/reconcile_operations"), (.callMessage, "calls/message"),
        (.callRequest, "calls/request"), (.callSuppress, "calls/suppress"),
        (.callUpdateFramework, "calls/update_framework"), (.eventSubscribed, "events/subscribed"),
        (.eventOffers, "events/offers"), (.eventInverseOffers, "events/inverse_offers"),
        (.eventRescind, "events/rescind"), (.eventRescindInverseOffer, "events/rescind_inverse_offer"),
        (.eventUpdate, "events/update"), (.eventUpdateOperationStatus, "events/update_operation_status"),
        (.eventMessage, "events/message"), (.eventFailure, "events/failure"), (.eventError, "events/error"),
        (.eventHeartbeat, "events/heartbeat"), (.launch, "operations/launch"),
        (.launchGroup, "operations/launch_group"), (.reserve, "operations/reserve"),
        (.unreserve, "operations/unreserve"), (.create, "operations/create"), (.destroy, "operations/destroy"),
        (.growVolume, "operations/grow_volume"), (.shrinkVolume, "operations/shrink_volume"),
        (.createDisk, "operations/create_disk"), (.destroyDisk, "operations/destroy_disk"),
        (.offersSent, "offers/sent"), (.offersAccepted, "offers/accepted"), (.offersDeclined, "offers/declined"),
        (.offersRescinded, "offers/rescinded"), (.taskFinished, "tasks/terminal/task_finished"),
        (.taskFailed, "tasks/terminal/task_failed"), (.taskKilled, "tasks/terminal/task_killed"),
        (.taskError, "tasks/terminal/task_error"), (.taskLost, "tasks/terminal/task_lost"),
        (.taskDropped, "tasks/terminal/task_dropped"), (.taskGone, "tasks/terminal/task_gone"),
        (.taskGoneByOperator, "tasks/terminal/task_gone_by_operator"),
    ]

    /// What is counted together too, under the name alone.
    static let sums: [(name: String, first: FrameworkCounter, last: FrameworkCounter)] = [
        ("calls", .callSubscribe, .callUpdateFramework), ("events", .eventSubscribed, .eventHeartbeat),
        ("operations", .launch, .destroyDisk),
    ]

    init(_ call: SchedulerCall) {
        self =
            switch call {
            case .subscribe: .callSubscribe
            case .teardown: .callTeardown
            case .accept: .callAccept
            case .decline: .callDecline
            case .acceptInverseOffers: .callAcceptInverseOffers
            case .declineInverseOffers: .callDeclineInverseOffers
            case .revive: .callRevive
            case .suppress: .callSuppress
            case .kill: .callKill
            case .shutdown: .callShutdown
            case .acknowledge: .callAcknowledge
            case .acknowledgeOperationStatus: .callAcknowledgeOperationStatus
            case .reconcile: .callReconcile
            case .reconcileOperations: .callReconcileOperations
            case .message: .callMessage
            case .request: .callRequest
            case .updateFramework: .callUpdateFramework
            }
    }

    init(_ event: SchedulerEvent) {
        self =
            switch event {
            case .subscribed: .eventSubscribed
            case .heartbeat: .eventHeartbeat
            case .offers: .eventOffers
            case .rescind: .eventRescind
            case .inverseOffers: .eventInverseOffers
            case .rescindInverseOffer: .eventRescindInverseOffer
            case .update: .eventUpdate
            case .updateOperationStatus: .eventUpdateOperationStatus
            case .message: .eventMessage
            case .failure: .eventFailure
            case .error: .eventError
            }
    }

    /// Nil for operations that are not known.
    init?(_ operation: OfferOperation) {
        switch operation.action {
        case .launch: self = .launch
        case .launchGroup: self = .launchGroup
        case .reserve: self = .reserve
        case .unreserve: self = .unreserve
        case .create: self = .create
        case .destroy: self = .destroy
        case .growVolume: self = .growVolume
        case .shrinkVolume: self = .shrinkVolume
        case .createDisk: self = .createDisk
        case .destroyDisk: self = .destroyDisk
        case .unsupported: return nil
        }
    }

    /// Nil for states that are no end.
    init?(ended state: TaskState) {
        switch state {
        case .finished: self = .taskFinished
        case .failed: self = .taskFailed
        case .killed: self = .taskKilled
        case .error: self = .taskError
        case .lost: self = .taskLost
        case .dropped: self = .taskDropped
        case .gone: self = .taskGone
        case .goneByOperator: self = .taskGoneByOperator
        case .staging, .starting, .running, .killing, .unreachable, .unknown: return nil
        }
    }
}

/// Counts of one framework since this master knows it; they go with it.
///
/// Counting adds to a number in a fixed array: nothing is looked up or named before somebody reads.
struct FrameworkMetrics: Sendable {
    private var counts = [UInt64](repeating: 0, count: FrameworkCounter.allCases.count)

    mutating func count(_ counter: FrameworkCounter, by change: Int = 1) {
        counts[counter.rawValue] &+= UInt64(change)
    }

    /// How many calls there were.
    var calls: UInt64 { sum(.callSubscribe, .callUpdateFramework) }

    /// By name, below the framework's prefix.
    var rows: [(name: String, value: Double)] {
        FrameworkCounter.sums.map { ($0.name, Double(sum($0.first, $0.last))) }
            + FrameworkCounter.table.map { ($0.name, Double(counts[$0.counter.rawValue])) }
    }

    private func sum(_ first: FrameworkCounter, _ last: FrameworkCounter) -> UInt64 {
        counts[first.rawValue...last.rawValue].reduce(0, &+)
    }

    /// A framework's name as one component of a metric's name: percent-encoded as upstream does it.
    static func encoded(_ name: String) -> String {
        let special = Set("$&+,/:;=?@ \"<>#%{}|\\^~[]`".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if byte < 0x20 || byte > 0x7f || special.contains(byte) {
                bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension MasterCore {
    /// Counts something of a framework; nothing for one that is not known.
    mutating func count(_ counter: FrameworkCounter, of id: FrameworkID, by change: Int = 1) {
        frameworks.update(id) { $0.counts.count(counter, by: change) }
    }

    /// Goes on counting the calls of a framework that was removed while its principal has others.
    mutating func keepCalls(of framework: Framework) {
        guard let principal = framework.info.principal else { return }
        var isUsed = false
        frameworks.forEach { if $0.info.principal == principal { isUsed = true } }
        departedCalls[principal] = isUsed ? departedCalls[principal, default: 0] &+ framework.counts.calls : nil
    }
}

extension MetricsView {
    /// What each framework that is not completed does, by upstream's names; empty unless published.
    ///
    /// `roles/<role>/offer_filters` are ours. Linear in frameworks and tasks.
    var frameworkRows: [(name: String, value: Double)] {
        guard let filters else { return [] }
        var refused: [FrameworkID: [String: Int]] = [:]
        for entry in filters { refused[entry.framework, default: [:]][entry.role] = entry.agents }
        var rows: [(name: String, value: Double)] = []
        state.frameworkTable.forEach { framework in
            let prefix = "master/frameworks/\(FrameworkMetrics.encoded(framework.info.name))/\(framework.id)/"
            for row in framework.counts.rows { rows.append((prefix + row.name, row.value)) }
            rows.append((prefix + "subscribed", framework.isConnected ? 1 : 0))
            var tasks = [Int](repeating: 0, count: TaskState.allCases.count)
            framework.tasks.forEach { tasks[$0.state.rawValue] += 1 }
            framework.unreachableTasks.forEach { tasks[$0.state.rawValue] += 1 }
            for state in TaskState.allCases where !state.isTerminal {
                rows.append((prefix + "tasks/active/" + state.wireName.lowercased(), Double(tasks[state.rawValue])))
            }
            for role in framework.info.roles {
                let isSuppressed = framework.suppressedRoles.contains(role)
                rows.append((prefix + "roles/\(role)/suppressed", isSuppressed ? 1 : 0))
                rows.append((prefix + "roles/\(role)/offer_filters", Double(refused[framework.id]?[role] ?? 0)))
            }
        }
        return rows
    }

    /// How many calls of each principal's frameworks were done, by principal; of principals with frameworks only.
    public var processedCalls: [String: UInt64] {
        var calls: [String: UInt64] = [:]
        state.frameworkTable.forEach { framework in
            guard let principal = framework.info.principal else { return }
            calls[principal, default: departedCalls[principal] ?? 0] += framework.counts.calls
        }
        return calls
    }
}
