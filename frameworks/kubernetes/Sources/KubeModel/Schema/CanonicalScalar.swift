internal import ClusterBase

/// Scalars that are text in JSON but have a grammar, in their canonical form.
enum CanonicalScalar {
    /// The canonical text of a value as a type (`bytes`, `quantity`, `time` or `microTime`).
    static func text(of value: JSONValue, as type: FieldType) -> Result<String, SchemaMismatch> {
        switch type {
        case .quantity: quantity(value)
        case .time, .microTime: time(value.string ?? "", isMicro: type == .microTime)
        default: bytes(value.string ?? "")
        }
    }

    private static func quantity(_ value: JSONValue) -> Result<String, SchemaMismatch> {
        let text: String
        switch value {
        case .string(let given): text = given
        case .integer, .double: text = value.text
        default: return .failure(SchemaMismatch(problem: Quantity.ParseError.format.rawValue))
        }
        if isPlainNumber(text) { return .success(text) }
        do throws(Quantity.ParseError) {
            return .success(try Quantity(parsing: text).description)
        } catch {
            return .failure(SchemaMismatch(problem: error.rawValue))
        }
    }

    /// Whether a text is a small whole number, which is canonical as it stands.
    private static func isPlainNumber(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 3 else { return false }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (first != 0x30 || text.utf8.count == 1)
    }

    private static func time(_ text: String, isMicro: Bool) -> Result<String, SchemaMismatch> {
        if let canonical = isMicro ? KubeTime.canonicalMicro(text) : KubeTime.canonical(text) {
            return .success(canonical)
        }
        let layout = isMicro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00"
        return .failure(SchemaMismatch(problem: "parsing time \"\(text)\" as \"\(layout)\""))
    }

    /// Checks standard base64; line breaks are dropped, as upstream does.
    private static func bytes(_ text: String) -> Result<String, SchemaMismatch> {
        let isBroken = text.utf8.contains { $0 == 0x0a || $0 == 0x0d }
        let clean = isBroken ? String(text.filter { !$0.isNewline }) : text
        var count = 0
        var padding = 0
        for byte in clean.utf8 {
            let isDigit =
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    padding == 0
                case UInt8(ascii: "="):
                    count % 4 >= 2
                default: false
                }
            guard isDigit else { return .failure(SchemaMismatch(problem: "illegal base64 data at input byte \(count)")) }
            if byte == UInt8(ascii: "=") { padding += 1 }
            count += 1
        }
        guard count % 4 == 0, padding <= 2 else {
            return .failure(SchemaMismatch(problem: "illegal base64 data at input byte \(count)"))
        }
        return .success(clean)
    }
}
