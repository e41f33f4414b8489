public import KubeModel
public import KubeStore

/// What admission is asked about, and what it may change.
public struct AdmissionReview: Sendable {
    /// What is to be done.
    public enum Operation: String, Sendable {
        /// An object, or a subresource such as `binding`, is created.
        case create = "CREATE"
        /// An object is changed.
        case update = "UPDATE"
        /// An object is deleted.
        case delete = "DELETE"
    }

    /// What is to be done.
    public let operation: Operation
    /// The target; `name` is empty while it is still to be generated.
    public let target: ResourceTarget
    /// Whether nothing will be committed.
    public let isDryRun: Bool
    /// Who asks.
    public let user: String
    /// The stored object, hub version; nil on creation.
    public let old: KubeObject?
    /// The new object, hub version; nil on deletion.
    ///
    /// Only mutating and claiming rules may change it.
    public var object: KubeObject?
    /// What is committed in the same transaction; when one of these does not hold, everything is tried again from the
    /// state then.
    public var changes: [StoreChange] = []
}

/// A rule every write passes, in the order of the configuration; later issues add theirs as further values.
public struct AdmissionRule: Sendable {
    /// When a rule is asked.
    public enum Phase: Sendable {
        /// Before defaults of strategy and validation; may change the object.
        case mutating
        /// After validation; only refuses.
        case validating
        /// After everything else: adds what is committed with the object (addresses, ports).
        case claiming
    }

    /// The name, for messages and flags.
    public let name: String
    /// When it is asked.
    public let phase: Phase
    /// Decides; throws an `APIError` to refuse.
    ///
    /// May be asked several times for one request.
    public let admit: @Sendable (inout AdmissionReview, RegistryReader) async throws -> Void

    /// Makes a rule.
    public init(
        _ name: String, _ phase: Phase,
        admit: @escaping @Sendable (inout AdmissionReview, RegistryReader) async throws -> Void
    ) {
        (self.name, self.phase, self.admit) = (name, phase, admit)
    }
}

/// Reads for admission rules, past HTTP and selectors.
public struct RegistryReader: Sendable {
    let store: any RevisionedStore

    /// The value of a key of the store, from memory when it can tell.
    public func value(_ key: String) async throws -> StoredValue? {
        switch store.peek(key) {
        case .value(let value): value
        case .absent: nil
        case .unknown: try await store.get(key)
        }
    }

    /// The keys with a prefix, as of now.
    public func list(prefix: String) async throws -> [StoredValue] {
        try await store.list(prefix: prefix, after: nil, limit: nil, at: nil).values
    }
}
