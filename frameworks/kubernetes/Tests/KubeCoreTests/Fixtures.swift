import ClusterBase
import KubeCore
import KubeModel
import Testing

/// Reads an object from JSON text.
func object(_ json: String, _ location: SourceLocation = #_sourceLocation) -> KubeObject {
    guard let tree = try? JSONValue(parsing: json), let object = KubeObject(tree) else {
        Issue.record("no JSON object: \(json)", sourceLocation: location)
        return KubeObject()
    }
    return object
}

/// Reads any JSON text.
func json(_ text: String) -> JSONValue { (try? JSONValue(parsing: text)) ?? .null }

extension ResourceKind {
    static let configMaps = ResourceKind(.v1, "ConfigMap", plural: "configmaps")
}

extension Controller {
    /// Tells of objects that were there at the beginning.
    mutating func know(_ objects: [(ResourceKind, KubeObject)]) -> [Trigger<Key>] {
        objects.flatMap { observe(.added($0.1), of: $0.0) } + synchronised()
    }

    /// The first step of the work on a key.
    mutating func plan(_ key: Key, at seconds: Int64 = 1_000) -> Plan<Key> {
        plan(key, after: nil, now: UnixTime(seconds: seconds))
    }

    /// The next step, given the answers to the intents of the last plan.
    mutating func resume(_ key: Key, _ last: Plan<Key>, _ answers: [Outcome.Answer]) -> Plan<Key> {
        guard case .resume(let stage) = last.next else {
            Issue.record("the plan does not ask to be resumed: \(last)")
            return .nothing
        }
        let outcomes = zip(last.intents, answers).map { Outcome($0, $1) }
        return plan(key, after: Progress(stage: stage, outcomes), now: UnixTime(seconds: 1_000))
    }
}

/// A seconds-based clock for queues and elections.
func at(_ seconds: Double) -> Instant { Instant(seconds: seconds) }
