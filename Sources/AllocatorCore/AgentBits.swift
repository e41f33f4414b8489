/// A set of agent numbers, a bit each.
struct AgentBits: Sendable {
    private(set) var words: [UInt64] = []

    func contains(_ agent: Int32) -> Bool {
        let word = Int(agent) >> 6
        return word < words.count && words[word] & (1 << (UInt64(agent) & 63)) != 0
    }

    mutating func insert(_ agent: Int32) {
        let word = Int(agent) >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << (UInt64(agent) & 63)
    }

    mutating func remove(_ agent: Int32) {
        let word = Int(agent) >> 6
        if word < words.count { words[word] &= ~(1 << (UInt64(agent) & 63)) }
    }

    mutating func removeAll() { words.removeAll(keepingCapacity: true) }

    /// Takes in all of `candidates` that `other` does not have; a word at a time.
    mutating func formUnion(_ candidates: AgentBits, without other: AgentBits) {
        while words.count < candidates.words.count { words.append(0) }
        let shared = min(candidates.words.count, other.words.count)
        for place in 0..<shared { words[place] |= candidates.words[place] & ~other.words[place] }
        for place in shared..<candidates.words.count { words[place] |= candidates.words[place] }
    }
}
