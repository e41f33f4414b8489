public import ClusterBase
internal import ResourceModel

extension AccessRules {
    /// Reads the document of `--acls`; throws `ClusterError` `invalidArgument` that names the field.
    ///
    /// Fields that are no action are refused: a misspelt rule would silently allow what it should deny.
    public init(document: JSONValue) throws(ClusterError) {
        guard let object = document.object else { throw AccessRules.wrong("acls", "expected an object") }
        self.init()
        for (key, value) in object {
            if key == "permissive" {
                guard let flag = value.bool else { throw AccessRules.wrong("acls.permissive", "expected a boolean") }
                isPermissive = flag
                continue
            }
            let field = "acls." + key
            guard let action = AccessAction(rawValue: key) else { throw AccessRules.wrong(field, "is no action") }
            guard let list = value.array else { throw AccessRules.wrong(field, "expected an array of rules") }
            var parsed: [Rule] = []
            for (at, entry) in list.enumerated() { parsed.append(try Rule(entry, action, field: "\(field)[\(at)]")) }
            rules[action] = parsed
        }
    }

    /// The endpoints whose paths rules of `get_endpoints` may name; all others have actions of their own.
    public static let endpointPaths = [
        "/containerizer/debug", "/containers", "/files/debug", "/logging/toggle", "/metrics/snapshot",
        "/monitor/statistics",
    ]

    fileprivate static func wrong(_ field: String, _ problem: String) -> ClusterError {
        ClusterError(.invalidArgument, problem, field: field)
    }
}

extension AccessRules.Rule {
    fileprivate init(_ value: JSONValue, _ action: AccessAction, field: String) throws(ClusterError) {
        guard let object = value.object else { throw AccessRules.wrong(field, "expected an object") }
        let known = ["principals", action.objectField]
        for key in object.keys where !known.contains(key) {
            throw AccessRules.wrong("\(field).\(key)", "is unknown; expected \(known.joined(separator: " and "))")
        }
        func entity(_ key: String) throws(ClusterError) -> AccessRules.Entity {
            guard let value = object[key] else { throw AccessRules.wrong("\(field).\(key)", "is missing") }
            return try AccessRules.Entity(value, field: "\(field).\(key)")
        }
        self.init(principals: try entity("principals"), objects: try entity(action.objectField))
        guard case .some(let values) = objects else { return }
        let place = "\(field).\(action.objectField)"
        if action.isAllOrNothing { throw AccessRules.wrong(place, "must be of type ANY or NONE") }
        if action == .getEndpoint, let path = values.first(where: { !AccessRules.endpointPaths.contains($0) }) {
            throw AccessRules.wrong(place, "'\(path)' is no path that rules can be about")
        }
        guard action.isAboutRoles else { return }
        for role in values {
            let plain = role.hasSuffix("/%") ? String(role.dropLast(2)) : role
            if let problem = RoleRules.problem(plain) { throw AccessRules.wrong(place, problem) }
            if plain.contains("%") {
                throw AccessRules.wrong(place, "'\(role)': % can only stand for all roles below, as in 'a/%'")
            }
        }
    }
}

extension AccessRules.Entity {
    fileprivate init(_ value: JSONValue, field: String) throws(ClusterError) {
        guard let object = value.object else { throw AccessRules.wrong(field, "expected an object") }
        for key in object.keys where key != "type" && key != "values" {
            throw AccessRules.wrong("\(field).\(key)", "is unknown; expected type or values")
        }
        var values: [String] = []
        if let given = object["values"] {
            guard let list = given.array else { throw AccessRules.wrong(field + ".values", "expected an array") }
            for (at, entry) in list.enumerated() {
                guard let text = entry.string else {
                    throw AccessRules.wrong("\(field).values[\(at)]", "expected a string")
                }
                values.append(text)
            }
        }
        switch object["type"] {
        case nil, .string("SOME"): self = .some(values)
        case .string("ANY"): self = .any
        case .string("NONE"): self = .none
        default: throw AccessRules.wrong(field + ".type", "expected ANY, NONE or SOME")
        }
    }
}
