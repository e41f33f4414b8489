internal import ClusterBase
internal import KubeModel

/// One difference between the form of an old version and that of its hub version, in both directions.
///
/// A conversion is a list of rules: applied in order towards the hub, in reverse order away from it. Paths are names
/// joined by dots.
struct ShapeRule: Sendable {
    /// Turns the old form into the hub's.
    let toHub: @Sendable (inout KubeObject) -> Void
    /// Turns the hub's form into the old one.
    let fromHub: @Sendable (inout KubeObject) -> Void

    init(
        toHub: @escaping @Sendable (inout KubeObject) -> Void = { _ in },
        fromHub: @escaping @Sendable (inout KubeObject) -> Void = { _ in }
    ) {
        (self.toHub, self.fromHub) = (toHub, fromHub)
    }

    /// A member that lies at another place; on the way to the hub a value already there stays.
    static func move(_ old: String, _ new: String) -> ShapeRule {
        let (old, new) = (path(old), path(new))
        return ShapeRule(
            toHub: { object in
                guard let value = object.take(old), object.value(at: new) == nil else { return }
                object.put(value, at: new)
            },
            fromHub: { object in
                if let value = object.take(new) { object.put(value, at: old) }
            })
    }

    /// A name that is accepted for a member but never written.
    static func alias(_ alias: String, _ name: String) -> ShapeRule { ShapeRule(toHub: move(alias, name).toHub) }

    /// Members that the hub keeps in an object of their own: those that `isInner` says.
    static func nest(_ key: String, where isInner: @escaping @Sendable (String) -> Bool) -> ShapeRule {
        ShapeRule(
            toHub: { object in
                var outer = JSONObject()
                var inner = object[key]?.object ?? JSONObject()
                for (name, value) in object.fields where name != key {
                    if isInner(name) { inner[name] = value } else { outer[name] = value }
                }
                outer[key] = .object(inner)
                object.fields = outer
            },
            fromHub: { object in
                guard let inner = object[key]?.object else { return }
                object[key] = nil
                for (name, value) in inner { object[name] = value }
            })
    }

    /// Members of an object `key` that the hub keeps beside the members `kept` of the object around it.
    static func lift(_ key: String, keeping kept: Set<String>) -> ShapeRule {
        let nested = nest(key) { !kept.contains($0) }
        return ShapeRule(toHub: nested.fromHub, fromHub: nested.toHub)
    }

    /// Words that differ; of old ones the case does not count, and the hub's are accepted too.
    static func words(_ place: String, _ words: KeyValuePairs<String, String>) -> ShapeRule {
        let place = path(place)
        let hubWords = Dictionary(
            words.flatMap { [($0.key.lowercased(), $0.value), ($0.value.lowercased(), $0.value)] },
            uniquingKeysWith: { first, _ in first })
        let oldWords = Dictionary(words.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        return ShapeRule(
            toHub: { object in
                guard let text = object.value(at: place)?.string, let word = hubWords[text.lowercased()] else { return }
                object.put(.string(word), at: place)
            },
            fromHub: { object in
                guard let text = object.value(at: place)?.string, let word = oldWords[text] else { return }
                object.put(.string(word), at: place)
            })
    }

    /// Rules for the object at a path; nothing where there is none.
    static func within(_ place: String, _ rules: [ShapeRule]) -> ShapeRule {
        let place = path(place)
        return ShapeRule(
            toHub: { object in object.change(at: place) { rules.toHub(&$0) } },
            fromHub: { object in object.change(at: place) { rules.fromHub(&$0) } })
    }

    /// Rules for every object of the list that is a member of this name.
    static func each(_ key: String, _ rules: [ShapeRule]) -> ShapeRule {
        ShapeRule(
            toHub: { object in object.editEach(key) { rules.toHub(&$0) } },
            fromHub: { object in object.editEach(key) { rules.fromHub(&$0) } })
    }

    private static func path(_ text: String) -> ArraySlice<String> { text.split(separator: ".").map(String.init)[...] }
}

extension [ShapeRule] {
    /// Turns the old form into the hub's.
    func toHub(_ object: inout KubeObject) {
        for rule in self { rule.toHub(&object) }
    }

    /// Turns the hub's form into the old one.
    func fromHub(_ object: inout KubeObject) {
        for rule in reversed() { rule.fromHub(&object) }
    }
}

extension KubeObject {
    /// The value at a path, or nil.
    fileprivate func value(at path: ArraySlice<String>) -> JSONValue? {
        path.reduce(Optional(value)) { value, key in value?[key] }
    }

    /// Sets the value at a path; objects on the way are made.
    fileprivate mutating func put(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            fields[first] = value
        } else {
            edit(first) { $0.put(value, at: path.dropFirst()) }
        }
    }

    /// Removes the value at a path, and objects on the way that it leaves empty.
    fileprivate mutating func take(_ path: ArraySlice<String>) -> JSONValue? {
        guard let first = path.first, let value = fields[first] else { return nil }
        if path.count == 1 {
            fields[first] = nil
            return value
        }
        guard var inner = KubeObject(value), let taken = inner.take(path.dropFirst()) else { return nil }
        fields[first] = inner.fields.isEmpty ? nil : inner.value
        return taken
    }

    /// Changes the object at a path in place.
    fileprivate mutating func change(at path: ArraySlice<String>, _ change: (inout KubeObject) -> Void) {
        guard let first = path.first else { return change(&self) }
        guard fields[first]?.object != nil else { return }
        edit(first) { $0.change(at: path.dropFirst(), change) }
    }
}
