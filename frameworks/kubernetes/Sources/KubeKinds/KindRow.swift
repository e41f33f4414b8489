public import ClusterBase
public import KubeModel

/// One kind of object: everything the server knows about it (decision D9).
///
/// Discovery, OpenAPI, tables, decoding, defaults, validation, patches and conversion all read this row; adding a kind
/// is adding a row to `KindTable`, with its schema in `Schemas/`.
public struct KindRow: Sendable {
    /// The kind, such as `Pod`.
    public var kind: String
    /// The API group; empty for core.
    public var group: String
    /// The resource, such as `pods`.
    public var plural: String
    /// Names that commands take for the resource, such as `po`.
    public var shortNames: [String] = []
    /// Groups of resources it belongs to, such as `all`.
    public var categories: [String] = []
    /// Whether its objects live in namespaces.
    public var isNamespaced = true
    /// What may be done with it.
    public var verbs: Verbs = .standard
    /// The versions it is served in, preferred first; the same storage under several groups lists them all here.
    public var versions: [VersionRow]
    /// The version objects are stored and handled in; one of `versions`.
    public var hub: GroupVersion
    /// Its subresources.
    public var subresources: [SubresourceRow] = []
    /// The columns of its table.
    public var columns: [ColumnRow] = ColumnRow.nameAndAge
    /// The conditions of a table row (`Completed` for finished pods).
    public var rowConditions: @Sendable (KubeObject) -> [JSONValue] = { _ in [] }

    /// What names its objects may have.
    public var nameRule: NameRule = .subdomain
    /// When `metadata.generation` grows.
    public var generationRule: GenerationRule = .none
    /// Whether a PUT to an absent name creates the object.
    public var createsOnUpdate = false
    /// Whether a PUT without `resourceVersion` is refused.
    public var requiresResourceVersionOnUpdate = false
    /// Whether DELETE answers with the object instead of a Status.
    public var returnsObjectOnDelete = false
    /// Fields a field selector may name beside `metadata.name` and `metadata.namespace`, with alias names too.
    public var selectableFields: [String: @Sendable (KubeObject) -> String] = [:]
    /// Seconds until the store forgets an object by itself (Event), or nil.
    public var timeToLive: Int?

    /// Sets what the server decides on creation (status, derived fields); hub version, after defaults.
    public var prepareForCreate: @Sendable (inout KubeObject) -> Void = { _ in }
    /// Resets what an update may not carry (status, immutable system fields); hub version.
    ///
    /// `old` is the stored object.
    public var prepareForUpdate: @Sendable (_ new: inout KubeObject, _ old: KubeObject) -> Void = { _, _ in }
    /// What is wrong with a new object; hub version; metadata is checked elsewhere.
    public var validate: @Sendable (KubeObject) -> [FieldError] = { _ in [] }
    /// What is wrong with an update beyond `validate`, which runs too.
    public var validateUpdate: @Sendable (_ new: KubeObject, _ old: KubeObject) -> [FieldError] = { _, _ in [] }
    /// Whether the rules of updates speak before those of every object; only the order of errors depends on it.
    public var checksChangesFirst = false
    /// Seconds of grace for a deletion, given the client's wish; nil removes the object at once (unless finalizers).
    public var gracePeriod: @Sendable (_ object: KubeObject, _ requested: Int64?) -> Int64? = { _, _ in nil }

    /// Makes a row with the usual strategies; set the rest.
    public init(_ kind: String, group: String = "", plural: String, hub: GroupVersion, versions: [VersionRow]) {
        (self.kind, self.group, self.plural, self.hub, self.versions) = (kind, group, plural, hub, versions)
    }

    /// Group and plural, for messages.
    public var resource: GroupResource { GroupResource(group: group, plural) }
    /// The kind in the hub version.
    public var hubKind: GroupVersionKind { GroupVersionKind(hub, kind) }
    /// The row of a served version, or nil.
    public func version(_ groupVersion: GroupVersion) -> VersionRow? {
        versions.first { $0.groupVersion == groupVersion }
    }
    /// The row of a subresource, or nil.
    public func subresource(_ name: String) -> SubresourceRow? { subresources.first { $0.name == name } }
    /// Whether it has a status that only `/status` writes.
    public var hasStatus: Bool { subresource("status") != nil }
}

/// What may be done with a resource.
public struct Verbs: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int
    /// Makes a set.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// POST to the collection.
    public static let create = Verbs(rawValue: 1)
    /// GET of an object.
    public static let get = Verbs(rawValue: 2)
    /// GET of the collection.
    public static let list = Verbs(rawValue: 4)
    /// Watches of either.
    public static let watch = Verbs(rawValue: 8)
    /// PUT.
    public static let update = Verbs(rawValue: 16)
    /// PATCH.
    public static let patch = Verbs(rawValue: 32)
    /// DELETE of an object.
    public static let delete = Verbs(rawValue: 64)
    /// DELETE of the collection.
    public static let deleteCollection = Verbs(rawValue: 128)
    /// All of them.
    public static let standard = Verbs(rawValue: 255)

    private static let words: [(Verbs, String)] = [
        (.create, "create"), (.delete, "delete"), (.deleteCollection, "deletecollection"), (.get, "get"),
        (.list, "list"), (.patch, "patch"), (.update, "update"), (.watch, "watch"),
    ]
    /// The words of discovery, sorted.
    public var names: [String] { Self.words.filter { contains($0.0) }.map(\.1) }
}

/// A served version of a kind.
public struct VersionRow: Sendable {
    /// Group and version as the path names them.
    public var groupVersion: GroupVersion
    /// The kind in this version when it differs (`Minion`).
    public var kind: String?
    /// The plural in this version when it differs (`minions`, `replicationControllers`).
    public var plural: String?
    /// The name of the type in the schema library; see `SchemaLibrary`.
    public var schema: String
    /// Fills defaults that depend on other fields; versioned form, after the schema's own defaults.
    public var defaults: @Sendable (inout KubeObject) -> Void
    /// Turns the versioned form into the hub form; nil when only `apiVersion` differs.
    public var toHub: (@Sendable (inout KubeObject) throws -> Void)?
    /// Turns the hub form into the versioned form; nil when only `apiVersion` differs.
    public var fromHub: (@Sendable (inout KubeObject) -> Void)?
    /// Text of a `Warning` header for clients that still use it, or nil.
    public var deprecation: String?
    /// What is wrong with an update through this version beyond the kind's rules; both objects in the hub version.
    public var validateUpdate: @Sendable (_ new: KubeObject, _ old: KubeObject) -> [FieldError] = { _, _ in [] }
    /// What a deletion through this version does to dependents when the client does not say.
    public var defaultPropagation = DeletionPropagation.background
    /// The group and version of the `Scale` that this version's `/scale` speaks; see `Scale`.
    public var scaleVersion = Scale.autoscaling
    /// What sets a version of the first years apart; nil for all others.
    public var legacy: LegacyTraits?

    /// Makes a version.
    public init(
        _ groupVersion: GroupVersion, schema: String, kind: String? = nil, plural: String? = nil,
        defaults: @escaping @Sendable (inout KubeObject) -> Void = { _ in },
        toHub: (@Sendable (inout KubeObject) throws -> Void)? = nil,
        fromHub: (@Sendable (inout KubeObject) -> Void)? = nil, deprecation: String? = nil
    ) {
        (self.groupVersion, self.schema, self.kind, self.plural) = (groupVersion, schema, kind, plural)
        (self.defaults, self.toHub, self.fromHub, self.deprecation) = (defaults, toHub, fromHub, deprecation)
    }
}

/// A subresource of a kind, such as `pods/status`.
public struct SubresourceRow: Sendable {
    /// How the server handles a subresource.
    public enum Behaviour: Sendable {
        /// The whole object of which only the status is written; `prepare` resets the rest from `old`.
        case status(prepare: @Sendable (_ new: inout KubeObject, _ old: KubeObject) -> Void)
        /// `autoscaling/v1 Scale` over `spec.replicas`; `selector` reads the label selector's text.
        case scale(selector: @Sendable (KubeObject) -> String)
        /// `pods/NAME/binding`.
        case binding
        /// `pods/NAME/eviction`.
        case eviction
        /// `namespaces/NAME/finalize`.
        case finalize
        /// Passed through to a node: log, exec, attach, portforward, proxy.
        case connect
    }

    /// The last segment of the path.
    public var name: String
    /// The kind discovery shows.
    public var kind: GroupVersionKind?
    /// The verbs discovery shows.
    public var verbs: [String]
    /// How it is handled.
    public var behaviour: Behaviour
    /// What is wrong with a write through `status` (after `prepare`) or `finalize`; it stands in for the kind's rules.
    public var validateUpdate: @Sendable (_ new: KubeObject, _ old: KubeObject) -> [FieldError] = { _, _ in [] }

    /// Makes a subresource.
    public init(_ name: String, kind: GroupVersionKind? = nil, verbs: [String], _ behaviour: Behaviour) {
        (self.name, self.kind, self.verbs, self.behaviour) = (name, kind, verbs, behaviour)
    }
}

/// A column of a kind's table.
public struct ColumnRow: Sendable {
    /// The heading, such as `Ready`.
    public var name: String
    /// `string`, `integer`, `number`, `boolean` or `date`.
    public var type: String
    /// `name` marks the primary column; else empty.
    public var format: String
    /// 0 always shown, 1 with `-o wide`.
    public var priority: Int
    /// What it shows.
    public var description: String
    /// The cell of an object (hub version); `now` is for ages.
    public var cell: @Sendable (_ object: KubeObject, _ now: UnixTime) -> JSONValue

    /// Makes a column.
    public init(
        _ name: String, type: String = "string", format: String = "", priority: Int = 0, _ description: String = "",
        cell: @escaping @Sendable (_ object: KubeObject, _ now: UnixTime) -> JSONValue
    ) {
        (self.name, self.type, self.format, self.priority) = (name, type, format, priority)
        (self.description, self.cell) = (description, cell)
    }

    /// Name and age, for kinds without columns of their own.
    public static let nameAndAge: [ColumnRow] = [.name, .age]

    /// The primary column.
    public static let name = ColumnRow("Name", format: "name", "Name of the object within its namespace.") {
        object, _ in
        .string(object.name)
    }

    /// The age column.
    public static let age = ColumnRow("Age", "Time since the object was created.") { object, now in
        .string(KubeTime.age(of: object.creationTimestamp, at: now))
    }
}

/// When `metadata.generation` grows (spec `kubernetes/02` §2.2).
public enum GenerationRule: Sendable {
    /// Never; the field is absent.
    case none
    /// 1 on creation, one more with every change of `spec`.
    case spec
    /// 1 on creation, one more with every change of `spec` or the annotations.
    case specAndAnnotations
    /// 1 on creation, one more with every change outside `metadata` and `status`.
    case content
}
