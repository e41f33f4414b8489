public import ClusterPorts

/// How the leading master is found.
public enum MasterSource: Sendable, CustomStringConvertible {
    /// By a location, as `--master` gives it.
    case location(MasterLocation)
    /// By a detector, as `roost local` has one.
    case detector(any LeaderDetector)

    /// The location without passwords, or `detected`.
    public var description: String {
        switch self {
        case .location(let location): location.description
        case .detector: "detected"
        }
    }
}
