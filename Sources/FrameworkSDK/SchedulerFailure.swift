/// Why a framework cannot go on: trying again would end the same way.
public enum SchedulerFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another scheduler subscribed with the same framework id.
    case failedOver
    /// The framework was torn down, or its failover timeout passed; the words of the master.
    case removed(String)
    /// The master refuses the subscription for what it says; the words of the master.
    case refused(String)
    /// The credential is missing or wrong, or the principal may not do this; status and words of the master.
    case unauthorized(status: Int, message: String)

    /// The failure in one sentence.
    public var description: String {
        switch self {
        case .failedOver: "Another scheduler has taken over this framework"
        case .removed(let message): "The framework was removed: \(message)"
        case .refused(let message): "The master refuses the framework: \(message)"
        case .unauthorized(let status, let message): "The master does not let the framework in (\(status)): \(message)"
        }
    }

    /// Reads the message of an ERROR event.
    ///
    /// Source: spec `mesos/01` §1.3.
    public init(errorEvent message: String) {
        switch message {
        case "Framework failed over": self = .failedOver
        case "Framework has been removed": self = .removed(message)
        default: self = .refused(message)
        }
    }
}
