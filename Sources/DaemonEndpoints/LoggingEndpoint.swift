internal import ClusterBase
public import HTTPTransport

/// `/logging/toggle`: how much a daemon logs, shown and changed (spec `mesos/08` §8.1).
public struct LoggingEndpoint: Sendable {
    private let verbosity: LogVerbosity

    /// Makes an endpoint of a verbosity.
    public init(_ verbosity: LogVerbosity) { self.verbosity = verbosity }

    /// Answers a request; without parameters with the verbosity as text.
    @Sendable public func toggle(_ request: HTTPRequest) async throws -> HTTPResponse {
        func refuse(_ words: String) -> HTTPResponse { .error(.badRequest, words + "\n") }
        let query = request.query
        guard let levelText = query["level"] else {
            guard query["duration"] == nil else { return refuse("Expecting 'level=value' in query.") }
            return .text("\(verbosity.current)\n")
        }
        guard let durationText = query["duration"] else { return refuse("Expecting 'duration=value' in query.") }
        guard let level = Int(levelText) else { return refuse("Failed to convert '\(levelText)' to number.") }
        guard level >= 0 else { return refuse("Invalid level '\(level)'.") }
        guard level >= verbosity.original else { return refuse("'\(level)' < original level.") }
        guard let duration = UnitText.duration(durationText) else {
            return refuse("'\(durationText)' is no duration such as 10secs or 15mins.")
        }
        verbosity.set(level, for: duration)
        return .ok
    }
}
