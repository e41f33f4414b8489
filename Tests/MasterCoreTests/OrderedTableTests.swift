import Testing

@testable import MasterCore

/// The table in which the core keeps what it has.
@Suite struct OrderedTableTests {
    /// Against a plain list: random changes, order, copies that stay as they were.
    @Test(arguments: [UInt64(1), 2, 3]) func changesAreThoseOfAList(seed: UInt64) {
        var random = Numbers(state: seed)
        var table = OrderedTable<Int, String>()
        var list: [(key: Int, value: String)] = []
        var copies: [(table: OrderedTable<Int, String>, list: [(key: Int, value: String)])] = []
        for step in 0..<4_000 {
            let key = Int(random.next() % 300)
            switch random.next() % 4 {
            case 0, 1:
                let value = "\(key)-\(step)"
                table[key] = value
                if let at = list.firstIndex(where: { $0.key == key }) {
                    list[at].value = value
                } else {
                    list.append((key, value))
                }
            case 2:
                let removed = table.removeValue(forKey: key)
                let at = list.firstIndex { $0.key == key }
                #expect(removed == at.map { list[$0].value })
                if let at { list.remove(at: at) }
            default:
                // The oldest entry goes, as in tables with a limit.
                guard let first = table.firstKey else { continue }
                #expect(first == list.first?.key)
                table[first] = nil
                list.removeFirst()
            }
            #expect(table.count == list.count)
            #expect(table[key] == list.first { $0.key == key }?.value)
            #expect(table.update(key) { $0 } == table[key])
            if step % 500 == 0 { copies.append((table, list)) }
        }
        copies.append((table, list))
        for (table, list) in copies {
            #expect(table.keys == list.map(\.key))
            #expect(table.values == list.map(\.value))
            var seen: [String] = []
            for part in 0..<table.partCount { table.forEach(inPart: part) { seen.append($0) } }
            #expect(seen == list.map(\.value))
        }
    }

    @Test func aFullQueueStaysSmall() {
        var table = OrderedTable<Int, Int>()
        for number in 0..<100_000 {
            table[number] = number
            if table.count > 1_000, let oldest = table.firstKey { table[oldest] = nil }
        }
        #expect(table.count == 1_000)
        #expect(table.firstKey == 99_000)
        #expect(table.partCount <= 1_000 / OrderedTable<Int, Int>.partSize + 2)
    }

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
