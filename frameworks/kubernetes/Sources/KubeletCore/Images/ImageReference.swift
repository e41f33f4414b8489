/// The name of an image, complete with tag or digest.
///
/// Source: docker `distribution/reference` as the kubelet uses it (`pkg/util/parsers`): names without a registry are
/// Docker Hub's, and names without a tag or digest mean `latest`.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// The registry's host with port; `docker.io` when the name has none.
    public let registry: String
    /// The path in the registry, such as `library/busybox`.
    public let repository: String
    /// The tag; empty with a digest alone.
    public let tag: String
    /// The digest, such as `sha256:…`; empty without one.
    public let digest: String
    /// The name as it was written, without tag and digest.
    public let name: String

    /// Reads a name; nil when it is not one.
    public init?(_ text: String) {
        var rest = text[...]
        var digest: Substring = ""
        if let at = rest.firstIndex(of: "@") {
            digest = rest[rest.index(after: at)...]
            guard Self.isDigest(digest) else { return nil }
            rest = rest[..<at]
        }
        var tag: Substring = ""
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            tag = rest[rest.index(after: colon)...]
            guard Self.isTag(tag) else { return nil }
            rest = rest[..<colon]
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, rest.utf8.count <= 255 else { return nil }
        let hasRegistry = parts.count > 1 && (first.contains(".") || first.contains(":") || first == "localhost")
        let path = hasRegistry ? parts.dropFirst() : parts[...]
        guard !path.isEmpty, path.allSatisfy(Self.isComponent) else { return nil }
        name = String(rest)
        registry = hasRegistry ? String(first) : "docker.io"
        repository = (hasRegistry || path.count > 1 ? "" : "library/") + path.joined(separator: "/")
        self.digest = String(digest)
        self.tag = tag.isEmpty && digest.isEmpty ? "latest" : String(tag)
    }

    /// The name with tag and digest, as it is asked for.
    public var description: String {
        name + (tag.isEmpty ? "" : ":" + tag) + (digest.isEmpty ? "" : "@" + digest)
    }

    /// When it is pulled where the specification says nothing: always for `latest`.
    public var defaultPullPolicy: ContainerView.PullPolicy { tag == "latest" ? .always : .ifNotPresent }

    private static func isDigest(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].utf8.count >= 32
            && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        return (isAlphanumeric(first) || first == UInt8(ascii: "_"))
            && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    }

    /// Small letters and digits, with single separators between them.
    private static func isComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        let isLower = { (byte: UInt8) in (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
        return isLower(first) && isLower(last) && text.utf8.allSatisfy { isLower($0) || "_.-".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
