/// A regular expression of RE2's syntax that matches a whole text or does not.
///
/// The program is a nondeterministic automaton whose states all advance together: a match costs the length of the text
/// times the size of the program at most, whatever the pattern is. Captures are not kept. Not supported are `\C` and
/// classes of scripts (`\p{Greek}`); general categories are. Source: RE2's `doc/syntax.txt`; Thompson, CACM 1968.
struct RegularExpression: Sendable {
    /// What is wrong with a pattern.
    struct Problem: Error {
        let message: String
    }

    /// Places between characters.
    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    enum Instruction: Sendable {
        case one(ScalarClass)
        case fork(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case accept
    }

    private var program: [Instruction] = []
    private var memory = 0

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - maxProgramSize: the most instructions that the program may have.
    ///   - maxMemory: the most bytes that the program may take.
    init(_ pattern: String, maxProgramSize: Int, maxMemory: Int) throws(Problem) {
        func problem(_ text: String) -> Problem {
            Problem(message: "The regular expression '\(Self.shortened(pattern))' cannot be used: \(text)")
        }
        do {
            var parser = RegularExpressionParser(pattern)
            let tree = try parser.parse()
            try emit(tree, maxProgramSize, maxMemory)
            try append(.accept, 0, maxProgramSize, maxMemory)
        } catch {
            throw problem(error.message)
        }
    }

    /// How many instructions the program has.
    var programSize: Int { program.count }

    private static func shortened(_ pattern: String) -> String {
        pattern.unicodeScalars.count <= 100 ? pattern : String(pattern.unicodeScalars.prefix(100)) + "…"
    }

    // MARK: Matching

    /// Whether the expression matches all of a text.
    func matches(_ text: String) -> Bool {
        var (current, next) = (States(program.count), States(program.count))
        var before: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        var at = scalars.next()
        follow(0, before, at, &current)
        while let scalar = at {
            if current.list.isEmpty { return false }
            let after = scalars.next()
            next.clear()
            for state in current.list {
                if case .one(let accepted) = program[state], accepted.contains(scalar) {
                    follow(state + 1, scalar, after, &next)
                }
            }
            swap(&current, &next)
            (before, at) = (scalar, after)
        }
        return current.list.contains { if case .accept = program[$0] { true } else { false } }
    }

    /// Adds a state and all that are reached from it without a character.
    private func follow(_ start: Int, _ before: Unicode.Scalar?, _ after: Unicode.Scalar?, _ states: inout States) {
        var waiting = [start]
        while let state = waiting.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .one, .accept: break
            case .jump(let target): waiting.append(target)
            case .fork(let one, let other):
                waiting.append(other)
                waiting.append(one)
            case .assert(let assertion): if assertion.holds(before, after) { waiting.append(state + 1) }
            }
        }
    }

    /// A set of states in the order of insertion.
    private struct States {
        private(set) var list: [Int] = []
        private var isIn: [Bool]

        init(_ count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if isIn[state] { return false }
            isIn[state] = true
            list.append(state)
            return true
        }

        mutating func clear() {
            for state in list { isIn[state] = false }
            list.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Compiling

    private mutating func append(
        _ instruction: Instruction, _ ranges: Int, _ maxProgramSize: Int, _ maxMemory: Int
    ) throws(Problem) {
        program.append(instruction)
        memory += 32 + 8 * ranges
        guard program.count <= maxProgramSize else {
            throw Problem(message: "its program has more than \(maxProgramSize) instructions")
        }
        guard memory <= maxMemory else { throw Problem(message: "its program needs more than \(maxMemory) bytes") }
    }

    private mutating func emit(_ node: Node, _ maxSize: Int, _ maxMemory: Int) throws(Problem) {
        switch node {
        case .empty: break
        case .one(let accepted): try append(.one(accepted), accepted.ranges.count, maxSize, maxMemory)
        case .assertion(let assertion): try append(.assert(assertion), 0, maxSize, maxMemory)
        case .sequence(let parts): for part in parts { try emit(part, maxSize, maxMemory) }
        case .either(let choices): try emitChoices(choices[...], maxSize, maxMemory)
        case .repeated(let part, let least, let most):
            for _ in 0..<least {
                let size = program.count
                try emit(part, maxSize, maxMemory)
                // Nothing, however often: no limit would end repetitions of repetitions of it.
                if program.count == size { return }
            }
            if let most {
                for _ in least..<max(least, most) { try emitOptional(part, loops: false, maxSize, maxMemory) }
            } else {
                try emitOptional(part, loops: true, maxSize, maxMemory)
            }
        }
    }

    private mutating func emitOptional(_ part: Node, loops: Bool, _ maxSize: Int, _ maxMemory: Int) throws(Problem) {
        let fork = program.count
        try append(.fork(0, 0), 0, maxSize, maxMemory)
        try emit(part, maxSize, maxMemory)
        if loops { try append(.jump(fork), 0, maxSize, maxMemory) }
        program[fork] = .fork(fork + 1, program.count)
    }

    private mutating func emitChoices(_ choices: ArraySlice<Node>, _ maxSize: Int, _ maxMemory: Int) throws(Problem) {
        var ends: [Int] = []
        for (place, choice) in choices.enumerated() {
            guard place < choices.count - 1 else {
                try emit(choice, maxSize, maxMemory)
                break
            }
            let fork = program.count
            try append(.fork(0, 0), 0, maxSize, maxMemory)
            try emit(choice, maxSize, maxMemory)
            ends.append(program.count)
            try append(.jump(0), 0, maxSize, maxMemory)
            program[fork] = .fork(fork + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    /// A parsed pattern.
    indirect enum Node {
        case empty
        case one(ScalarClass)
        case assertion(Assertion)
        case sequence([Node])
        case either([Node])
        /// At least so often and at most so often; nil = any number of times.
        case repeated(Node, Int, Int?)
    }
}

extension RegularExpression.Assertion {
    /// Whether it holds between two characters; nil = the text's end.
    fileprivate func holds(_ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
        func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(ScalarClass.word.contains) ?? false }
        return switch self {
        case .textStart: before == nil
        case .textEnd: after == nil
        case .lineStart: before == nil || before == "\n"
        case .lineEnd: after == nil || after == "\n"
        case .wordBoundary: isWord(before) != isWord(after)
        case .noWordBoundary: isWord(before) == isWord(after)
        }
    }
}

/// A set of characters, as in brackets.
struct ScalarClass: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories by their two letters or the first of them, and whether they are meant or all others.
    var categories: [(name: String, isIn: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    static let all: ClosedRange<UInt32> = 0...0x10ffff
    static let digit = ScalarClass(ranges: [0x30...0x39])
    static let space = ScalarClass(ranges: [0x09...0x0a, 0x0c...0x0d, 0x20...0x20])
    static let word = ScalarClass(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if isListed(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        let properties = scalar.properties
        for mapping in [properties.lowercaseMapping, properties.uppercaseMapping] {
            let folded = mapping.unicodeScalars
            if folded.count == 1, let other = folded.first, isListed(other) { return !isNegated }
        }
        return isNegated
    }

    private func isListed(_ scalar: Unicode.Scalar) -> Bool {
        if ranges.contains(where: { $0.contains(scalar.value) }) { return true }
        guard !categories.isEmpty else { return false }
        let own = scalar.properties.generalCategory.letters
        return categories.contains { own.hasPrefix($0.name) == $0.isIn }
    }

    /// Takes in all of a class, or all that is not in it.
    mutating func formUnion(_ other: ScalarClass, negated: Bool) {
        categories += other.categories.map { ($0.name, $0.isIn != negated) }
        guard negated else { return ranges += other.ranges }
        guard other.categories.isEmpty else { return }
        var low: UInt32 = 0
        for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > low { ranges.append(low...(range.lowerBound - 1)) }
            low = max(low, range.upperBound + 1)
        }
        if low <= Self.all.upperBound { ranges.append(low...Self.all.upperBound) }
    }
}

extension Unicode.GeneralCategory {
    /// The two letters of Unicode's data files.
    fileprivate var letters: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
