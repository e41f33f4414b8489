/// The text of `resolv.conf`.
public enum ResolverFile {
    /// Reads a file's text; lines that are not known are passed over, the last search list counts.
    public static func parse(_ text: String) -> SandboxConfig.Resolver {
        var resolver = SandboxConfig.Resolver()
        for line in text.split(whereSeparator: \.isNewline) {
            let bare = line.prefix { $0 != "#" && $0 != ";" }
            let words = bare.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let keyword = words.first else { continue }
            let values = Array(words.dropFirst())
            switch keyword {
            case "nameserver": resolver.servers += values.prefix(1)
            case "search", "domain": resolver.searches = values.map(withoutDot)
            case "options": resolver.options += values
            default: break
            }
        }
        return resolver
    }

    /// Names without and with a closing dot are the same; `.` alone stays.
    private static func withoutDot(_ name: String) -> String {
        name.count > 1 && name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
