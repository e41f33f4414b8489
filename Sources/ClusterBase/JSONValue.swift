/// A JSON document as a tree; objects keep the order of their keys.
///
/// Numbers keep their kind: integers that fit stay exact, everything else is a double. Reading is strict (RFC 8259);
/// see `JSONValue(parsing:)`. Used by every API for trees; bulk messages go through `MesosProtocol`'s transcoder.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number without fraction or exponent that fits.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// An object of pairs in order; a later pair with the same key replaces the value.
    public static func object(_ pairs: KeyValuePairs<String, JSONValue>) -> JSONValue {
        var object = JSONObject()
        for (key, value) in pairs { object[key] = value }
        return .object(object)
    }

    /// The member of an object; nil for other kinds and absent keys.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// The element of an array; nil for other kinds and indices out of range.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The object, if it is one.
    public var object: JSONObject? {
        if case .object(let object) = self { return object }
        return nil
    }

    /// The array, if it is one.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The string, if it is one.
    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The boolean, if it is one.
    public var bool: Bool? {
        if case .bool(let flag) = self { return flag }
        return nil
    }

    /// The number, if it is one.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// The number, if it is whole and fits.
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// Whether it is `null`.
    public var isNull: Bool { self == .null }
}

/// The members of a JSON object, in order; keys are unique.
///
/// Small objects are searched linearly, larger ones through an index.
public struct JSONObject: Hashable, Sendable, Sequence, ExpressibleByDictionaryLiteral {
    private var entries: [Entry] = []
    private var index: [String: Int]?
    private static let indexThreshold = 12

    private struct Entry: Hashable, Sendable {
        var key: String
        var value: JSONValue
    }

    /// An empty object.
    public init() {}

    /// An object of pairs in order.
    public init(dictionaryLiteral pairs: (String, JSONValue)...) {
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members it has.
    public var count: Int { entries.count }
    /// Whether it has none.
    public var isEmpty: Bool { entries.isEmpty }
    /// The keys in order.
    public var keys: [String] { entries.map(\.key) }

    /// The value of a key; setting nil removes it, setting a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let at?, let value?): entries[at].value = value
            case (let at?, nil):
                entries.remove(at: at)
                rebuildIndex()
            case (nil, let value?):
                entries.append(Entry(key: key, value: value))
                if index != nil {
                    index?[key] = entries.count - 1
                } else if entries.count > Self.indexThreshold {
                    rebuildIndex()
                }
            case (nil, nil): break
            }
        }
    }

    /// The members in order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
        var iterator = entries.makeIterator()
        return AnyIterator { iterator.next().map { ($0.key, $0.value) } }
    }

    /// Equal when both have the same members, in whatever order.
    public static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
    }

    /// Feeds a hash that does not depend on order.
    public func hash(into hasher: inout Hasher) { hasher.combine(entries.count) }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return entries.firstIndex { $0.key == key }
    }

    private mutating func rebuildIndex() {
        guard entries.count > Self.indexThreshold else {
            index = nil
            return
        }
        index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.key, $0) })
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object, in the order written.
    public init(dictionaryLiteral pairs: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in pairs { object[key] = value }
        self = .object(object)
    }
}
