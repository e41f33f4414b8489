internal import ClusterBase
public import KubeModel

/// How a deletion is to be done (`DeleteOptions`).
public struct DeleteOptions: Sendable {
    /// Whether everything but the commit is to be done.
    public var isDryRun = false
    /// Seconds of grace; nil leaves it to the kind.
    public var gracePeriodSeconds: Int64?
    /// `Background`, `Foreground` or `Orphan`; checked by the registry.
    public var propagationPolicy: String?
    /// The older form of `propagationPolicy`.
    public var orphanDependents: Bool?
    /// The uid the object must have.
    public var uid: String?
    /// The resource version the object must have.
    public var resourceVersion: String?
    /// Who asks.
    public var user = ""

    /// The usual options; set what differs.
    public init() {}

    /// Reads a `DeleteOptions` object of any version; absent members leave things open.
    ///
    /// Throws 400 for wrong types and 422 for an unknown `dryRun`.
    public init(_ body: KubeObject) throws(APIError) {
        gracePeriodSeconds = try Self.member(body["gracePeriodSeconds"], "gracePeriodSeconds", \.integer)
        propagationPolicy = try Self.member(body["propagationPolicy"], "propagationPolicy", \.string)
        orphanDependents = try Self.member(body["orphanDependents"], "orphanDependents", \.bool)
        uid = try Self.member(body["preconditions", "uid"], "preconditions.uid", \.string)
        resourceVersion = try Self.member(
            body["preconditions", "resourceVersion"], "preconditions.resourceVersion", \.string)
        let modes = body.list("dryRun")
        guard modes.allSatisfy({ $0 == "All" }) else {
            throw .invalidOptions("DeleteOptions", [.notSupported("dryRun", .array(modes), ["All"])])
        }
        isDryRun = !modes.isEmpty
    }

    private static func member<Value>(
        _ value: JSONValue?, _ field: String, _ read: KeyPath<JSONValue, Value?>
    ) throws(APIError) -> Value? {
        guard let value, !value.isNull else { return nil }
        guard let read = value[keyPath: read] else {
            throw .badRequest("DeleteOptions cannot be read: \(field) has a value of the wrong type")
        }
        return read
    }

    /// What the client wishes for dependents, or nil; `orphanDependents: false` is `Background`.
    var propagation: DeletionPropagation? {
        if let orphanDependents { return orphanDependents ? .orphan : .background }
        return propagationPolicy.flatMap(DeletionPropagation.init)
    }

    /// Throws 422 when the wishes are unknown or contradict each other.
    func validate() throws(APIError) {
        guard let propagationPolicy else { return }
        if orphanDependents != nil {
            let problem = "orphanDependents and deletionPropagation cannot be both set"
            throw .invalidOptions("DeleteOptions", [.invalid("propagationPolicy", .string(propagationPolicy), problem)])
        }
        if DeletionPropagation(rawValue: propagationPolicy) == nil {
            let supported = ["Foreground", "Background", "Orphan", "nil"]
            throw .invalidOptions(
                "DeleteOptions", [.notSupported("propagationPolicy", .string(propagationPolicy), supported)])
        }
    }

    /// Throws 409 unless the object is the one the client means.
    func check(_ object: KubeObject, revision: Int64, _ resource: GroupResource) throws(APIError) {
        if let uid, uid != object.uid {
            throw .wrongUID(resource, object.name, wanted: uid, actual: object.uid)
        }
        if let resourceVersion, resourceVersion != "\(revision)" {
            throw .conflict(
                resource, object.name,
                "Precondition failed: ResourceVersion in precondition: \(resourceVersion), "
                    + "ResourceVersion in object meta: \(revision)")
        }
    }
}
