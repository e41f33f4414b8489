/// A set of claims, a bit each.
struct ClaimBits: Sendable {
    private(set) var words: [UInt64] = []

    func contains(_ claim: Int32) -> Bool {
        let word = Int(claim) >> 6
        return word < words.count && words[word] & ClaimBits.bit(claim) != 0
    }

    mutating func set(_ claim: Int32, _ isIn: Bool) {
        let word = Int(claim) >> 6
        if word >= words.count {
            guard isIn else { return }
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        if isIn { words[word] |= ClaimBits.bit(claim) } else { words[word] &= ~ClaimBits.bit(claim) }
    }

    /// Leaves those that are in `other`, too.
    mutating func formIntersection(_ other: ClaimBits) {
        for word in words.indices { words[word] &= word < other.words.count ? other.words[word] : 0 }
    }

    /// Takes those out that a row of a table has.
    mutating func subtract(_ table: AgentClaimTable, row agent: Int32) { table.clear(row: agent, in: &words) }

    var isEmpty: Bool {
        for word in words where word != 0 { return false }
        return true
    }

    static func bit(_ claim: Int32) -> UInt64 { 1 << (UInt64(truncatingIfNeeded: claim) & 63) }
}

/// A bit for each pair of an agent and a claim; a row per agent, so that one agent is checked a word at a time.
///
/// Rows take no memory before the first bit is set.
struct AgentClaimTable: Sendable {
    private var words: [UInt64] = []
    /// Words per row.
    private var stride = 0

    func contains(_ agent: Int32, _ claim: Int32) -> Bool {
        let place = place(agent, claim)
        return Int(claim) >> 6 < stride && place < words.count && words[place] & ClaimBits.bit(claim) != 0
    }

    mutating func insert(_ agent: Int32, _ claim: Int32) {
        if Int(claim) >> 6 >= stride { widen(to: max(1, 2 * stride, (Int(claim) >> 6) + 1)) }
        let needed = (Int(agent) + 1) * stride
        if words.count < needed {
            words.append(contentsOf: repeatElement(0, count: max(needed, words.count * 2) - words.count))
        }
        words[place(agent, claim)] |= ClaimBits.bit(claim)
    }

    mutating func remove(_ agent: Int32, _ claim: Int32) {
        guard contains(agent, claim) else { return }
        words[place(agent, claim)] &= ~ClaimBits.bit(claim)
    }

    /// Takes out all claims of an agent.
    mutating func removeRow(_ agent: Int32) {
        let start = Int(agent) * stride
        guard start < words.count else { return }
        for place in start..<min(start + stride, words.count) { words[place] = 0 }
    }

    /// Takes out all agents of a claim.
    mutating func removeColumn(_ claim: Int32) {
        guard Int(claim) >> 6 < stride else { return }
        var place = Int(claim) >> 6
        while place < words.count {
            words[place] &= ~ClaimBits.bit(claim)
            place += stride
        }
    }

    mutating func removeAll() { self = AgentClaimTable() }

    fileprivate func clear(row agent: Int32, in other: inout [UInt64]) {
        let start = Int(agent) * stride
        guard start + stride <= words.count else { return }
        for word in 0..<min(stride, other.count) { other[word] &= ~words[start + word] }
    }

    private func place(_ agent: Int32, _ claim: Int32) -> Int { Int(agent) * stride + (Int(claim) >> 6) }

    private mutating func widen(to wider: Int) {
        var result = [UInt64](repeating: 0, count: stride == 0 ? 0 : words.count / stride * wider)
        if stride > 0 {
            for row in 0..<(words.count / stride) {
                for word in 0..<stride { result[row * wider + word] = words[row * stride + word] }
            }
        }
        (words, stride) = (result, wider)
    }
}
