public import HTTPTransport
internal import KubeModel

extension RequestInfo {
    /// Reads a request; nil for a path that no resource can have (an encoded slash within a segment).
    public init?(_ request: HTTPRequest) {
        let path = request.rawPath
        self.init(verb: Self.verb(of: request.method), path: String(path))
        var segments = PathSegments(path)
        guard readGroupVersion(&segments), let first = segments.next() else { return }
        isResource = true
        hasWatchPrefix = first == "watch"
        let hasProxyPrefix = first == "proxy"
        guard let word = hasWatchPrefix || hasProxyPrefix ? segments.next() : first else { return nil }
        readObject(word, &segments)
        if let word = hasProxyPrefix ? "proxy" : segments.next() {
            subresource = word
            rest = segments.rest
        }
        guard segments.isValid else { return nil }
        if groupVersion.isFlat { namespace = request.query["namespace"] ?? "" }
        refineVerb(request)
    }

    /// `/api/V` and `/apis/G/V`; false for every other path.
    private mutating func readGroupVersion(_ segments: inout PathSegments) -> Bool {
        switch segments.next() {
        case "api":
            guard let version = segments.next() else { return false }
            groupVersion = GroupVersion(version)
        case "apis":
            guard let group = segments.next(), let version = segments.next() else { return false }
            groupVersion = GroupVersion(group: group, version)
        default: return false
        }
        return true
    }

    /// Namespace, resource and name; `word` is the first segment.
    private mutating func readObject(_ word: String, _ segments: inout PathSegments) {
        resource = word
        name = segments.next() ?? ""
        var ahead = segments
        guard word == "namespaces", let next = ahead.next(), !Self.namespaceSubresources.contains(next) else { return }
        (namespace, resource) = (name, next)
        name = ahead.next() ?? ""
        segments = ahead
    }

    private mutating func refineVerb(_ request: HTTPRequest) {
        if hasWatchPrefix, verb == .get {
            verb = .watch
        } else if name.isEmpty, verb == .get {
            verb = Self.wantsWatch(request.rawQuery) ? .watch : .list
        } else if name.isEmpty, verb == .delete {
            verb = .deletecollection
        }
    }

    private static func verb(of method: RequestMethod) -> Verb { verbs[method.name] ?? .other }

    private static let verbs: [String: Verb] = [
        "GET": .get, "HEAD": .get, "POST": .create, "PUT": .update, "PATCH": .patch, "DELETE": .delete,
    ]
    private static let namespaceSubresources: Set<String> = ["status", "finalize"]

    private static func wantsWatch(_ query: Substring) -> Bool {
        !query.isEmpty && QueryItems(parsing: query)["watch"].map { QueryText.flag($0) ?? false } ?? false
    }
}

/// Takes a path apart, one percent-decoded segment at a time; slashes at either end do not count.
private struct PathSegments {
    private let path: Substring.UTF8View
    private var at: Substring.UTF8View.Index
    /// False when a segment decoded to something with a slash, which could reach another key.
    private(set) var isValid = true

    private static let slash = UInt8(ascii: "/")

    init(_ path: Substring) {
        self.path = path.utf8
        at = path.utf8.startIndex
        skipSlash()
    }

    private mutating func skipSlash() {
        if at < path.endIndex, path[at] == Self.slash { at = path.index(after: at) }
    }

    var isAtEnd: Bool { at == path.endIndex }

    /// What was not read, with the slash before it.
    var rest: String {
        guard at > path.startIndex else { return String(Substring(path)) }
        let before = path.index(before: at)
        return path[before] == Self.slash ? String(Substring(path[before...])) : String(Substring(path[at...]))
    }

    mutating func next() -> String? {
        guard !isAtEnd else { return nil }
        let end = path[at...].firstIndex(of: Self.slash) ?? path.endIndex
        let segment = PercentCoding.decode(Substring(path[at..<end]))
        if segment.isEmpty || segment.utf8.contains(Self.slash) { isValid = false }
        at = end
        skipSlash()
        return segment
    }
}
