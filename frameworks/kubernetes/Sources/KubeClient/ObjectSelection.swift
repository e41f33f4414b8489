public import KubeModel

/// Which objects of a collection are meant.
public struct ObjectSelection: Hashable, Sendable {
    /// The namespace; empty for all of them, and for kinds of the cluster.
    public var namespace: String
    /// A label selector such as `app=web,tier!=db`; empty selects all.
    public var labels: String
    /// A field selector such as `metadata.name=web`; empty selects all.
    public var fields: String

    /// Makes a selection; of everything when nothing is given.
    public init(namespace: String = "", labels: String = "", fields: String = "") {
        (self.namespace, self.labels, self.fields) = (namespace, labels, fields)
    }

    var query: [(name: String, value: String)] { [("labelSelector", labels), ("fieldSelector", fields)] }
}

/// What a listing found.
public struct ObjectList: Sendable {
    /// The objects, with `kind` and `apiVersion` filled in.
    public var objects: [KubeObject]
    /// The revision the listing shows; a watch from it misses nothing.
    public var resourceVersion: String
}
