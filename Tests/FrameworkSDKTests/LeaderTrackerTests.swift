internal import ClusterBase
internal import Testing

@testable internal import FrameworkSDK

struct LeaderTrackerTests {
    private func tracker(_ urls: String...) throws -> LeaderTracker {
        try LeaderTracker(.location(MasterLocation(.masters(urls))), usesTLS: false, logger: quietLogger)
    }

    @Test func goesThroughTheListAndWaitsAfterEachRound() async throws {
        let tracker = try tracker("http://a:1", "http://b:2")
        #expect(await tracker.target()?.url == "http://a:1")
        #expect(!tracker.failed())
        #expect(await tracker.target()?.url == "http://b:2")
        #expect(tracker.failed())
        #expect(await tracker.target()?.url == "http://a:1")
    }

    @Test func followsRedirectsInMeasure() async throws {
        let tracker = try tracker("http://a:1")
        for _ in 0..<LeaderTracker.redirectLimit {
            #expect(tracker.redirected(to: "http://c:3"))
            #expect(await tracker.target()?.url == "http://c:3")
        }
        #expect(!tracker.redirected(to: "http://c:3"))
        #expect(tracker.failed())
        #expect(await tracker.target()?.url == "http://a:1")
        #expect(tracker.redirected(to: "http://c:3"))
    }

    @Test(arguments: [
        ("//m:5050/api/v1/scheduler", "http://m:5050"), ("https://m:1/x?y", "https://m:1"), ("http://m", "http://m"),
    ])
    func readsLocations(_ location: String, _ url: String) {
        #expect(LeaderTracker.baseURL(location: location, scheme: "http") == url)
    }

    @Test(arguments: ["/api/v1", "", "//", "ftp://m:1/"])
    func refusesLocationsThatNameNoMaster(_ location: String) {
        #expect(LeaderTracker.baseURL(location: location, scheme: "http") == nil)
    }
}

struct BackoffTests {
    @Test func theBoundDoublesUpToTheMaximum() {
        var backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1))
        #expect(
            (0..<6).map { _ in backoff.next(unit: 0.5) } == [50, 100, 200, 400, 500, 500].map { .milliseconds($0) })
        #expect(backoff.next(unit: 0) == .zero)
        backoff.reset()
        #expect(backoff.next(unit: 0.5) == .milliseconds(50))
        for _ in 0..<100 { #expect(backoff.next(unit: 0.999) <= .seconds(1)) }
    }
}
