/// Replaces `$(NAME)` in a container's environment, command and arguments.
///
/// `$$` stands for one `$`; a reference that is not closed or not known stays as it is written.
/// Source: spec `kubernetes/04` §4.7.
public enum VariableExpansion {
    /// The text with its references replaced.
    ///
    /// - Parameter value: the value of a name, or nil when it is not known.
    public static func expand(
        _ text: String, _ value: (_ name: String) -> String?
    ) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case UInt8(ascii: "$"):
                rest = rest.dropFirst()
                result.append(UInt8(ascii: "$"))
            case UInt8(ascii: "("):
                guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else {
                    result += Array("$(".utf8)
                    rest = rest.dropFirst()
                    continue
                }
                let name = String(decoding: rest[..<end].dropFirst(), as: UTF8.self)
                result += Array((value(name) ?? "$(\(name))").utf8)
                rest = rest[rest.index(after: end)...]
            default:
                result.append(UInt8(ascii: "$"))
            }
        }
        return String(decoding: result + rest, as: UTF8.self)
    }
}
