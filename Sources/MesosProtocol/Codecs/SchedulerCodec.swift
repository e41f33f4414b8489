public import ClusterBase
public import ClusterModel

/// A call of a scheduler as it came in.
public struct SchedulerRequest: Hashable, Sendable {
    /// The framework that calls; nil for the first SUBSCRIBE only.
    public var frameworkID: FrameworkID?
    /// The call.
    public var call: SchedulerCall
    /// What is wrong with the `FrameworkInfo` of SUBSCRIBE or UPDATE_FRAMEWORK in ways that the model cannot hold.
    ///
    /// That is `role` used against MULTI_ROLE, or a timeout out of range. SUBSCRIBE answers it with an ERROR event,
    /// UPDATE_FRAMEWORK with 400.
    public var frameworkInfoProblem: String?

    /// Makes a request.
    public init(frameworkID: FrameworkID?, call: SchedulerCall, frameworkInfoProblem: String? = nil) {
        (self.frameworkID, self.call, self.frameworkInfoProblem) = (frameworkID, call, frameworkInfoProblem)
    }
}

/// The v1 scheduler API: calls and events in both formats, for the master's side and the framework's side.
public enum SchedulerCodec {
    /// The largest body of a call that a master should accept, in bytes.
    public static let maximumCallBytes = 32 << 20

    static let callMessage = MessageDescriptor.named("mesos.v1.scheduler.Call")
    static let eventMessage = MessageDescriptor.named("mesos.v1.scheduler.Event")

    /// How messages are written for a framework, by its capabilities (spec `mesos/01` §1.7).
    public static func style(for capabilities: FrameworkCapabilities) -> WireStyle {
        WireStyle(
            usesReservationStack: capabilities.contains(.reservationRefinement),
            showsAllocation: capabilities.contains(.multiRole))
    }

    /// Reads a call.
    ///
    /// Throws the answer that spec `mesos/01` §1.1 rows 7 and 9 and §1.2 ask for; the authenticated principal is not
    /// looked at here.
    public static func decodeCall(_ body: [UInt8], as format: WireFormat) throws(CallRejection) -> SchedulerRequest {
        let parts = try CallRejection.translating(format, call: "scheduler::Call") { () throws(WireError) in
            var reader = WireReader(try format.wireBytes(body, of: callMessage))
            return try SchedulerCallParts(from: &reader)
        }
        return try parts.validated()
    }

    /// Writes an event for a framework with the given capabilities.
    public static func encodeEvent(
        _ event: SchedulerEvent, as format: WireFormat, for capabilities: FrameworkCapabilities
    ) -> [UInt8] {
        var writer = WireWriter(style: style(for: capabilities))
        event.write(to: &writer)
        return format.rendered(writer.bytes, as: eventMessage)
    }

    /// Writes a call, for the framework's side.
    public static func encodeCall(_ call: SchedulerCall, frameworkID: FrameworkID?, as format: WireFormat) -> [UInt8] {
        var writer = WireWriter()
        writer.id(Wire.Scheduler.Call.frameworkID, ifPresent: frameworkID)
        call.write(to: &writer)
        return format.rendered(writer.bytes, as: callMessage)
    }

    /// Reads an event, for the framework's side; nil for events that the model does not know.
    ///
    /// Bad resources are an error.
    public static func decodeEvent(_ bytes: [UInt8], as format: WireFormat) throws(WireError) -> SchedulerEvent? {
        var reader = WireReader(try format.wireBytes(bytes, of: eventMessage))
        let event = try SchedulerEvent.read(from: &reader)
        try reader.refuseBadResources()
        return event
    }
}

/// The types of calls; raw values are the wire numbers.
enum SchedulerCallType: Int {
    case subscribe = 1, teardown, accept, decline, revive, kill, shutdown, acknowledge, reconcile, message, request
    case suppress, acceptInverseOffers, declineInverseOffers, acknowledgeOperationStatus, reconcileOperations
    case updateFramework

    /// The field with the call's payload and its name; nil for calls that need none.
    var payload: (field: Int, name: String)? {
        switch self {
        case .subscribe: (Wire.Scheduler.Call.subscribe, "subscribe")
        case .teardown, .revive, .suppress: nil
        case .accept: (Wire.Scheduler.Call.accept, "accept")
        case .decline: (Wire.Scheduler.Call.decline, "decline")
        case .kill: (Wire.Scheduler.Call.kill, "kill")
        case .shutdown: (Wire.Scheduler.Call.shutdown, "shutdown")
        case .acknowledge: (Wire.Scheduler.Call.acknowledge, "acknowledge")
        case .reconcile: (Wire.Scheduler.Call.reconcile, "reconcile")
        case .message: (Wire.Scheduler.Call.message, "message")
        case .request: (Wire.Scheduler.Call.request, "request")
        case .acceptInverseOffers: (Wire.Scheduler.Call.acceptInverseOffers, "accept_inverse_offers")
        case .declineInverseOffers: (Wire.Scheduler.Call.declineInverseOffers, "decline_inverse_offers")
        case .acknowledgeOperationStatus:
            (Wire.Scheduler.Call.acknowledgeOperationStatus, "acknowledge_operation_status")
        case .reconcileOperations: (Wire.Scheduler.Call.reconcileOperations, "reconcile_operations")
        case .updateFramework: (Wire.Scheduler.Call.updateFramework, "update_framework")
        }
    }
}

/// What a `scheduler.Call` holds before it is known to make sense: a payload for each field that was there.
struct SchedulerCallParts {
    private var frameworkID: FrameworkID?
    private var type: Int?
    private var payloads: [Int: SchedulerCall] = [:]
    private var infoProblem: String?

    init(from reader: inout WireReader) throws(WireError) {
        while let field = try reader.next() {
            switch field {
            case Wire.Scheduler.Call.frameworkID:
                let id: FrameworkID = try reader.id()
                frameworkID = id.value.isEmpty ? nil : id
            case Wire.Scheduler.Call.type: type = try reader.int()
            case Wire.Scheduler.Call.subscribe:
                let subscription = try SchedulerCall.readSubscription(&reader)
                payloads[field] = .subscribe(
                    subscription.info, suppressedRoles: subscription.roles, constraints: subscription.constraints)
                infoProblem = subscription.problem
            case Wire.Scheduler.Call.updateFramework:
                let subscription = try SchedulerCall.readSubscription(&reader)
                payloads[field] = .updateFramework(
                    subscription.info, suppressedRoles: subscription.roles, constraints: subscription.constraints)
                infoProblem = subscription.problem
            default:
                if let call = try SchedulerCall.readPayload(field, &reader) { payloads[field] = call }
            }
        }
    }

    /// The request, if the call is valid (spec `mesos/01` §1.2).
    func validated() throws(CallRejection) -> SchedulerRequest {
        func invalid(_ problem: String) -> CallRejection {
            CallRejection(status: 400, message: "Failed to validate scheduler::Call: \(problem)")
        }
        guard let type else { throw invalid("Expecting 'type' to be present") }
        guard let callType = SchedulerCallType(rawValue: type) else {
            guard frameworkID != nil else { throw invalid("Expecting 'framework_id' to be present") }
            throw CallRejection(status: 501, message: "Calls of type UNKNOWN are not implemented")
        }
        if callType != .subscribe, frameworkID == nil { throw invalid("Expecting 'framework_id' to be present") }
        let call: SchedulerCall
        if let (field, name) = callType.payload {
            guard let payload = payloads[field] else { throw invalid("Expecting '\(name)' to be present") }
            call = payload
        } else {
            call =
                switch callType {
                case .revive: payloads[Wire.Scheduler.Call.revive] ?? .revive(roles: [])
                case .suppress: payloads[Wire.Scheduler.Call.suppress] ?? .suppress(roles: [])
                default: .teardown
                }
        }
        switch call {
        case .subscribe(let info, _, _):
            guard info.id == frameworkID else {
                throw invalid("'framework_id' differs from 'subscribe.framework_info.id'")
            }
        case .updateFramework(let info, _, _):
            guard info.id == frameworkID else {
                throw invalid("'framework_id' differs from 'update_framework.framework_info.id'")
            }
        case .acknowledgeOperationStatus(nil, _, _): throw invalid("Expecting 'agent_id' to be present")
        default: break
        }
        return SchedulerRequest(frameworkID: frameworkID, call: call, frameworkInfoProblem: infoProblem)
    }
}
