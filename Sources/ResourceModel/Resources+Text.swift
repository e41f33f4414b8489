public import ClusterBase

extension Resources {
    /// Reads the text of `--resources`: `cpus:4;mem(role):1024;ports:[31000-32000];names:{a,b}`.
    ///
    /// A role other than `*` in parentheses, or `defaultRole`, makes a static reservation. Entries of the same name and
    /// role are added. Throws `invalidArgument` naming the entry, in upstream's words. Source: spec `mesos/09` §9.1;
    /// mesos `src/common/resources.cpp` (`Resources::parse`).
    public init(parsing text: String, defaultRole: String = "*") throws(ClusterError) {
        self.init()
        for token in text.split(separator: ";", omittingEmptySubsequences: true) {
            guard !token.allSatisfy(\.isWhitespace) else { continue }
            add(try Resource(parsing: String(token), defaultRole: defaultRole))
        }
        if let problem = commandLineProblem { throw ClusterError(.invalidArgument, problem, field: "resources") }
    }

    /// The names given with a value of zero or an empty list, which switch off detection: `gpus:0`, `ports:[]`.
    public static func names(inText text: String) -> [String] {
        text.split(separator: ";").compactMap { entry in
            let name = entry.prefix { $0 != ":" && $0 != "(" }.filter { !$0.isWhitespace }
            return name.isEmpty ? nil : String(name)
        }
    }

    /// What keeps resources from being given on a command line; nil when nothing does.
    ///
    /// Source: mesos `src/common/resources.cpp` (`validateCommandLineResources`).
    public var commandLineProblem: String? {
        var known: [Resource] = []
        for entry in self {
            if entry.isPersistentVolume { return "Persistent volumes cannot be specified at the command line" }
            if entry.isRevocable {
                return "Revocable resources cannot be specified at the command line; do not include a 'revocable' key"
                    + " in the resources JSON"
            }
            if entry.isDynamicallyReserved {
                return "Dynamic reservations cannot be specified at the command line; do not include a reservation"
                    + " with DYNAMIC type in the resources JSON"
            }
            guard let other = known.first(where: { $0.name == entry.name }) else {
                known.append(entry)
                continue
            }
            if !other.value.isSameType(as: entry.value) {
                return "Resources with the same name ('\(entry.name)') but different types are not allowed"
            }
        }
        return nil
    }
}

extension Resource {
    fileprivate init(parsing token: String, defaultRole: String) throws(ClusterError) {
        func bad(_ problem: String) -> ClusterError {
            ClusterError(.invalidArgument, problem, field: "resources")
        }
        let pair = token.split(separator: ":")
        guard pair.count == 2 else { throw bad("Bad value for resources, missing or extra ':' in \(token)") }
        var (name, role) = (pair[0], Substring(defaultRole))
        if let open = name.firstIndex(of: "(") {
            guard let close = name.firstIndex(of: ")"), close > open else {
                throw bad("Bad value for resources, mismatched parentheses in \(token)")
            }
            role = name[name.index(after: open)..<close].trimmed
            name = name[..<open]
        }
        name = name.trimmed
        if name.isEmpty { throw bad("Empty resource name in \(token)") }
        if let problem = RoleRules.problem(String(role)) { throw bad("\(problem) in \(token)") }
        let parsed = try ValueText.parse(String(pair[1])) { problem in
            bad("Failed to parse resource \(name) value \(pair[1]) error \(problem)")
        }
        guard case .resource(let value) = parsed else {
            throw bad("Bad type for resource \(name) value \(pair[1]) type TEXT")
        }
        if case .scalar(let amount) = value, let number = ValueText.number(pair[1].filter { !$0.isWhitespace }) {
            guard number == 0 || (amount > .zero && Scalar.canHold(number)) else {
                throw bad("Invalid scalar resource: value <= 0 in \(token)")
            }
        }
        let reservations = role == "*" ? [] : [Reservation(kind: .static, role: String(role))]
        self.init(name: String(name), value: value, reservations: reservations)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
