internal import ClusterBase
internal import CommandFlags
internal import Foundation
internal import Logging

/// Logs to standard error, one line each: time, level, component, message, then `key=value`.
enum DaemonLog {
    /// Installs the handler; call once, before the first logger.
    static func bootstrap(_ values: FlagValues) throws {
        try bootstrap(level: values["logging_level"] ?? "INFO", quiet: values.bool("quiet"))
    }

    /// Installs the handler for a level by name; call once, before the first logger.
    static func bootstrap(level word: String, quiet: Bool) throws {
        let level = try level(word, quiet: quiet)
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, logLevel: level) }
    }

    private static func level(_ word: String, quiet: Bool) throws -> Logger.Level {
        if quiet { return .critical }
        switch word.uppercased() {
        case "DEBUG": return .debug
        case "INFO": return .info
        case "WARNING": return .warning
        case "ERROR": return .error
        default: throw UsageError(flag: "--logging_level", "expected DEBUG, INFO, WARNING or ERROR, not '\(word)'")
        }
    }
}

/// One log line per message, written with one system call.
struct LineLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        line += " \(event.level.rawValue.uppercased()) \(label): \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
