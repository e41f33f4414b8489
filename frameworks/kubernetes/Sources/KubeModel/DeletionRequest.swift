public import ClusterBase

/// What a client asks for when it deletes an object (`DeleteOptions`).
public struct DeletionRequest: Hashable, Sendable {
    /// Seconds of grace; nil leaves it to the kind.
    public var gracePeriodSeconds: Int64?
    /// What becomes of dependents; nil leaves it to the kind.
    public var propagation: DeletionPropagation?
    /// The uid the object must have; empty accepts any.
    public var uid: String
    /// The revision the object must have; empty accepts any.
    public var resourceVersion: String

    /// Makes a request.
    public init(
        gracePeriodSeconds: Int64? = nil, propagation: DeletionPropagation? = nil, uid: String = "",
        resourceVersion: String = ""
    ) {
        (self.gracePeriodSeconds, self.propagation) = (gracePeriodSeconds, propagation)
        (self.uid, self.resourceVersion) = (uid, resourceVersion)
    }

    /// The `DeleteOptions` object.
    public var value: JSONValue {
        var object: JSONObject = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let gracePeriodSeconds { object["gracePeriodSeconds"] = .integer(gracePeriodSeconds) }
        if let propagation { object["propagationPolicy"] = .string(propagation.rawValue) }
        var preconditions = JSONObject()
        if !uid.isEmpty { preconditions["uid"] = .string(uid) }
        if !resourceVersion.isEmpty { preconditions["resourceVersion"] = .string(resourceVersion) }
        if !preconditions.isEmpty { object["preconditions"] = .object(preconditions) }
        return .object(object)
    }
}
