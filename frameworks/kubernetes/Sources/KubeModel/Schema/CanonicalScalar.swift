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
        if case .string(let text) = value, isPlainNumber(text) { return .success(text) }
        do throws(Quantity.ParseError) {
            return .success(try Quantity(json: value).description)
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
        let clean = isBroken ? text.filter { !$0.isNewline } : text
        guard Base64.decode(clean.utf8) != nil else {
            return .failure(SchemaMismatch(problem: "illegal base64 data"))
        }
        return .success(clean)
    }
}
