internal import ClusterBase
public import KubeModel

extension KubeObject {
    /// The condition of a type (`status.conditions[]`), or nil.
    public func condition(_ type: String) -> KubeObject? {
        list("status", "conditions").first { $0["type"]?.string == type }.flatMap { KubeObject($0) }
    }

    /// `status` of the condition of a type; empty when there is none.
    public func conditionStatus(_ type: String) -> String { condition(type)?.text("status") ?? "" }

    /// The time of a member; nil when absent or malformed.
    public func time(_ member: String) -> UnixTime? { KubeTime.parse(text(member)) }

    /// When it was made; nil when it does not say.
    public var created: UnixTime? { KubeTime.parse(creationTimestamp) }
}

extension UnixTime {
    /// A time later by whole seconds.
    public func adding(seconds: Int64) -> UnixTime { UnixTime(microseconds: microseconds + seconds * 1_000_000) }

    /// How long it is until another time; zero when that is past.
    public func duration(until other: UnixTime) -> Duration { .microseconds(max(0, other.microseconds - microseconds)) }
}
