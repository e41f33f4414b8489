internal import ClusterBase
internal import KubeModel

/// Which state of a collection a list shows (spec `kubernetes/02` §2.5).
enum ListStart: Equatable {
    /// The present one, which must have reached a revision if one is given.
    case present(atLeast: Int64?)
    /// The one at a revision.
    case exact(Int64)
    /// The one an earlier part showed, after what it showed.
    case following(ContinueToken)

    /// Reads the options of a list.
    ///
    /// Throws 400 and 422 for those that are malformed or contradict each other.
    init(_ options: ListOptions) throws(APIError) {
        try Self.checkMatch(options)
        if !options.continueToken.isEmpty {
            guard options.resourceVersion.isEmpty || options.resourceVersion == "0" else {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            self = .following(try ContinueToken(parsing: options.continueToken))
            return
        }
        guard let revision = try Self.revision(options.resourceVersion), revision > 0 else {
            self = .present(atLeast: nil)
            return
        }
        let isExact =
            options.resourceVersionMatch.isEmpty ? options.limit > 0 : options.resourceVersionMatch == exactMatch
        self = isExact ? .exact(revision) : .present(atLeast: revision)
    }

    private static let matches = [exactMatch, "NotOlderThan", ""]

    private static func checkMatch(_ options: ListOptions) throws(APIError) {
        let match = options.resourceVersionMatch
        if match.isEmpty { return }
        var errors: [FieldError] = []
        func forbid(_ why: String) { errors.append(.forbidden(matchField, why)) }
        if options.resourceVersion.isEmpty {
            forbid("resourceVersionMatch is forbidden unless resourceVersion is provided")
        }
        if !options.continueToken.isEmpty { forbid("resourceVersionMatch is forbidden when continue is provided") }
        if !matches.contains(match) { errors.append(.notSupported(matchField, .string(match), matches)) }
        if match == exactMatch, options.resourceVersion == "0" {
            forbid("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
        }
        if !errors.isEmpty { throw .invalidOptions("ListOptions", errors) }
    }

    /// The number of a resource version; nil when it is empty.
    ///
    /// Throws 400 when it is none.
    static func revision(_ text: String) throws(APIError) -> Int64? {
        if text.isEmpty { return nil }
        guard let revision = UInt64(text).flatMap({ Int64(exactly: $0) }) else {
            throw .badRequest("invalid resource version \"\(text)\"")
        }
        return revision
    }
}

private let exactMatch = "Exact"
private let matchField: FieldPath = "resourceVersionMatch"
