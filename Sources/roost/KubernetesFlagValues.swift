internal import ClusterBase
internal import CommandFlags
internal import KubeModel
internal import Logging

// How the values of Kubernetes' flags read.

/// Installs the log that `--v`, `--logging_level` and `--quiet` mean.
func bootstrapLog(_ values: FlagValues) throws {
    let level = values["logging_level"] ?? ((values.integer("v") ?? 0) >= 4 ? "DEBUG" : "INFO")
    try DaemonLog.bootstrap(level: level, quiet: values.bool("quiet"))
}

/// A duration in the words of Go, above zero; nil when the flag has no value.
func goDuration(_ values: FlagValues, _ flag: String) throws -> Duration? {
    guard let text = values[flag] else { return nil }
    guard let nanoseconds = GoDuration.parse(text), nanoseconds > 0 else {
        throw UsageError(flag: "--\(flag)", "expected a duration such as 15s or 1h0m0s, not '\(text)'")
    }
    return .nanoseconds(nanoseconds)
}

/// A number above zero; nil when the flag has no value.
func positive(_ values: FlagValues, _ flag: String) throws -> Int? {
    guard let number = values.integer(flag) else { return nil }
    guard number > 0 else { throw UsageError(flag: "--\(flag)", "expected a number above 0, not '\(number)'") }
    return number
}

/// A range of ports such as `30000-32767`; nil when the flag has no value.
func portRange(_ values: FlagValues, _ flag: String) throws -> ClosedRange<Int>? {
    guard let text = values[flag] else { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], 1...65_535 ~= low, low...65_535 ~= high else {
        throw UsageError(flag: "--\(flag)", "expected a range such as 30000-32767, not '\(text)'")
    }
    return low...high
}

/// A number from zero; nil when the flag has no value.
func rate(_ values: FlagValues, _ flag: String) throws -> Double? {
    guard let number = values.number(flag) else { return nil }
    guard number >= 0, number.isFinite else {
        throw UsageError(flag: "--\(flag)", "expected a number from 0, not '\(number)'")
    }
    return number
}
