internal import ClusterBase
internal import Containers
internal import Glibc
internal import HTTPTransport
internal import KubeModel
internal import Logging

extension DockerPodRuntime {
    /// How many events may wait for the reader; beyond them it is told that everything may have changed.
    private static let waitingEvents = 1_024

    /// Tells of starts and ends; see `PodRuntime`.
    public func changes() -> AsyncStream<String?> {
        let (changes, continuation) = AsyncStream.makeStream(
            of: String?.self, bufferingPolicy: .bufferingNewest(Self.waitingEvents))
        // From this call on nothing is missed; an interruption is told by nil.
        let start = EngineClock.now
        let task = Task { [weak self] in
            var pause = Duration.milliseconds(50)
            var isFirst = true
            while !Task.isCancelled {
                guard let self else { break }
                do {
                    try await self.follow(since: isFirst ? start : EngineClock.now, isFirst: isFirst) { change in
                        // The oldest is lost: nil, as the newest, stands for it.
                        if case .dropped = continuation.yield(change) { continuation.yield(nil) }
                    }
                    pause = .milliseconds(50)
                } catch {
                    if Task.isCancelled { break }
                    self.logger.debug("the engine tells no events", metadata: ["error": "\(error)"])
                }
                isFirst = false
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return changes
    }

    /// Follows the engine's events until it breaks off; throws when it does not answer.
    private func follow(since: String, isFirst: Bool, tell: (String?) -> Void) async throws {
        let owner = options.owner.map { "\($0.key)=\($0.value)" }
        let response = try await engine.events(
            labels: owner + [PodLabels.podUID], names: ["start", "die", "oom", "destroy"], since: since)
        if !isFirst { tell(nil) }
        var lines = LineSplitter()
        do {
            for try await chunk in response.body {
                for line in lines.feed(chunk) {
                    guard let event = try? JSONValue(parsing: line) else { continue }
                    note(event)
                    if let uid = event["Actor"]?["Attributes"]?[PodLabels.podUID]?.string { tell(uid) }
                }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // It did answer; the next attempt comes at once.
        }
    }

    /// The engine tells of an end before its lists show it, so that a list read at once would be the last one.
    private func note(_ event: JSONValue) {
        guard let id = event["Actor"]?["ID"]?.string else { return }
        switch event["Action"]?.string {
        case "oom":
            let nanoseconds = event["timeNano"]?.integer ?? 0
            records.memoryRanOut(in: id, at: UnixTime(microseconds: nanoseconds / 1_000))
        case "die": records.told(id, hasEnded: true)
        case "start": records.told(id, hasEnded: false)
        default: break
        }
    }
}

/// The time of day as the engine's API takes it.
enum EngineClock {
    /// The time of day.
    static var reading: UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// The time of day as the engine's API takes it.
    static var now: String { text(reading) }

    /// Seconds since 1970 of a number of seconds ago.
    static func ago(seconds: Int) -> String { "\(reading.seconds - Int64(seconds))" }

    /// A time as the engine's API takes it.
    static func text(_ time: UnixTime) -> String {
        let fraction = String(time.microseconds - time.seconds * 1_000_000)
        return "\(time.seconds)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}

/// Cuts a stream into lines.
struct LineSplitter: Sendable {
    /// A line beyond this many bytes is dropped.
    private static let limit = 1 << 20
    private var rest: [UInt8] = []

    /// Takes bytes as they come; gives the lines they complete.
    mutating func feed(_ chunk: [UInt8]) -> [[UInt8]] {
        rest += chunk
        var lines: [[UInt8]] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if end > 0 { lines.append(Array(rest[..<end])) }
            rest.removeSubrange(...end)
        }
        if rest.count > Self.limit { rest = [] }
        return lines
    }
}
