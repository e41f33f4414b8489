public import ClusterBase
public import KubeModel

/// Turns notes into writes of `Event` objects: repetitions are counted on one object, floods of similar notes are
/// combined, and what one object's troubles would write beyond a modest rate is dropped.
///
/// Numbers and rules: client-go `tools/record/events_cache.go` (spec `kubernetes/03` §3.8).
public struct EventCorrelator: Sendable {
    /// What to write for a note.
    public struct Write: Hashable, Sendable {
        /// The event as it stands now; to be created when `patch` is nil, or when the object is gone.
        public var event: KubeObject
        /// What to merge into the event of that name, which was written before.
        public var patch: JSONValue?
    }

    private struct Subject: Hashable {
        var kind, apiVersion, namespace, name, uid: String
    }
    private struct Similar: Hashable {
        var subject: Subject
        var severity: EventNote.Severity
        var reason: String
    }
    private struct Same: Hashable {
        var similar: Similar
        var fieldPath: String
        /// Nil for the event that similar ones were combined in.
        var message: String?
    }
    private struct Messages {
        var distinct: Set<String>
        var last: UnixTime
    }
    private struct Written {
        var name: String
        var first: String
        var count: Int64
    }

    private static let memory = 4_096
    private static let distinctMessages = 10
    private static let similarInterval: Int64 = 600
    private static let burst = 25.0
    private static let perSecond = 1.0 / 300

    private let component: String
    private let host: String
    private var messages = RecentCache<Similar, Messages>(capacity: memory)
    private var written = RecentCache<Same, Written>(capacity: memory)
    private var buckets = RecentCache<Subject, TokenBucket>(capacity: memory)
    private var lastStamp: Int64 = 0

    /// Makes a correlator for the events of a component.
    public init(component: String, host: String = "") { (self.component, self.host) = (component, host) }

    /// What to write for a note; nil when there were too many about the object.
    public mutating func record(_ note: EventNote, now: UnixTime) -> Write? {
        let subject = Subject(
            kind: note.regarding.kind, apiVersion: note.regarding.apiVersion,
            namespace: note.regarding.text("namespace"), name: note.regarding.text("name"),
            uid: note.regarding.text("uid"))
        let similar = Similar(subject: subject, severity: note.severity, reason: note.reason)
        let isFlood = countMessage(note.message, of: similar, now: now)
        let message = Self.cut(isFlood ? "(combined from similar events): " + note.message : note.message)
        let same = Same(
            similar: similar, fieldPath: note.regarding.text("fieldPath"), message: isFlood ? nil : note.message)
        let time = KubeTime.text(now)
        let before = written[same]
        let entry = Written(
            name: before?.name ?? name(of: subject, now: now), first: before?.first ?? time,
            count: (before?.count ?? 0) + 1)
        written[same] = entry
        guard allows(subject, now: now) else { return nil }
        let event = event(note, entry, message: message, time: time)
        guard before != nil else { return Write(event: event) }
        return Write(
            event: event,
            patch: [
                "count": .integer(entry.count), "lastTimestamp": .string(time),
                "message": .string(message),
            ])
    }

    /// Counts the distinct messages of similar notes; true when there were so many that they are to be combined.
    private mutating func countMessage(_ message: String, of similar: Similar, now: UnixTime) -> Bool {
        var known = messages[similar] ?? Messages(distinct: [], last: now)
        if now.seconds - known.last.seconds > Self.similarInterval { known.distinct = [] }
        known.last = now
        let isNew = !known.distinct.contains(message)
        let isFlood = known.distinct.count + (isNew ? 1 : 0) >= Self.distinctMessages
        if isNew, !isFlood { known.distinct.insert(message) }
        messages[similar] = known
        return isFlood
    }

    private mutating func allows(_ subject: Subject, now: UnixTime) -> Bool {
        var bucket = buckets[subject] ?? TokenBucket(perSecond: Self.perSecond, burst: Self.burst)
        defer { buckets[subject] = bucket }
        return bucket.take(at: Instant(nanoseconds: now.microseconds * 1_000))
    }

    /// The object's name and the time in sixteen hexadecimal digits, never twice the same.
    private mutating func name(of subject: Subject, now: UnixTime) -> String {
        lastStamp = max(lastStamp + 1, now.microseconds * 1_000)
        return subject.name + "." + String(lastStamp, radix: 16)
    }

    private func event(_ note: EventNote, _ entry: Written, message: String, time: String) -> KubeObject {
        var event = KubeObject(["apiVersion": "v1", "kind": "Event"])
        let namespace = note.regarding.text("namespace")
        (event.name, event.namespace) = (entry.name, namespace.isEmpty ? "default" : namespace)
        event["involvedObject"] = note.regarding.value
        event["reason"] = .string(note.reason)
        event["message"] = .string(message)
        var source: JSONObject = ["component": .string(component)]
        if !host.isEmpty { source["host"] = .string(host) }
        event["source"] = .object(source)
        event["firstTimestamp"] = .string(entry.first)
        event["lastTimestamp"] = .string(time)
        event["count"] = .integer(entry.count)
        event["type"] = .string(note.severity.rawValue)
        return event
    }

    /// A message within the 1,024 bytes that fit, cut between characters.
    private static func cut(_ message: String) -> String {
        guard message.utf8.count > 1_024 else { return message }
        var size = 0
        return String(
            message.prefix { character in
                size += character.utf8.count
                return size <= 1_021
            }) + "..."
    }
}
