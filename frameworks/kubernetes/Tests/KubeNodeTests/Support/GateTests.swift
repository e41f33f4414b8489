import ClusterBase
import TestSupport
import Testing

@testable import KubeNode

/// What workers wait at.
@Suite struct GateTests {
    private actor Room {
        private(set) var most = 0
        private(set) var inside = 0

        func enter() {
            inside += 1
            most = max(most, inside)
        }

        func leave() { inside -= 1 }
    }

    @Test func onlySoManyAreInside() async throws {
        let (gate, room) = (Gate(width: 3), Room())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.pass {
                        await room.enter()
                        await Task.yield()
                        await room.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await room.most <= 3)
        #expect(await room.inside == 0)
    }

    @Test func whoeverGivesUpLeavesTheLine() async throws {
        let (gate, signal) = (Gate(width: 1), Signal())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gate.pass { await signal.wait() } }
            try await eventually("the gate is taken") { !gate.isOpen }
            let waiting = Task { try await gate.pass {} }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            signal.raise()
            try await group.waitForAll()
            try await gate.pass {}
        }
    }

    @Test func signalsAreRememberedAsOne() async throws {
        let signal = Signal()
        signal.raise()
        signal.raise()
        await signal.wait()
        let clock = KubeletClock.fast(1)
        let began = ContinuousClock.now
        await signal.wait(atMost: .milliseconds(20), clock: clock)
        #expect(ContinuousClock.now - began >= .milliseconds(20))
        signal.raise()
        signal.clear()
        let waiting = Task { await signal.wait() }
        waiting.cancel()
        await waiting.value
    }
}
