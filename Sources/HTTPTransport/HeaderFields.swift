internal import NIOHTTP1

/// Header fields in the order they stand on the wire; names are compared without regard to case.
public struct HeaderFields: Sendable, Sequence, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    var storage: NIOHTTP1.HTTPHeaders

    /// Makes fields from name and value pairs.
    public init(_ fields: [(String, String)] = []) { storage = HTTPHeaders(fields) }

    /// Makes fields from a literal; a name may occur more than once.
    public init(dictionaryLiteral elements: (String, String)...) { storage = HTTPHeaders(elements) }

    init(_ storage: NIOHTTP1.HTTPHeaders) { self.storage = storage }

    /// The first value of a field, or nil when absent; setting replaces every occurrence, nil removes them.
    public subscript(name: String) -> String? {
        get { storage.first(name: name) }
        set {
            if let newValue { storage.replaceOrAdd(name: name, value: newValue) } else { storage.remove(name: name) }
        }
    }

    /// Every value of a field, in order, each as it stands (not split at commas).
    public func values(_ name: String) -> [String] { storage[name] }

    /// The comma-separated elements of every occurrence of a field, trimmed.
    public func list(_ name: String) -> [String] { storage[canonicalForm: name].map(String.init) }

    /// Whether a field occurs.
    public func contains(_ name: String) -> Bool { storage.contains(name: name) }

    /// Appends a field, keeping earlier ones of that name.
    public mutating func add(_ name: String, _ value: String) { storage.add(name: name, value: value) }

    /// How many fields there are.
    public var count: Int { storage.count }

    /// Name and value pairs in order.
    public func makeIterator() -> AnyIterator<(name: String, value: String)> {
        var iterator = storage.makeIterator()
        return AnyIterator { iterator.next().map { (name: $0.0, value: $0.1) } }
    }

    /// The fields, one per line.
    public var description: String { storage.map { "\($0.name): \($0.value)" }.joined(separator: "\n") }
}
