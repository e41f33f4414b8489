internal import ClusterBase
internal import KubeletCore

/// Credentials for registries, by where they count.
///
/// A key is a host, which may have `*` in its parts, with port and the beginning of a path, in any of the spellings
/// that Docker's files have. Source: spec `kubernetes/04` §4.9.
struct RegistryKeyring: Sendable {
    private static let hub = "index.docker.io"

    private struct Entry {
        var host: String
        var path: String
        var credential: RegistryCredential
    }

    private var entries: [Entry] = []

    /// Takes the text of a Docker file: `config.json` with `auths`, or the older form without; nil for another text.
    init?(_ text: [UInt8], isOlderForm: Bool) {
        guard let value = try? JSONValue(parsing: text),
            let hosts = (isOlderForm ? value : value["auths"])?.object
        else { return nil }
        for (key, value) in hosts {
            guard let credential = Self.credential(value) else { continue }
            let (host, path) = Self.place(key)
            entries.append(Entry(host: host, path: path, credential: credential))
        }
        // The more is said of a place, the earlier it is tried.
        entries.sort { ($0.path.utf8.count, $0.host, $0.path) > ($1.path.utf8.count, $1.host, $1.path) }
    }

    /// What counts for an image, the most specific first.
    func credentials(for image: ImageReference) -> [RegistryCredential] {
        let host = image.registry == "docker.io" ? Self.hub : image.registry
        return entries.filter { entry in
            Self.matches(host, pattern: entry.host)
                && (image.repository + "/").hasPrefix(entry.path.isEmpty ? "" : entry.path + "/")
        }.map(\.credential)
    }

    /// Host and path of a key such as `https://index.docker.io/v1/` or `example.com:5000/team`.
    private static func place(_ key: String) -> (host: String, path: String) {
        var rest = key[...]
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.utf8.count) }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: true)
        var path = parts.dropFirst()
        // The version of the registry's API is no part of an image's name.
        if path.first == "v1" || path.first == "v2" { path = path.dropFirst() }
        let host = parts.first.map { $0.lowercased() } ?? ""
        let isHub = host == "docker.io" || host == "registry-1.docker.io"
        return (isHub ? hub : host, path.joined(separator: "/"))
    }

    /// Each part of a host by itself; a port must be the same.
    private static func matches(_ host: String, pattern: String) -> Bool {
        let (given, wanted) = (split(host.lowercased()), split(pattern))
        guard given.port == wanted.port, given.parts.count == wanted.parts.count else { return false }
        return zip(given.parts, wanted.parts).allSatisfy { part, pattern in
            glob(Array(part.utf8)[...], Array(pattern.utf8)[...])
        }
    }

    private static func split(_ host: String) -> (parts: [Substring], port: Substring) {
        let colon = host.lastIndex(of: ":")
        let port = colon.map { host[host.index(after: $0)...] } ?? ""
        return (host[..<(colon ?? host.endIndex)].split(separator: ".", omittingEmptySubsequences: false), port)
    }

    private static func glob(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return glob(text, pattern.dropFirst()) || !text.isEmpty && glob(text.dropFirst(), pattern)
        }
        return text.first == first && glob(text.dropFirst(), pattern.dropFirst())
    }

    private static func credential(_ value: JSONValue) -> RegistryCredential? {
        var credential = RegistryCredential(
            username: value["username"]?.string ?? "", password: value["password"]?.string ?? "",
            token: value["identitytoken"]?.string ?? "")
        if let both = value["auth"]?.string, !both.isEmpty {
            // What has a colon in it is no Base64: it was left plain by whoever wrote it.
            let plain = both.utf8.contains(UInt8(ascii: ":")) ? Array(both.utf8) : nil
            guard let bytes = plain ?? Base64.decode(both.utf8, strictly: false),
                let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            credential.username = String(decoding: bytes[..<colon], as: UTF8.self)
            credential.password = String(
                decoding: bytes[(colon + 1)...].prefix { $0 != 0 }, as: UTF8.self)
        }
        return credential == RegistryCredential() ? nil : credential
    }
}
