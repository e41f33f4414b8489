/// What is wrong with one field of a submitted document.
public struct FieldProblem: Hashable, Sendable {
    /// Where: `/upgradeStrategy/minimumHealthCapacity`, `/container/portMappings(1)/name`; `/` is the document itself.
    public var path: String
    /// What, one text per broken rule.
    public var errors: [String]

    /// Makes a problem.
    public init(path: String, errors: [String]) { (self.path, self.errors) = (path, errors) }
}

/// Why a submitted definition was refused; each kind has its own `message` in the API (spec `marathon` §1.1).
public struct SpecError: Error, Hashable, Sendable {
    /// Which kind of refusal.
    public enum Kind: Hashable, Sendable {
        /// Wrong types, missing fields, values out of their schema's range.
        case malformed
        /// Well-formed, but against a rule.
        case invalid
    }

    /// Which kind of refusal.
    public var kind: Kind
    /// The broken fields, in the order found.
    public var problems: [FieldProblem]

    /// Makes an error.
    public init(_ kind: Kind, _ problems: [FieldProblem]) { (self.kind, self.problems) = (kind, problems) }

    /// An error of one rule.
    public static func invalid(_ path: String, _ error: String) -> SpecError {
        SpecError(.invalid, [FieldProblem(path: path, errors: [error])])
    }
}

/// Collects problems while a document is read or checked.
struct ProblemLog {
    private(set) var problems: [FieldProblem] = []

    mutating func add(_ path: String, _ error: String) {
        let path = path.isEmpty ? "/" : path
        if let at = problems.firstIndex(where: { $0.path == path }) {
            if !problems[at].errors.contains(error) { problems[at].errors.append(error) }
        } else {
            problems.append(FieldProblem(path: path, errors: [error]))
        }
    }

    func check(_ kind: SpecError.Kind) throws(SpecError) {
        if !problems.isEmpty { throw SpecError(kind, problems) }
    }
}
