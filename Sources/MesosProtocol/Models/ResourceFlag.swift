public import ClusterBase
public import ResourceModel

// `--resources` of an agent, in both syntaxes (spec `mesos/09` §9.1).

extension Resources {
    /// Reads `--resources`: a JSON array of `Resource` messages, or else text.
    ///
    /// JSON may also say where disks come from. Resources without a role get `defaultRole`. Throws `invalidArgument` in
    /// upstream's words, also for what cannot be given on a command line: volumes, dynamic reservations, revocable
    /// resources. Source: mesos `src/common/resources.cpp` (`Resources::fromString`).
    public init(flag text: String, defaultRole: String = "*") throws(ClusterError) {
        guard let array = try Self.array(text) else {
            try self.init(parsing: text, defaultRole: defaultRole)
            return
        }
        let entries = array.map { entry -> JSONValue in
            guard case .object(var object) = entry, object["role"] == nil,
                object["reservations"]?.array?.isEmpty ?? true
            else { return entry }
            object["role"] = .string(defaultRole)
            return .object(object)
        }
        do throws(WireError) { try self.init(messages: entries) } catch {
            if case .invalid(let problem) = error { throw Self.bad(problem) }
            throw Self.bad("Some JSON resources were not formatted properly: \(error)")
        }
        if let problem = commandLineProblem { throw Self.bad(problem) }
    }

    private init(messages: [JSONValue]) throws(WireError) {
        let document: JSONValue = ["resources": .array(messages)]
        let message = MessageDescriptor.named("mesos.v1.Offer.Operation.Unreserve")
        let bytes = try JSONTranscoder.wire(fromJSON: document.bytes, message: message, dialect: .v0)
        var reader = WireReader(bytes)
        self.init()
        while let field = try reader.next() {
            if field == 1 { add(try reader.resource()) } else { try reader.skip() }
        }
        try reader.refuseBadResources()
    }

    /// The names that `--resources` gives, those with a value of zero or an empty list included, which switch off
    /// detection.
    public static func names(inFlag text: String) -> [String] {
        guard let array = (try? array(text)) ?? nil else { return names(inText: text) }
        return array.compactMap { $0["name"]?.string }
    }

    /// The array of a text that can only be JSON; nil for other texts.
    private static func array(_ text: String) throws(ClusterError) -> [JSONValue]? {
        guard let first = text.first(where: { !$0.isWhitespace }), first == "[" || first == "{" else { return nil }
        let tree: JSONValue
        do { tree = try JSONValue(parsing: text) } catch {
            throw bad("Some JSON resources were not formatted properly: \(error)")
        }
        guard let array = tree.array else {
            throw bad("Some JSON resources were not formatted properly: they are not an array")
        }
        return array
    }

    private static func bad(_ problem: String) -> ClusterError {
        ClusterError(.invalidArgument, problem, field: "resources")
    }
}
