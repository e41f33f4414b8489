public import ClusterBase

extension Resources {
    /// Reads the text of `--resources`: `cpus:4;mem(role):1024;ports:[31000-32000];names:{a,b}`.
    ///
    /// A role other than `*` in parentheses, or `defaultRole`, makes a static reservation. Entries of the same name and
    /// role are added. Throws `invalidArgument` naming the entry. Source: spec `mesos/09` §9.1.
    public init(parsing text: String, defaultRole: String = "*") throws(ClusterError) {
        self.init()
        for entry in text.split(separator: ";", omittingEmptySubsequences: true) {
            let token = entry.filter { !$0.isWhitespace }
            guard !token.isEmpty else { continue }
            add(try Resource(parsing: String(token), defaultRole: defaultRole))
        }
    }

    /// The names given with a value of zero or an empty list, which switch off detection: `gpus:0`, `ports:[]`.
    public static func names(inText text: String) -> [String] {
        text.split(separator: ";").compactMap { entry in
            let name = entry.prefix { $0 != ":" && $0 != "(" }.filter { !$0.isWhitespace }
            return name.isEmpty ? nil : String(name)
        }
    }
}

extension Resource {
    init(parsing token: String, defaultRole: String) throws(ClusterError) {
        func bad(_ problem: String) -> ClusterError {
            ClusterError(.invalidArgument, "Bad resource '\(token)': \(problem)", field: "resources")
        }
        guard let colon = token.firstIndex(of: ":") else { throw bad("expected name:value or name(role):value") }
        var name = String(token[..<colon])
        var role = defaultRole
        if let open = name.firstIndex(of: "(") {
            guard name.last == ")" else { throw bad("the role's closing parenthesis is missing") }
            role = String(name[name.index(after: open)...].dropLast())
            name = String(name[..<open])
            if let problem = RoleRules.problem(role) { throw bad(problem) }
        }
        guard !name.isEmpty, !name.contains(")") else { throw bad("the name is missing or malformed") }
        let value = try ValueText.parse(String(token[token.index(after: colon)...]), bad: bad)
        guard case .resource(let quantity) = value else { throw bad("expected a number, [ranges] or {set}") }
        let reservations = role == "*" ? [] : [Reservation(kind: .static, role: role)]
        self.init(name: name, value: quantity, reservations: reservations)
    }
}

/// The value syntax shared by resources and attributes (spec `mesos/09` §9.1).
public enum ValueText {
    /// What a text stands for.
    public enum Parsed: Hashable, Sendable {
        /// A number, ranges or a set.
        case resource(Resource.Value)
        /// Anything else.
        case text(String)
    }

    /// Reads `[b-e,…]`, `{a,b}`, a finite non-negative number, or else text; all blanks are ignored.
    ///
    /// `bad` makes the error of a problem. Ranges may overlap; they are merged.
    public static func parse(_ text: String, bad: (String) -> ClusterError) throws(ClusterError) -> Parsed {
        let token = text.filter { !$0.isWhitespace }
        guard let first = token.first else { throw bad("the value is missing") }
        switch first {
        case "[": return .resource(.ranges(try ranges(token, bad: bad)))
        case "{":
            guard token.last == "}", token.count >= 2 else { throw bad("the closing brace is missing") }
            let items = token.dropFirst().dropLast().split(separator: ",").map(String.init)
            guard !items.contains(where: { $0.contains("{") || $0.contains("}") }) else { throw bad("nested braces") }
            return .resource(.set(Set(items).sorted()))
        default:
            guard let number = Double(token) else {
                if token.contains(where: { "[]{}".contains($0) }) { throw bad("misplaced bracket") }
                return .text(token)
            }
            guard number.isFinite, number >= 0 else { throw bad("the number must be finite and not negative") }
            return .resource(.scalar(Scalar(number)))
        }
    }

    private static func ranges(_ token: String, bad: (String) -> ClusterError) throws(ClusterError) -> ValueRanges {
        guard token.last == "]", token.count >= 2 else { throw bad("the closing bracket is missing") }
        var result: [ClosedRange<UInt64>] = []
        for part in token.dropFirst().dropLast().split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let low = UInt64(ends[0]), let high = UInt64(ends[1]), low <= high else {
                throw bad("expected ranges such as [31000-32000]")
            }
            result.append(low...high)
        }
        return ValueRanges(result)
    }
}
