public import ClusterBase
public import KubeModel

extension PodSync {
    /// The pod's status as it should be recorded (`status`), conditions of others included.
    public mutating func status(now: UnixTime) -> KubeObject { KubeObject() }

    /// What must change in the recorded status, as a strategic merge patch of `pods/status` guarded by the uid; nil
    /// when the API has all of it (as far as `view` tells).
    public mutating func statusPatch(now: UnixTime) -> JSONValue? { nil }

    /// The containers that ended and whose last words have not been reported.
    public var wantedWords: [WantedWords] { [] }
}

/// The last words of a container, as they are to be read (spec `kubernetes/04` §4.9).
public struct WantedWords: Hashable, Sendable {
    /// The most bytes that count of a container's file.
    public static let longestFile = 4096
    /// The most bytes that count of the end of its log.
    public static let longestLog = 2048
    /// The most lines of its log.
    public static let mostLogLines = 80

    /// The container's specification.
    public var container: ContainerView
    /// The runtime's id.
    public var id: String
    /// How many runs it had before.
    public var attempt: Int
    /// Whether the end of the log counts when the file is empty.
    public var fallsBackToLog: Bool
}
