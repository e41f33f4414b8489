public import ClusterBase

/// An API object, or any part of one, as a tree with typed access to the metadata that every kind has.
///
/// The tree is in the version that `apiVersion` names. Absent members read as empty; setting an empty value removes the
/// member, as upstream's `omitempty` does.
public struct KubeObject: Hashable, Sendable {
    /// The members, in order.
    public var fields: JSONObject

    /// Wraps a tree.
    public init(_ fields: JSONObject = JSONObject()) { self.fields = fields }

    /// Wraps a tree of the form of a JSON value; nil when it is not an object.
    public init?(_ value: JSONValue?) {
        guard let object = value?.object else { return nil }
        fields = object
    }

    /// The tree as a JSON value.
    public var value: JSONValue { .object(fields) }

    /// `apiVersion`; empty when absent.
    public var apiVersion: String {
        get { fields["apiVersion"]?.string ?? "" }
        set { fields["apiVersion"] = newValue.isEmpty ? nil : .string(newValue) }
    }

    /// `kind`; empty when absent.
    public var kind: String {
        get { fields["kind"]?.string ?? "" }
        set { fields["kind"] = newValue.isEmpty ? nil : .string(newValue) }
    }

    /// A member by path, such as `object["spec", "replicas"]`; nil when any step is absent or not an object.
    ///
    /// Setting creates the objects on the way; setting nil removes the member and leaves empty objects behind.
    public subscript(path: String...) -> JSONValue? {
        get { Self.read(fields, path[...]) }
        set { Self.write(&fields, path[...], newValue) }
    }

    private static func read(_ object: JSONObject, _ path: ArraySlice<String>) -> JSONValue? {
        guard let first = path.first, let value = object[first] else { return nil }
        if path.count == 1 { return value }
        guard let inner = value.object else { return nil }
        return read(inner, path.dropFirst())
    }

    private static func write(_ object: inout JSONObject, _ path: ArraySlice<String>, _ value: JSONValue?) {
        guard let first = path.first else { return }
        guard path.count > 1 else {
            object[first] = value
            return
        }
        if value == nil, object[first]?.object == nil { return }
        var inner = object[first]?.object ?? JSONObject()
        object[first] = .null
        write(&inner, path.dropFirst(), value)
        object[first] = .object(inner)
    }
}

extension KubeObject {
    /// The string of a path; empty when absent or of another type.
    public func text(_ path: String...) -> String { Self.read(fields, path[...])?.string ?? "" }

    /// The whole number of a path, or nil.
    public func integer(_ path: String...) -> Int64? { Self.read(fields, path[...])?.integer }

    /// The boolean of a path; false when absent.
    public func flag(_ path: String...) -> Bool { Self.read(fields, path[...])?.bool ?? false }

    /// The list of a path; empty when absent.
    public func list(_ path: String...) -> [JSONValue] { Self.read(fields, path[...])?.array ?? [] }

    /// The map of strings of a path, in order; other values are left out.
    public func strings(_ path: String...) -> [(key: String, value: String)] {
        (Self.read(fields, path[...])?.object ?? JSONObject()).compactMap { key, value in
            value.string.map { (key, $0) }
        }
    }
}
