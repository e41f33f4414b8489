internal import HTTPTransport

/// One element of an `Accept` field.
struct AcceptedType: Equatable {
    /// Type and subtype in lower case, such as `application/json` or `*/*`.
    var name: String
    /// The parameters but for `q`, names in lower case.
    var parameters: [String: String]
    /// 0...1.
    var quality: Double

    /// Reads the occurrences of the field: what is refused (`q=0`) is left out, what is wanted more comes first, and
    /// what is wanted alike stays in the order given.
    static func list(_ values: [String]) -> [AcceptedType] {
        let all = values.flatMap { $0.split(separator: ",") }.compactMap(AcceptedType.init).filter { $0.quality > 0 }
        guard all.contains(where: { $0.quality != all[0].quality }) else { return all }
        return all.enumerated().sorted { left, right in
            (right.element.quality, left.offset) < (left.element.quality, right.offset)
        }.map(\.element)
    }

    init?(_ text: Substring) {
        let parts = text.split(separator: ";").map { String($0.trimmingSpaces()) }
        guard let first = parts.first, first.contains("/") else { return nil }
        (name, parameters, quality) = (first.lowercased(), [:], 1)
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1).map { String($0.trimmingSpaces()) }
            guard halves.count == 2 else { continue }
            if halves[0].lowercased() == "q" {
                quality = Double(halves[1]) ?? 1
            } else {
                parameters[halves[0].lowercased()] = halves[1]
            }
        }
    }

    /// Whether it names a type, itself or by a wildcard.
    func covers(_ type: String) -> Bool { name == type || name == "*/*" || name == "application/*" }
}

extension Substring {
    func trimmingSpaces() -> Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
