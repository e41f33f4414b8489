internal import ClusterBase
internal import Testing

/// Units, ids, identifiers, seeded numbers and queues.
struct ValueTests {
    @Test(arguments: [
        ("15secs", Duration.seconds(15)), ("1.5mins", .seconds(90)), ("250ms", .milliseconds(250)),
        ("2weeks", .seconds(1_209_600)), ("0ns", .zero),
    ])
    func durationsAreRead(text: String, expected: Duration) {
        #expect(UnitText.duration(text) == expected)
        #expect(UnitText.duration(UnitText.text(expected)) == expected)
    }

    @Test(arguments: ["", "15", "secs", "15 parsecs", "1e400secs", "99999999999weeks", "--1secs"])
    func otherDurationsAreNot(text: String) {
        #expect(UnitText.duration(text) == nil)
    }

    @Test func sizesArePowersOf1024() {
        #expect(UnitText.bytes("2GB") == 2_147_483_648)
        #expect(UnitText.bytes("1.5KB") == 1536)
        #expect(UnitText.bytes("-1B") == nil)
        #expect(UnitText.bytes("1kb") == nil)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\\b", "a\nb", "a\u{7f}", String(repeating: "x", count: 256)])
    func badIDsHaveAProblem(id: String) {
        #expect(IDRules.problem(id) != nil)
    }

    @Test(arguments: ["a", "web.1-é", "...", String(repeating: "x", count: 255)])
    func goodIDsHaveNone(id: String) {
        #expect(IDRules.problem(id) == nil)
    }

    @Test func uniqueIDsSurviveBytesAndText() throws {
        var random = SeededRandom(seed: 3)
        let id = random.uuid()
        #expect(UniqueID(bytes: id.bytes) == id)
        #expect(UniqueID(text: id.description) == id)
        #expect(UniqueID(bytes: [1, 2, 3]) == nil)
        #expect(UniqueID(text: "not-a-uuid") == nil)
        let known = try #require(UniqueID(text: "00010203-0405-0607-0809-0a0b0c0d0e0f"))
        #expect(known.bytes == Array(0...15))
    }

    @Test func aSeedGivesTheSameNumbers() {
        var (one, other, third) = (SeededRandom(seed: 7), SeededRandom(seed: 7), SeededRandom(seed: 8))
        let numbers = (0..<100).map { _ in one.next() }
        #expect(numbers == (0..<100).map { _ in other.next() })
        #expect(numbers != (0..<100).map { _ in third.next() })
        for _ in 0..<1000 {
            let (number, duration) = (one.below(10), one.duration(below: .seconds(1)))
            #expect((0..<10).contains(number))
            #expect(duration >= .zero && duration < .seconds(1))
        }
        let none = one.below(0)
        #expect(none == 0)
    }

    @Test func aFullQueueRefuses() {
        var queue = BoundedQueue<Int>(limit: 2)
        let taken = (1...3).map { queue.push($0) }
        #expect(taken == [true, true, false])
        let first = queue.pop()
        #expect(first == 1)
        let isTaken = queue.push(4)
        let rest = queue.drain()
        #expect(isTaken)
        #expect(rest == [2, 4])
        #expect(queue.isEmpty)
    }

    @Test func instantsDoNotOverflow() {
        let end = Instant(nanoseconds: .max)
        #expect(end + .seconds(1) == end)
        #expect(Instant(seconds: 1.5) - Instant(seconds: 1) == .milliseconds(500))
    }

    @Test func errorsNameTheirField() {
        let error = ClusterError(.invalidArgument, "expected a number", field: "cpus")
        #expect(error.description.contains("cpus"))
        #expect(error.description.contains("expected a number"))
    }
}
