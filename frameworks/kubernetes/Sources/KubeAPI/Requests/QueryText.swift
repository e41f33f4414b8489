internal import HTTPTransport
internal import KubeModel

/// Values of query parameters.
enum QueryText {
    /// A boolean as Go reads it, an empty value meaning true; nil for anything else (spec `kubernetes/02` §2.1).
    static func flag(_ text: String) -> Bool? {
        switch text {
        case "", "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: nil
        }
    }
}

extension QueryItems {
    /// A boolean parameter; false when absent. Throws 400 for other words.
    func flag(_ name: String) throws(APIError) -> Bool {
        guard let text = self[name] else { return false }
        guard let value = QueryText.flag(text) else {
            throw .badRequest("strconv.ParseBool: parsing \"\(text)\": invalid syntax")
        }
        return value
    }

    /// A whole number, or nil when absent or empty. Throws 400 for other words.
    func integer(_ name: String) throws(APIError) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Int64(text) else {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return value
    }

    /// A text; empty when absent, the older name counting when the newer is missing.
    func text(_ name: String, or older: String = "") -> String {
        self[name] ?? (older.isEmpty ? "" : self[older] ?? "")
    }
}
