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
            families[sample.family, default: (pattern(name, sample), [])].samples.append((sample.text, value))
        }
        var writer = PrometheusWriter()
        for (family, entry) in families.sorted(by: { $0.key < $1.key }) {
            writer.family(family, kind(entry.origin), "\(entry.origin) of /metrics/snapshot.")
            for (labels, value) in entry.samples { writer.sample(family, labels, value) }
        }
        return writer.text
    }

    /// Name and labels of a metric.
    static func sample(_ name: String) -> Sample {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        func make(_ words: some Sequence<String>, _ labels: [(String, String)]) -> Sample {
            Sample(family: "roost_" + words.map(plain).joined(separator: "_"), labels: labels)
        }
        func role(_ range: Range<Int>) -> (String, String) { ("role", parts[range].joined(separator: "/")) }
        if parts.starts(with: ["allocator", "mesos", "quota", "roles"]), parts.count > 7 {
            let end = parts.count - 3
            return make(
                ["allocator", "mesos", "quota", parts[end + 2]], [role(4..<end), ("resource", parts[end + 1])])
        }
        if parts.starts(with: ["allocator", "mesos", "offer_filters", "roles"]), parts.count > 5 {
            return make(["allocator", "mesos", "offer_filters", parts[parts.count - 1]], [role(4..<parts.count - 1)])
        }
        if parts.starts(with: ["allocator", "mesos", "roles"]), parts.count > 5 {
            return make(["allocator", "mesos", "role"] + parts.suffix(2), [role(3..<parts.count - 2)])
        }
        if parts.starts(with: ["master", "frameworks"]), parts.count > 4 {
            let labels = [("framework", parts[2]), ("framework_id", parts[3])]
            if parts[4] == "roles", parts.count > 6 {
                return make(["master", "framework_role", parts[parts.count - 1]], labels + [role(5..<parts.count - 1)])
            }
            return make(["master", "framework"] + parts[4...], labels)
        }
        if parts.first == "frameworks", parts.count > 2 {
            let principal = parts[1..<parts.count - 1].joined(separator: "/")
            return make(["frameworks", parts[parts.count - 1]], [("principal", principal)])
        }
        if parts.count == 4, parts[0] == "master", parts[2].hasPrefix("source_"), parts[3].hasPrefix("reason_") {
            let labels = [("source", String(parts[2].dropFirst(7))), ("reason", String(parts[3].dropFirst(7)))]
            return make(["master", parts[1], "by_reason"], labels)
        }
        return make(parts, [])
    }

    /// The name with what became labels left open, for people.
    private static func pattern(_ name: String, _ sample: Sample) -> String {
        var pattern = name
        for label in sample.labels {
            guard let range = pattern.firstRange(of: label.value), !label.value.isEmpty else { continue }
            pattern.replaceSubrange(range, with: "<\(label.name)>")
        }
        return pattern.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// Gauges are all that can go down; the rest counts.
    static func kind(_ name: String) -> PrometheusWriter.Kind {
        let parts = name.split(separator: "/")
        guard let last = parts.last, parts.first == "master" || parts.first == "frameworks" else {
            return name.hasSuffix("/allocation_runs") ? .counter : .gauge
        }
        if gauges.contains(String(last)) || gaugeSuffixes.contains(where: { last.hasSuffix($0) }) { return .gauge }
        if name.contains("/tasks/active/") || name.contains("/roles/") || name.contains("/allocation/") {
            return .gauge
        }
        if parts.count > 2, parts[1] == "operations" {
            return ["total", "pending", "recovering", "unreachable"].contains(last) ? .gauge : .counter
        }
        return .counter
    }

    private static let gauges: Set<String> = [
        "uptime_secs", "elected", "outstanding_offers", "operator_event_stream_subscribers", "event_queue_messages",
        "event_queue_dispatches", "event_queue_http_requests", "tasks_staging", "tasks_starting", "tasks_running",
        "tasks_killing", "tasks_unreachable", "slaves_unreachable", "oldest_offer_secs", "subscribed",
    ]

    private static let gaugeSuffixes = ["_connected", "_disconnected", "_active", "_inactive", "_percent"]
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
