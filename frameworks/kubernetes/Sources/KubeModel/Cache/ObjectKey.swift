/// Where an object is among those of its kind: namespace and name.
public struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The namespace; empty for objects of the cluster.
    public var namespace: String
    /// The name.
    public var name: String

    /// Makes a key.
    public init(namespace: String = "", _ name: String) { (self.namespace, self.name) = (namespace, name) }

    /// `default/web`, or `web` for objects of the cluster.
    public var description: String { namespace.isEmpty ? name : namespace + "/" + name }

    /// By namespace, then name.
    public static func < (left: Self, right: Self) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

extension KubeObject {
    /// The object's place among those of its kind.
    public var key: ObjectKey { ObjectKey(namespace: namespace, name) }
}
