import DaemonEndpoints
import HTTPTransport
import Logging
import Testing

@Suite struct LogVerbosityTests {
    private final class Clock: Sendable {
        private let start = ContinuousClock.now
        nonisolated(unsafe) var passed = Duration.zero
        var now: ContinuousClock.Instant { start + passed }
    }

    @Test func aRaiseEndsByItself() {
        let clock = Clock()
        let verbosity = LogVerbosity(usual: .info, now: { clock.now })
        #expect(verbosity.current == 0 && verbosity.level == .info)
        verbosity.set(1, for: .seconds(10))
        #expect(verbosity.current == 1 && verbosity.level == .debug)
        verbosity.set(3, for: .seconds(10))
        #expect(verbosity.current == 3 && verbosity.level == .trace)
        clock.passed = .seconds(10)
        #expect(verbosity.current == 0 && verbosity.level == .info)
    }

    @Test func theUsualVerbosityEndsARaise() {
        let verbosity = LogVerbosity(usual: .warning)
        verbosity.set(1, for: .seconds(3_600))
        verbosity.set(0, for: .zero)
        #expect(verbosity.level == .warning)
    }

    @Test(arguments: [
        ("", 200, "0\n"), ("?level=2", 400, "Expecting 'duration=value' in query.\n"),
        ("?duration=10secs", 400, "Expecting 'level=value' in query.\n"),
        ("?level=-1&duration=10secs", 400, "Invalid level '-1'.\n"),
        ("?level=x&duration=10secs", 400, "Failed to convert 'x' to number.\n"),
        ("?level=2&duration=soon", 400, "'soon' is no duration such as 10secs or 15mins.\n"),
        ("?level=2&duration=10secs", 200, ""),
    ])
    func toggling(_ query: String, _ status: Int, _ text: String) async throws {
        let endpoint = LoggingEndpoint(LogVerbosity(usual: .info))
        let response = try await endpoint.toggle(HTTPRequest(.get, "/logging/toggle" + query))
        #expect(response.status.code == status && Self.text(response) == text)
    }

    @Test func notBelowTheUsualVerbosity() async throws {
        let endpoint = LoggingEndpoint(LogVerbosity(usual: .debug))
        let response = try await endpoint.toggle(HTTPRequest(.get, "/logging/toggle?level=0&duration=1secs"))
        #expect(Self.text(response) == "'0' < original level.\n")
    }

    static func text(_ response: HTTPResponse) -> String {
        if case .bytes(let bytes) = response.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}
