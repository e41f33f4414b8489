internal import ClusterBase
internal import CommandFlags
internal import Foundation
internal import KubeModel
internal import KubeScheduling

/// The file of `--scheduler-config`: sections in brackets, then `name = value`, durations in the words of Go (spec
/// `kubernetes/05` §5.6).
enum KubeSchedulerSettings {
    private typealias Target = WritableKeyPath<SchedulingSettings, Duration>

    /// What each name of the section `[scheduler]` sets.
    nonisolated(unsafe) private static let targets: [String: Target] = [
        "offer-ttl": \.offerHold,
        "initial-pod-backoff": \.initialPodBackoff,
        "max-pod-backoff": \.maximumPodBackoff,
        "initial-implicit-reconciliation-delay": \.implicitReconciliationDelay,
        "explicit-reconciliation-max-backoff": \.longestReconciliationBackoff,
    ]
    /// Names that mean nothing here: offers and updates are told, not polled.
    private static let idle: Set<String> = [
        "offer-linger-ttl", "listener-delay", "updates-backlog", "explicit-reconciliation-abort-timeout",
        "http-handler-timeout", "http-bind-interval",
    ]

    /// Reads the file into settings and the interval at which the framework's id is compared.
    static func read(_ path: String, into settings: inout SchedulingSettings, idInterval: inout Duration) throws {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw UsageError(flag: "--scheduler_config", "cannot read \(plainWords(of: error))")
        }
        var section = ""
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
                continue
            }
            guard section == "scheduler" else { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { throw mistake(path, number, "expected name = value") }
            let (name, value) = (parts[0], parts[1])
            if idle.contains(name) { continue }
            guard let nanoseconds = GoDuration.parse(value), nanoseconds > 0 else {
                throw mistake(path, number, "\(name): expected a duration such as 15s, not '\(value)'")
            }
            if name == "framework-id-refresh-interval" {
                idInterval = .nanoseconds(nanoseconds)
            } else if let target = targets[name] {
                settings[keyPath: target] = .nanoseconds(nanoseconds)
            } else {
                throw mistake(path, number, "\(name) is not known")
            }
        }
    }

    private static func mistake(_ path: String, _ line: Int, _ words: String) -> UsageError {
        UsageError(flag: "--scheduler_config", "\(path):\(line + 1): \(words)")
    }
}
