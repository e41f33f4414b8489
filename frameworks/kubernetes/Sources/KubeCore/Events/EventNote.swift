internal import ClusterBase
public import KubeModel

/// Something that people should know about an object.
public struct EventNote: Hashable, Sendable {
    /// How serious it is.
    public enum Severity: String, Sendable {
        /// In the usual course of things.
        case normal = "Normal"
        /// Something to look into.
        case warning = "Warning"
    }

    /// A reference to the object (`ObjectReference`).
    public var regarding: KubeObject
    /// How serious it is.
    public var severity: Severity
    /// One word in camel case.
    public var reason: String
    /// What happened, for people; cut to 1,024 bytes.
    public var message: String

    /// Makes a note about an object.
    public init(_ object: KubeObject, _ severity: Severity, reason: String, _ message: String) {
        regarding = Self.reference(to: object)
        (self.severity, self.reason, self.message) = (severity, reason, message)
    }

    /// The `ObjectReference` of an object.
    static func reference(to object: KubeObject) -> KubeObject {
        var reference = JSONObject()
        for (key, text) in [
            ("kind", object.kind), ("namespace", object.namespace), ("name", object.name), ("uid", object.uid),
            ("apiVersion", object.apiVersion), ("resourceVersion", object.resourceVersion),
        ] where !text.isEmpty {
            reference[key] = .string(text)
        }
        return KubeObject(reference)
    }
}
