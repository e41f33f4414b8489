/// An image reference taken apart: `[registry/]path[:tag][@digest]`.
public struct DockerImageName: Hashable, Sendable {
    /// Registry and path, without tag.
    public var repository: String
    /// The tag, or the digest with its algorithm; `latest` when the reference has neither.
    public var tag: String
    /// Whether `tag` is a digest.
    public var isDigest: Bool

    /// Takes a reference apart.
    public init(_ reference: String) {
        if let at = reference.firstIndex(of: "@") {
            let before = DockerImageName(String(reference[..<at]))
            self.init(
                repository: before.repository, tag: String(reference[reference.index(after: at)...]), isDigest: true)
            return
        }
        let lastPart = reference.lastIndex(of: "/").map { reference.index(after: $0) } ?? reference.startIndex
        guard let colon = reference[lastPart...].firstIndex(of: ":") else {
            self.init(repository: reference, tag: "latest", isDigest: false)
            return
        }
        self.init(
            repository: String(reference[..<colon]), tag: String(reference[reference.index(after: colon)...]),
            isDigest: false)
    }

    private init(repository: String, tag: String, isDigest: Bool) {
        (self.repository, self.tag, self.isDigest) = (repository, tag, isDigest)
    }

    /// The complete reference.
    public var reference: String { isDigest ? "\(repository)@\(tag)" : "\(repository):\(tag)" }

    /// The registry's host; nil is the engine's default registry.
    public var registry: String? {
        guard let slash = repository.firstIndex(of: "/") else { return nil }
        let first = repository[..<slash]
        return first.contains(".") || first.contains(":") || first == "localhost" ? String(first) : nil
    }
}
