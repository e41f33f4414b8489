internal import ClusterBase
internal import KubeModel

/// The table of events.
enum EventColumns {
    static let all: [ColumnRow] = [
        ColumnRow("Last Seen", "When it was last seen.") { .string(lastSeen($0, $1)) },
        .text("Type", "Normal or Warning.") { $0.text("type") },
        .text("Reason", "What happened, in a word.") { $0.text("reason") },
        .text("Object", "The object it happened to.", subject),
        .text("Subobject", priority: 1, "The part of the object it happened to.") {
            $0.text("involvedObject", "fieldPath")
        },
        .text("Source", priority: 1, "Who reported it.", source),
        .text("Message", "What happened.") { $0.text("message").trimmed },
        ColumnRow("First Seen", priority: 1, "When it was first seen.") { .string(firstSeen($0, $1)) },
        ColumnRow("Count", priority: 1, "How often it was seen.") { event, _ in .integer(count(event)) },
        ColumnRow("Name", format: "name", priority: 1, "Name of the object within its namespace.") { event, _ in
            .string(event.name)
        },
    ]

    private static func firstSeen(_ event: KubeObject, _ now: UnixTime) -> String {
        let first = event.text("firstTimestamp")
        return KubeTime.age(of: first.isEmpty ? event.text("eventTime") : first, at: now)
    }

    private static func lastSeen(_ event: KubeObject, _ now: UnixTime) -> String {
        if event["series"] != nil { return KubeTime.age(of: event.text("series", "lastObservedTime"), at: now) }
        let last = event.text("lastTimestamp")
        return last.isEmpty ? firstSeen(event, now) : KubeTime.age(of: last, at: now)
    }

    private static func count(_ event: KubeObject) -> Int64 {
        if event["series"] != nil { return event.integer("series", "count") ?? 0 }
        let count = event.integer("count") ?? 0
        return count == 0 ? 1 : count
    }

    private static func subject(_ event: KubeObject) -> String {
        let (kind, name) = (event.text("involvedObject", "kind").lowercased(), event.text("involvedObject", "name"))
        return name.isEmpty ? kind : kind + "/" + name
    }

    private static func source(_ event: KubeObject) -> String {
        let (component, host) = (event.text("source", "component"), event.text("source", "host"))
        return host.isEmpty ? component : component + ", " + host
    }
}
