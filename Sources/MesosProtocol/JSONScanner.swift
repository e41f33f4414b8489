/// Steps over JSON text: the grammar below the JSON mapping.
struct JSONScanner {
    let text: [UInt8]
    var at = 0

    init(_ text: [UInt8]) { self.text = text }

    func error(_ problem: String) -> WireError { .badJSON("\(problem) at byte \(at)") }

    /// The next character that is not white space.
    mutating func peek() throws(WireError) -> UInt8 {
        while at < text.count {
            let byte = text[at]
            if byte != 0x20, byte != 0x0a, byte != 0x0d, byte != 0x09 { return byte }
            at += 1
        }
        throw error("unexpected end")
    }

    /// Takes a punctuation mark.
    mutating func expect(_ mark: UInt8) throws(WireError) {
        guard try peek() == mark else { throw error("expected '\(Character(UnicodeScalar(mark)))'") }
        at += 1
    }

    /// After an element: true when another follows, false at the end of the list.
    mutating func another(_ close: UInt8) throws(WireError) -> Bool {
        let byte = try peek()
        guard byte == UInt8(ascii: ",") || byte == close else { throw error("expected ',' or the end of the list") }
        at += 1
        return byte != close
    }

    /// After an opening bracket: true when the list is empty; then its end is taken.
    mutating func isEmptyList(_ close: UInt8) throws(WireError) -> Bool {
        guard try peek() == close else { return false }
        at += 1
        return true
    }

    mutating func literal(_ word: StaticString) throws(WireError) {
        guard text.count - at >= word.utf8CodeUnitCount,
            text[at..<(at + word.utf8CodeUnitCount)].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw error("unexpected word") }
        at += word.utf8CodeUnitCount
    }

    mutating func bool() throws(WireError) -> Bool {
        if text[at] == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    /// A string's bytes: a slice of the text where nothing is escaped.
    mutating func string() throws(WireError) -> ArraySlice<UInt8> {
        try expect(UInt8(ascii: "\""))
        let start = at
        var isASCII = true
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "\"") {
                defer { at += 1 }
                return try checked(text[start..<at], isASCII: isASCII)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error("control character in a string") }
            if byte >= 0x80 { isASCII = false }
            at += 1
        }
        throw error("unexpected end")
    }

    private func checked(_ content: ArraySlice<UInt8>, isASCII: Bool) throws(WireError) -> ArraySlice<UInt8> {
        guard isASCII || String(validating: content, as: UTF8.self) != nil else { throw error("invalid UTF-8") }
        return content
    }

    private mutating func escapedString(from start: Int) throws(WireError) -> ArraySlice<UInt8> {
        var content = Array(text[start..<at])
        while at < text.count {
            let byte = text[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try checked(content[...], isASCII: false)
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw error("control character in a string")
            default: content.append(byte)
            }
        }
        throw error("unexpected end")
    }

    private mutating func escape(into content: inout [UInt8]) throws(WireError) {
        guard at < text.count else { throw error("unexpected end") }
        let byte = text[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try hexUnit()
            if unit & 0xfc00 == 0xd800 {
                guard text.count - at > 1, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
                    throw error("lone surrogate")
                }
                at += 2
                let low = try hexUnit()
                guard low & 0xfc00 == 0xdc00 else { throw error("lone surrogate") }
                unit = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
            }
            guard let scalar = UnicodeScalar(unit) else { throw error("lone surrogate") }
            content.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw error("unknown escape")
        }
    }

    private mutating func hexUnit() throws(WireError) -> UInt32 {
        guard text.count - at >= 4 else { throw error("unexpected end") }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(text[at])).hexDigitValue else {
                throw error("expected a hex digit")
            }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }

    /// Steps over any value.
    mutating func skipValue(depth: Int) throws(WireError) {
        guard depth <= JSONTranscoder.maximumDepth else { throw .tooDeep }
        switch try peek() {
        case UInt8(ascii: "{"):
            at += 1
            if try isEmptyList(UInt8(ascii: "}")) { return }
            repeat {
                _ = try peek()
                _ = try string()
                try expect(UInt8(ascii: ":"))
                try skipValue(depth: depth + 1)
            } while try another(UInt8(ascii: "}"))
        case UInt8(ascii: "["):
            at += 1
            if try isEmptyList(UInt8(ascii: "]")) { return }
            repeat { try skipValue(depth: depth + 1) } while try another(UInt8(ascii: "]"))
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try number()
        }
    }
}
