internal import Testing

@testable internal import FrameworkSDK

/// Lets a test await something that happens once, elsewhere.
struct BoundedChannelProbe: Sendable {
    private let channel = BoundedChannel<Void>(limit: 1)
    func signal() { _ = channel.offer(()) }
    func wait() async -> Bool { await channel.next(within: .seconds(60)) != nil }
}

@Suite(.timeLimit(.minutes(1)))
struct BoundedChannelTests {
    @Test func refusesBeyondItsLimitAndKeepsTheOrder() async {
        let channel = BoundedChannel<Int>(limit: 2)
        #expect(channel.offer(1))
        #expect(channel.offer(2))
        #expect(!channel.offer(3))
        #expect(await channel.next() == 1)
        #expect(channel.offer(4))
        #expect(await channel.next() == 2)
        #expect(await channel.next() == 4)
    }

    @Test func aWriterWaitsForRoom() async {
        let channel = BoundedChannel<Int>(limit: 1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for number in 0..<1_000 { await channel.push(number) } }
            for number in 0..<1_000 { #expect(await channel.next() == number) }
        }
    }

    @Test func finishingLetsTheRestBeRead() async {
        let channel = BoundedChannel<Int>(limit: 2)
        await channel.push(1)
        channel.finish()
        #expect(!channel.offer(2))
        #expect(await channel.push(2) == false)
        #expect(await channel.next() == 1)
        #expect(await channel.next() == nil)
    }

    @Test func cancellationEndsWaitingOnBothSides() async {
        let channel = BoundedChannel<Int>(limit: 1)
        await channel.push(1)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await channel.push(2) }
            group.cancelAll()
            for await isTaken in group { #expect(!isTaken) }
        }
        #expect(await channel.next() == 1)
        #expect(await channel.next(within: .milliseconds(10)) == nil)
        await channel.push(3)
        #expect(await channel.next() == 3)
    }
}
