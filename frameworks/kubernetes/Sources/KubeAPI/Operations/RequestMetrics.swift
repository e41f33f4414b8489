internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeRegistry
internal import NIOConcurrencyHelpers
internal import NIOCore

/// Counts what was asked and how it went, in the names of upstream's `apiserver_…` metrics.
final class RequestMetrics: Sendable {
    /// Which requests are counted together; resources that are not served share one row, so that clients cannot make
    /// rows.
    struct Key: Hashable {
        var verb: RequestInfo.Verb
        var kind: ObjectIdentifier?
        var subresource: String
    }

    fileprivate struct Row {
        var group = ""
        var version = ""
        var resource = ""
        var counts: [Int: Int] = [:]
        var durations = Histogram(bounds: RequestMetrics.bounds)
    }

    fileprivate struct State {
        var rows: [Key: Row] = [:]
        var watchers: [String: Int] = [:]
    }

    fileprivate static let bounds = [0.001, 0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 1, 2, 4, 8, 15, 30, 60]
    private let state = NIOLockedValueBox(State())

    /// Counts an answer; `started` is when the request was taken up.
    func record(
        _ verb: RequestInfo.Verb, _ kind: ServedKind?, _ subresource: String, code: Int, since started: NIODeadline
    ) {
        let seconds = Double((NIODeadline.now() - started).nanoseconds) / 1e9
        let isTimed = verb != .watch
        let key = Key(verb: verb, kind: kind.map(ObjectIdentifier.init), subresource: subresource)
        state.withLockedValue { state in
            if state.rows[key] == nil { state.rows[key] = Self.row(kind) }
            state.rows[key]?.record(code, isTimed ? seconds : nil)
        }
    }

    private static func row(_ kind: ServedKind?) -> Row {
        guard let kind else { return Row() }
        let groupVersion = kind.version.groupVersion
        return Row(group: groupVersion.group, version: groupVersion.version, resource: kind.entry.plural)
    }

    /// Counts a watch that begins or ends.
    func countWatcher(_ kind: ServedKind, by step: Int) {
        state.withLockedValue {
            $0.watchers["\(kind.entry.kind.groupVersion)/\(kind.entry.kind.kind)", default: 0] += step
        }
    }

    /// Appends everything as text.
    func write(to text: inout PrometheusWriter) {
        let (rows, watchers) = state.withLockedValue { ($0.rows, $0.watchers) }
        let sorted = rows.map { (labels: Self.labels($0, $1), row: $1) }.sorted { $0.labels < $1.labels }
        text.family("apiserver_request_total", .counter, "Requests answered, by verb, resource and status code.")
        for (labels, row) in sorted {
            for (code, count) in row.counts.sorted(by: { $0.key < $1.key }) {
                text.sample("apiserver_request_total", "\(labels),code=\"\(code)\"", Double(count))
            }
        }
        let name = "apiserver_request_duration_seconds"
        text.family(name, .histogram, "Time from the whole request to its answer; watches are left out.")
        for (labels, row) in sorted where row.durations.count > 0 { row.durations.write(to: &text, name, labels) }
        text.family("apiserver_registered_watchers", .gauge, "Watches open now, by kind.")
        for (kind, count) in watchers.sorted(by: { $0.key < $1.key }) {
            text.sample("apiserver_registered_watchers", "kind=\"\(kind)\"", Double(count))
        }
    }

    private static func labels(_ key: Key, _ row: Row) -> String {
        "verb=\"\(key.verb.rawValue.uppercased())\",group=\"\(row.group)\",version=\"\(row.version)\","
            + "resource=\"\(row.resource)\",subresource=\"\(key.kind == nil ? "" : key.subresource)\""
    }
}

extension RequestMetrics.Row {
    fileprivate mutating func record(_ code: Int, _ seconds: Double?) {
        counts[code, default: 0] += 1
        if let seconds { durations.record(seconds) }
    }
}
