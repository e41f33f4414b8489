/// The parts of an absolute URL that redirects are about.
struct WebAddress: Hashable, Sendable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port as they stand.
    let authority: String
    /// Path, query and fragment; empty or beginning with `/`, `?` or `#`.
    let rest: String

    /// Reads a URL; nil for one that is not absolute, or not of HTTP.
    init?(_ text: String) {
        guard let scheme = ["http", "https"].first(where: { text.hasPrefix($0 + "://") }) else { return nil }
        let tail = text.dropFirst(scheme.count + 3)
        let authority = tail.prefix { !"/?#".contains($0) }
        if authority.isEmpty { return nil }
        (self.scheme, self.authority, rest) = (scheme, String(authority), String(tail[authority.endIndex...]))
    }

    /// The URL.
    var text: String { scheme + "://" + authority + rest }

    /// The host without its port.
    var host: String {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return authority }
        return String(authority[..<colon])
    }

    /// What a `Location` means that was answered at this URL; nil when it leads out of HTTP.
    func resolve(_ location: String) -> WebAddress? {
        if location.contains("://") { return WebAddress(location) }
        if location.hasPrefix("//") { return WebAddress(scheme + ":" + location) }
        let root = scheme + "://" + authority
        if location.hasPrefix("/") { return WebAddress(root + location) }
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        return WebAddress(root + folder + location)
    }
}
