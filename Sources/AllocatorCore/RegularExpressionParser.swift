/// Reads the text of a regular expression.
struct RegularExpressionParser {
    private typealias Node = RegularExpression.Node
    private typealias Problem = RegularExpression.Problem

    private struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
    }

    private static let maxDepth = 100
    private static let maxLength = 65_536
    private static let maxRepeat = 1_000

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var flags = Flags()
    private var depth = 0

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars.prefix(Self.maxLength + 1)) }

    mutating func parse() throws(RegularExpression.Problem) -> RegularExpression.Node {
        guard scalars.count <= Self.maxLength else {
            throw Problem(message: "it is longer than \(Self.maxLength) characters")
        }
        let node = try alternatives()
        guard place == scalars.count else { throw Problem(message: "unexpected ) at character \(place + 1)") }
        return node
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars.count - place >= wanted.count, Array(scalars[place..<(place + wanted.count)]) == wanted else {
            return false
        }
        place += wanted.count
        return true
    }

    private func problem(_ text: String) -> RegularExpression.Problem {
        RegularExpression.Problem(message: "\(text) at character \(place + 1)")
    }

    // MARK: Structure

    private mutating func alternatives() throws(RegularExpression.Problem) -> RegularExpression.Node {
        depth += 1
        guard depth <= Self.maxDepth else { throw problem("parentheses are nested too deeply") }
        let outer = flags
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        flags = outer
        depth -= 1
        return choices.count == 1 ? choices[0] : .either(choices)
    }

    private mutating func sequence() throws(RegularExpression.Problem) -> RegularExpression.Node {
        var parts: [RegularExpression.Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            if take("\\Q") {
                let isEmpty = take("\\E")
                while !isEmpty, next != nil {
                    parts.append(.one(literal(scalars[place])))
                    place += 1
                    if take("\\E") { break }
                }
                // An operator after it is for the last character.
                if !isEmpty, let last = parts.popLast() { parts.append(try repetition(of: last)) }
                continue
            }
            guard let atom = try atom() else { continue }
            parts.append(try repetition(of: atom))
        }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repetition(
        of atom: RegularExpression.Node
    ) throws(RegularExpression.Problem) -> RegularExpression.Node {
        guard let (least, most) = try operation() else { return atom }
        _ = take("?")
        if try operation() != nil { throw problem("bad repetition operator") }
        return .repeated(atom, least, most)
    }

    /// The repetition operator at this place, if there is one.
    private mutating func operation() throws(RegularExpression.Problem) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{" else { return nil }
        let start = place
        place += 1
        // Braces that hold no numbers stand for themselves.
        guard let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            place = start
            return nil
        }
        guard least <= Self.maxRepeat, (most ?? least) <= Self.maxRepeat, least <= (most ?? least) else {
            throw problem("bad repetition counts")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var (value, digits) = (0, 0)
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min(value * 10 + Int(scalar.value - 0x30), 1_000_000)
            digits += 1
            place += 1
        }
        return digits == 0 ? nil : value
    }

    // MARK: Atoms

    /// The atom at this place; nil when flags were set there.
    private mutating func atom() throws(RegularExpression.Problem) -> RegularExpression.Node? {
        guard let scalar = next else { return .empty }
        switch scalar {
        case "(": return try group()
        case "[": return .one(try brackets())
        case ".":
            place += 1
            return .one(
                flags.dotMatchesNewline
                    ? ScalarClass(ranges: [ScalarClass.all]) : ScalarClass(ranges: [0...9, 0x0b...0x10ffff]))
        case "^":
            place += 1
            return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$":
            place += 1
            return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw problem("no argument for repetition operator \(scalar)")
        case "\\": return try escape()
        default:
            place += 1
            return .one(literal(scalar))
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> ScalarClass {
        ScalarClass(ranges: [scalar.value...scalar.value], ignoresCase: flags.ignoresCase)
    }

    private mutating func group() throws(RegularExpression.Problem) -> RegularExpression.Node? {
        let outer = flags
        place += 1
        if take("?") {
            if take("P<") || (next == "<" && !isLookbehind && take("<")) {
                try groupName()
            } else {
                guard try groupFlags() else { return nil }
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw problem("missing )") }
        flags = outer
        return inner
    }

    private var isLookbehind: Bool {
        place + 1 < scalars.count && (scalars[place + 1] == "=" || scalars[place + 1] == "!")
    }

    private mutating func groupName() throws(RegularExpression.Problem) {
        let start = place
        while let scalar = next, ScalarClass.word.contains(scalar) { place += 1 }
        guard place > start, take(">") else { throw problem("bad name of a group") }
    }

    /// Reads flags up to `:` or `)`; false when they hold for the rest of the enclosing group.
    private mutating func groupFlags() throws(RegularExpression.Problem) -> Bool {
        var isOn = true
        while let scalar = next {
            place += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": break
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default: throw problem("invalid group syntax (?\(scalar)")
            }
        }
        throw problem("missing )")
    }

    // MARK: Escapes and classes

    private mutating func escape() throws(RegularExpression.Problem) -> RegularExpression.Node {
        if take("\\A") { return .assertion(.textStart) }
        if take("\\z") { return .assertion(.textEnd) }
        if take("\\b") { return .assertion(.wordBoundary) }
        if take("\\B") { return .assertion(.noWordBoundary) }
        if let known = try namedClass() { return .one(known) }
        return .one(literal(try escapedScalar()))
    }

    /// A class such as `\d` or `\pL` at this place.
    private mutating func namedClass() throws(RegularExpression.Problem) -> ScalarClass? {
        guard next == "\\", place + 1 < scalars.count else { return nil }
        let letter = scalars[place + 1]
        var result = ScalarClass(ignoresCase: flags.ignoresCase)
        switch letter {
        case "d", "D": result.formUnion(.digit, negated: letter == "D")
        case "s", "S": result.formUnion(.space, negated: letter == "S")
        case "w", "W": result.formUnion(.word, negated: letter == "W")
        case "p", "P":
            place += 2
            var isIn = letter == "p"
            var name = next.map { String(Character($0)) } ?? ""
            place += 1
            if name == "{" {
                if take("^") { isIn.toggle() }
                name = ""
                while let scalar = next, scalar != "}" {
                    name.unicodeScalars.append(scalar)
                    place += 1
                }
                guard take("}") else { throw problem("missing }") }
            }
            guard name.utf8.count <= 2, let first = name.first, "LMNPSZC".contains(first) else {
                throw problem("unknown character class \(name)")
            }
            result.categories.append((name, isIn))
            return result
        default: return nil
        }
        place += 2
        return result
    }

    private mutating func escapedScalar() throws(RegularExpression.Problem) -> Unicode.Scalar {
        place += 1
        guard let scalar = next else { throw problem("trailing \\") }
        place += 1
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0c}"
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "v": return "\u{0b}"
        case "x": return try hexadecimal()
        case "0"..."7":
            var value = scalar.value - 0x30
            var digits = 1
            while digits < 3, let digit = next, ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 0x30
                place += 1
                digits += 1
            }
            // One digit would be a reference to a group, which a linear matcher has not.
            guard scalar == "0" || digits > 1, let result = Unicode.Scalar(value) else {
                throw problem("invalid escape sequence")
            }
            return result
        default:
            guard scalar.value < 0x80, !ScalarClass.word.contains(scalar) || scalar == "_" else {
                throw problem("invalid escape sequence \\\(scalar)")
            }
            return scalar
        }
    }

    private mutating func hexadecimal() throws(RegularExpression.Problem) -> Unicode.Scalar {
        let isBraced = take("{")
        var (value, digits) = (UInt32(0), 0)
        while let scalar = next, let digit = Character(scalar).hexDigitValue, isBraced || digits < 2, digits < 8 {
            value = value &* 16 &+ UInt32(digit)
            digits += 1
            place += 1
        }
        guard isBraced ? digits > 0 && take("}") : digits == 2, let result = Unicode.Scalar(value) else {
            throw problem("invalid escape sequence")
        }
        return result
    }

    private mutating func brackets() throws(RegularExpression.Problem) -> ScalarClass {
        place += 1
        var result = ScalarClass(ignoresCase: flags.ignoresCase)
        result.isNegated = take("^")
        var isFirst = true
        while let scalar = next {
            if scalar == "]", !isFirst {
                place += 1
                return result
            }
            isFirst = false
            if take("[:") {
                try posixClass(&result)
            } else if let known = try namedClass() {
                result.formUnion(known, negated: false)
            } else {
                let low = try bracketScalar()
                var high = low
                if next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" {
                    place += 1
                    high = try bracketScalar()
                }
                guard low.value <= high.value else { throw problem("invalid character class range") }
                result.ranges.append(low.value...high.value)
            }
        }
        throw problem("missing ]")
    }

    private mutating func bracketScalar() throws(RegularExpression.Problem) -> Unicode.Scalar {
        guard let scalar = next else { throw problem("missing ]") }
        if scalar == "\\" { return try escapedScalar() }
        place += 1
        return scalar
    }

    private mutating func posixClass(_ result: inout ScalarClass) throws(RegularExpression.Problem) {
        let isNegated = take("^")
        guard let (name, ranges) = Self.posixClasses.first(where: { take($0.name + ":]") }), !name.isEmpty else {
            throw problem("invalid character class")
        }
        result.formUnion(ScalarClass(ranges: ranges), negated: isNegated)
    }

    private static let posixClasses: [(name: String, ranges: [ClosedRange<UInt32>])] = [
        ("alnum", [0x30...0x39, 0x41...0x5a, 0x61...0x7a]), ("alpha", [0x41...0x5a, 0x61...0x7a]),
        ("ascii", [0x00...0x7f]), ("blank", [0x09...0x09, 0x20...0x20]), ("cntrl", [0x00...0x1f, 0x7f...0x7f]),
        ("digit", [0x30...0x39]), ("graph", [0x21...0x7e]), ("lower", [0x61...0x7a]), ("print", [0x20...0x7e]),
        ("punct", [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]), ("space", [0x09...0x0d, 0x20...0x20]),
        ("upper", [0x41...0x5a]), ("word", [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]),
        ("xdigit", [0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]
}
