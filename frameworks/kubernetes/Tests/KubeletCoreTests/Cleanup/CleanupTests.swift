import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// What a node removes (spec `kubernetes/04` §4.11).
struct CleanupTests {
    private func container(_ id: String, _ name: String, _ attempt: Int, isUp: Bool = false) -> RuntimeContainer {
        let time = UnixTime(seconds: Int64(attempt))
        return RuntimeContainer(
            id: id, name: name, attempt: attempt, image: "i", createdAt: time,
            state: isUp ? .running(since: time) : .exited(RuntimeExit(code: 1, startedAt: time, finishedAt: time)))
    }

    @Test func oneDeadRunOfEachContainerIsKept() {
        let containers = [
            container("a0", "a", 0), container("a1", "a", 1), container("a2", "a", 2, isUp: true),
            container("b0", "b", 0), container("b1", "b", 1),
        ]
        #expect(DeadContainers.surplus(of: containers).map(\.id) == ["a0", "b0"])
        #expect(DeadContainers.surplus(of: containers, kept: 0).map(\.id) == ["a1", "a0", "b1", "b0"])
        #expect(DeadContainers.surplus(of: containers, kept: 2).isEmpty)
    }

    @Test func oldSandboxesGoWithTheirLastContainer() {
        var bench = NodeBench(pod())
        bench.settle()
        for _ in 0..<3 {
            if let sandbox = bench.runtime.sandboxes.first { bench.changeSandbox(sandbox.id) { $0.isReady = false } }
            bench.pass(300)
        }
        #expect(bench.runtime.containers.count == 2)
        #expect(bench.runtime.sandboxes.map(\.attempt) == [3, 2])
    }

    // MARK: - Images

    private let now = UnixTime(seconds: 10_000)

    private func image(_ id: String, size: Int64 = 10, seen: Int64 = 0, used: Int64?) -> ImageCleanup.Image {
        ImageCleanup.Image(
            id: id, size: size, seenAt: UnixTime(seconds: seen), usedAt: used.map { UnixTime(seconds: $0) })
    }

    private func decide(
        _ images: [ImageCleanup.Image], inUse: Set<String> = [], available: Int64
    ) -> ImageCleanup.Decision {
        ImageCleanup().decide(images, inUse: inUse, capacity: 100, available: available, now: now)
    }

    @Test(arguments: [(16, 0), (15, 5), (1, 19), (20, 0)] as [(Int64, Int64)])
    func imagesGoFromEightyFivePercentDownToEighty(_ available: Int64, _ wanted: Int64) {
        #expect(decide([], available: available).wanted == wanted)
    }

    @Test func theLongestUnusedGoFirst() {
        let images = [image("new", used: 9_000), image("old", used: 100), image("never", used: nil)]
        let decision = decide(images, available: 5)
        #expect(decision.images.map(\.id) == ["never", "old"])
        #expect(decision.wanted == 15)
        #expect(!decision.isShort)
    }

    @Test func imagesInUseAndYoungOnesStay() {
        let images = [image("used", used: 100), image("young", seen: 9_900, used: nil), image("other", used: 200)]
        let decision = decide(images, inUse: ["used"], available: 0)
        #expect(decision.images.map(\.id) == ["other"])
        #expect(decision.isShort)
        #expect(
            decision.shortage
                == "failed to garbage collect required amount of images. Wanted to free 20 bytes, but freed 10 bytes")
    }

    @Test func aDiskOfNoSizeHasRoom() {
        let decision = ImageCleanup().decide([image("a", used: nil)], inUse: [], capacity: 0, available: 0, now: now)
        #expect(decision.images.isEmpty)
    }
}
