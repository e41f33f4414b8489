/// What a `resolv.conf` says.
public struct ResolverFile: Hashable, Sendable {
    /// The addresses of the resolvers, in order.
    public var nameservers: [String] = []

    /// Reads the text; lines that mean nothing here are passed over.
    public init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, words[0] == "nameserver" else { continue }
            nameservers.append(String(words[1]))
        }
    }
}
