import ClusterBase
import KubeCore
import Testing

@Suite struct WorkQueueTests {
    @Test func keyWaitsOnceAndComesOut() {
        var queue = WorkQueue<String>()
        queue.add("a")
        queue.add("b")
        queue.add("a")
        #expect(queue.take(now: at(0)) == "a")
        #expect(queue.take(now: at(0)) == "b")
        #expect(queue.take(now: at(0)) == nil)
        #expect(queue.added == 2)
    }

    @Test func keyInFlightComesBackAfterwards() {
        var queue = WorkQueue<String>()
        queue.add("a")
        #expect(queue.take(now: at(0)) == "a")
        queue.add("a")
        queue.add("a")
        #expect(queue.take(now: at(0)) == nil)
        queue.finish("a")
        #expect(queue.take(now: at(0)) == "a")
        queue.finish("a")
        #expect(queue.isIdle)
    }

    @Test func failuresDoubleTheDelayUntilSuccess() {
        var queue = WorkQueue<String>()
        var delays: [Duration] = []
        for second in 0..<5 {
            let now = at(Double(second) * 3_600)
            queue.retry("a", now: now)
            guard let due = queue.nextDue() else { break }
            delays.append(due - now)
            #expect(queue.take(now: due) == "a")
            queue.finish("a")
        }
        #expect(delays == [5, 10, 20, 40, 80].map { .milliseconds($0) })
        queue.succeed("a")
        queue.retry("a", now: at(100_000))
        #expect(queue.nextDue() == at(100_000) + .milliseconds(5))
    }

    @Test func delayHasALimit() {
        var queue = WorkQueue<String>()
        for second in 0..<60 {
            queue.retry("a", now: at(Double(second) * 10_000))
            _ = queue.take(now: at(Double(second) * 10_000 + 5_000))
            queue.finish("a")
        }
        queue.retry("a", now: at(1_000_000))
        #expect(queue.nextDue() == at(1_001_000))
    }

    @Test func manyFailuresAreSpreadByTheBucket() {
        var limits = WorkQueueLimits()
        (limits.retriesPerSecond, limits.retryBurst) = (10, 3)
        var queue = WorkQueue<Int>(limits)
        for key in 0..<5 { queue.retry(key, now: at(0)) }
        var taken: [Int: Double] = [:]
        for tick in 0..<100 {
            while let key = queue.take(now: at(Double(tick) / 100)) { taken[key] = Double(tick) / 100 }
        }
        #expect(taken[0] == 0.01 && taken[2] == 0.01)
        #expect(taken[3] == 0.1)
        #expect(taken[4] == 0.2)
    }

    @Test func delayedKeyComesAtItsEarliestTime() {
        var queue = WorkQueue<String>()
        queue.add("a", after: .seconds(10), now: at(0))
        queue.add("a", after: .seconds(2), now: at(0))
        queue.add("a", after: .seconds(5), now: at(0))
        queue.add("b", after: .seconds(1), now: at(0))
        #expect(queue.delayedCount == 2)
        #expect(queue.take(now: at(0.5)) == nil)
        #expect(queue.take(now: at(1)) == "b")
        #expect(queue.nextDue() == at(2))
        #expect(queue.take(now: at(2)) == "a")
        queue.finish("a")
        queue.finish("b")
        #expect(queue.take(now: at(20)) == nil)
        #expect(queue.isIdle)
    }

    @Test func addingNowOvertakesTheDelay() {
        var queue = WorkQueue<String>()
        queue.add("a", after: .seconds(10), now: at(0))
        queue.add("a")
        #expect(queue.take(now: at(0)) == "a")
        queue.finish("a")
        #expect(queue.nextDue() == nil)
    }

    @Test func fullQueueSaysSo() {
        var limits = WorkQueueLimits()
        limits.capacity = 2
        var queue = WorkQueue<Int>(limits)
        queue.add(1)
        queue.add(2, after: .seconds(1), now: at(0))
        #expect(!queue.hasOverflowed)
        queue.add(3)
        #expect(queue.hasOverflowed)
        #expect(queue.take(now: at(0)) == 1)
        queue.clearOverflow()
        queue.add(3)
        #expect(queue.take(now: at(0)) == 3)
    }

    @Test func delaysComeInOrderWhateverTheOrderOfAdding() {
        var random = SeededRandom(seed: 7)
        var queue = WorkQueue<Int>()
        for key in 0..<500 { queue.add(key, after: .milliseconds(1 + random.below(1_000)), now: at(0)) }
        for key in 0..<100 { queue.add(key * 5, after: .milliseconds(1 + random.below(1_000)), now: at(0)) }
        var seen: [Int] = []
        var last = at(0)
        while let due = queue.nextDue() {
            #expect(due >= last)
            last = due
            while let key = queue.take(now: due) {
                seen.append(key)
                queue.finish(key)
            }
        }
        #expect(seen.sorted() == Array(0..<500))
    }
}
