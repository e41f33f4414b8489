internal import ClusterBase
internal import CommandFlags
internal import DaemonEndpoints
internal import Foundation
internal import Logging
internal import Synchronization

/// Logs to standard error and to a file, one line each: time, level, component, message, then `key=value`.
enum DaemonLog {
    private static let active = Mutex(LogVerbosity(usual: .info))

    /// How much this process logs; what `/logging/toggle` changes.
    static var verbosity: LogVerbosity { active.withLock { $0 } }

    /// Installs the handler; call once, before the first logger.
    ///
    /// - Parameter file: a file that lines are appended to as well.
    static func bootstrap(_ values: FlagValues, file: String? = nil) throws {
        try bootstrap(level: values["logging_level"] ?? "INFO", quiet: values.bool("quiet"), file: file)
    }

    /// Installs the handler for a level by name; call once, before the first logger.
    static func bootstrap(level word: String, quiet: Bool, file: String? = nil) throws {
        var sinks = quiet ? [] : [FileHandle.standardError]
        if let file { sinks.append(try open(file)) }
        let verbosity = LogVerbosity(usual: sinks.isEmpty ? .critical : try level(word))
        active.withLock { $0 = verbosity }
        LoggingSystem.bootstrap { [sinks] label in
            LineLogHandler(label: label, verbosity: verbosity, sinks: sinks)
        }
    }

    /// The log file of a daemon in the directory of `--log_dir`, which is made; nil when the flag is not given.
    static func file(_ values: FlagValues, _ name: String) throws -> String? {
        guard let directory = values["log_dir"], !directory.isEmpty else { return nil }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch { throw UsageError(flag: "--log_dir", "cannot make the directory '\(directory)'") }
        return directory + "/" + name
    }

    private static func open(_ path: String) throws -> FileHandle {
        let descriptor = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw UsageError(flag: "--log_dir", "cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func level(_ word: String) throws -> Logger.Level {
        switch word.uppercased() {
        case "DEBUG": return .debug
        case "INFO": return .info
        case "WARNING": return .warning
        case "ERROR": return .error
        default: throw UsageError(flag: "--logging_level", "expected DEBUG, INFO, WARNING or ERROR, not '\(word)'")
        }
    }
}

/// One log line per message, written with one system call for each place it goes to.
struct LineLogHandler: LogHandler {
    let label: String
    let verbosity: LogVerbosity
    let sinks: [FileHandle]
    var metadata: Logger.Metadata = [:]
    private var own: Logger.Level?

    init(label: String, verbosity: LogVerbosity, sinks: [FileHandle]) {
        (self.label, self.verbosity, self.sinks) = (label, verbosity, sinks)
    }

    /// The level of the process, unless somebody gave this logger one of its own.
    var logLevel: Logger.Level {
        get { own ?? verbosity.level }
        set { own = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        line += " \(event.level.rawValue.uppercased()) \(label): \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        let data = Data((line + "\n").utf8)
        for sink in sinks { try? sink.write(contentsOf: data) }
    }
}
