import Synchronization
import TestSupport
import Testing

@testable import KubeRuntime

/// How much work goes on at a time.
private final class Tally: Sendable {
    private let state = Mutex((now: 0, most: 0, total: 0))

    var most: Int { state.withLock { $0.most } }
    var total: Int { state.withLock { $0.total } }

    func begin() {
        state.withLock { state in
            state.now += 1
            state.total += 1
            state.most = max(state.most, state.now)
        }
    }

    func end() { state.withLock { $0.now -= 1 } }
}

struct TurnsTests {
    @Test func noMoreThanSomeWorkAtATimeAndAllGetTheirTurn() async throws {
        let (turns, tally) = (Turns(3), Tally())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turns.take {
                        tally.begin()
                        await Task.yield()
                        tally.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(tally.most <= 3)
        #expect(tally.total == 50)
    }

    @Test func whoIsCancelledWhileWaitingHoldsNobodyUp() async throws {
        let turns = Turns(1)
        let gate = AsyncStream.makeStream(of: Void.self)
        let first = Task { try await turns.take { for await _ in gate.stream {} } }
        let second = Task { try await turns.take { Issue.record("it was cancelled") } }
        try await Task.sleep(for: .milliseconds(20))
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await turns.take { 3 } }
        gate.continuation.finish()
        try await first.value
        #expect(try await within(.seconds(10), "the third's turn") { try await third.value } == 3)
    }
}
