internal import HTTPTransport

/// The master's metrics in Prometheus' text form: `roost_` and the name with `_` for `/`.
///
/// What a name says of a role, a framework, a principal or a cause becomes labels, so that odd names of theirs cannot
/// make two metrics one.
enum PrometheusText {
    /// A metric's name for Prometheus and its labels.
    struct Sample: Hashable {
        var family: String
        var labels: [(name: String, value: String)]
        /// The metric's name with what became labels left open.
        var origin: String

        static func == (left: Sample, right: Sample) -> Bool {
            left.family == right.family && left.text == right.text
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(family)
            hasher.combine(text)
        }

        /// As it stands between the braces.
        var text: String {
            labels.map { "\($0.name)=\"\(PrometheusText.escaped($0.value))\"" }.joined(separator: ",")
        }
    }

    /// The whole document; samples of one name stand together.
    static func document(_ metrics: [(name: String, value: Double)]) -> String {
        var families: [String: (origin: String, samples: [(labels: String, value: Double)])] = [:]
        for (name, value) in metrics {
            let sample = sample(name)
            families[sample.family, default: (sample.origin, [])].samples.append((sample.text, value))
        }
        var writer = PrometheusWriter()
        for (family, entry) in families.sorted(by: { $0.key < $1.key }) {
            let name = entry.origin.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
            writer.family(family, kind(entry.origin), "\(name) of /metrics/snapshot.")
            for (labels, value) in entry.samples { writer.sample(family, labels, value) }
        }
        return writer.text
    }

    /// Name and labels of a metric.
    static func sample(_ name: String) -> Sample {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let last = parts[parts.count - 1]
        func make(_ words: [String], _ labels: [(String, String)], _ origin: String) -> Sample {
            Sample(family: "roost_" + words.map(plain).joined(separator: "_"), labels: labels, origin: origin)
        }
        func role(_ range: Range<Int>) -> (String, String) { ("role", parts[range].joined(separator: "/")) }
        let (quotas, filters) = ("allocator/mesos/quota", "allocator/mesos/offer_filters")
        if name.hasPrefix(quotas + "/roles/"), parts.count > 7 {
            let end = parts.count - 3
            return make(
                ["allocator", "mesos", "quota", last], [role(4..<end), ("resource", parts[end + 1])],
                quotas + "/roles/<role>/resources/<resource>/" + last)
        }
        if name.hasPrefix(filters + "/roles/"), parts.count > 5 {
            let words = ["allocator", "mesos", "offer_filters", last]
            return make(words, [role(4..<parts.count - 1)], filters + "/roles/<role>/" + last)
        }
        if name.hasPrefix("allocator/mesos/roles/"), parts.count > 5 {
            let end = parts.suffix(2)
            let origin = "allocator/mesos/roles/<role>/" + end.joined(separator: "/")
            return make(["allocator", "mesos", "role"] + end, [role(3..<parts.count - 2)], origin)
        }
        if name.hasPrefix("master/frameworks/"), parts.count > 4 {
            let labels = [("framework", parts[2]), ("framework_id", parts[3])]
            let origin = "master/frameworks/<framework>/<framework_id>/"
            if parts[4] == "roles", parts.count > 6 {
                let words = ["master", "framework_role", last]
                return make(words, labels + [role(5..<parts.count - 1)], origin + "roles/<role>/" + last)
            }
            return make(["master", "framework"] + parts[4...], labels, origin + parts[4...].joined(separator: "/"))
        }
        if parts[0] == "frameworks", parts.count > 2 {
            let principal = parts[1..<parts.count - 1].joined(separator: "/")
            return make(["frameworks", last], [("principal", principal)], "frameworks/<principal>/" + last)
        }
        if parts.count == 4, parts[0] == "master", parts[2].hasPrefix("source_"), last.hasPrefix("reason_") {
            let labels = [("source", String(parts[2].dropFirst(7))), ("reason", String(last.dropFirst(7)))]
            return make(
                ["master", parts[1], "by_reason"], labels, "master/\(parts[1])/source_<source>/reason_<reason>")
        }
        return make(parts, [], name)
    }

    /// Gauges are all that can go down; the rest counts.
    static func kind(_ name: String) -> PrometheusWriter.Kind {
        let parts = name.split(separator: "/")
        guard let last = parts.last, parts.first == "master" || parts.first == "frameworks" else {
            return name.hasSuffix("/allocation_runs") ? .counter : .gauge
        }
        if parts.count > 4, parts[1] == "frameworks" {
            let isGauge = ["roles", "subscribed"].contains(parts[4]) || parts[4...].starts(with: ["tasks", "active"])
            return isGauge ? .gauge : .counter
        }
        if gauges.contains(String(last)) || gaugeSuffixes.contains(where: { last.hasSuffix($0) }) { return .gauge }
        if parts.count > 2, parts[1] == "operations" {
            return ["total", "pending", "recovering", "unreachable"].contains(last) ? .gauge : .counter
        }
        return .counter
    }

    private static let gauges: Set<String> = [
        "uptime_secs", "elected", "outstanding_offers", "operator_event_stream_subscribers", "event_queue_messages",
        "event_queue_dispatches", "event_queue_http_requests", "tasks_staging", "tasks_starting", "tasks_running",
        "tasks_killing", "tasks_unreachable", "slaves_unreachable", "oldest_offer_secs",
    ]

    private static let gaugeSuffixes =
        ["_connected", "_disconnected", "_active", "_inactive", "_percent"]
        + ["cpus", "gpus", "mem", "disk"].flatMap { ["\($0)_total", "\($0)_used"] }
        + ["revocable_total", "revocable_used"]

    private static func plain(_ text: String) -> String {
        String(
            text.map { character in
                character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
            })
    }

    /// A label's value between its quotes.
    static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
