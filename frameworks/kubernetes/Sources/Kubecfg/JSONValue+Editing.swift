internal import ClusterBase

extension JSONValue {
    /// The object with a member set, or removed when nil.
    func with(_ key: String, _ value: JSONValue?) -> JSONValue {
        var object = object ?? JSONObject()
        object[key] = value
        return .object(object)
    }

    /// The object with what lies at a path changed; objects on the way are made.
    func changing(_ path: some Collection<String>, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let first = path.first else { return change(self) }
        return with(first, (self[first] ?? [:]).changing(path.dropFirst(), change))
    }
}
