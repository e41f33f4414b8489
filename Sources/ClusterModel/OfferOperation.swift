public import ClusterBase
public import ResourceModel

/// What a scheduler does with offered resources (`Offer.Operation` of the v1 messages).
public struct OfferOperation: Hashable, Sendable {
    /// What is done; which operations need what is in spec `mesos/02` §2.4.
    public enum Action: Hashable, Sendable {
        /// Launch tasks one by one.
        case launch([TaskInfo])
        /// Launch tasks together on one executor, all or none.
        case launchGroup(ExecutorInfo, [TaskInfo])
        /// Reserve: `source` becomes `resources`.
        ///
        /// An empty source stands for `resources` without their last reservation.
        case reserve(source: Resources, resources: Resources)
        /// Take the last reservation off.
        case unreserve(Resources)
        /// Make persistent volumes.
        case create(Resources)
        /// Destroy persistent volumes with what is in them.
        case destroy(Resources)
        /// Make a persistent volume larger.
        case growVolume(volume: Resource, addition: Resource)
        /// Make a persistent volume smaller by so many megabytes.
        case shrinkVolume(volume: Resource, subtract: Scalar)
        /// Let a resource provider make a disk of raw storage; `kind` nil = a kind that cannot be made.
        case createDisk(source: Resource, kind: Resource.Disk.Source.Kind?, profile: String?)
        /// Let a resource provider turn a disk back into raw storage.
        case destroyDisk(source: Resource)
        /// An operation that this version does not know, or one without its part; the wire name of its type.
        case unsupported(name: String)
    }

    /// The framework's id of it, if the framework wants to hear of it.
    public var id: OperationID?
    /// What is done.
    public var action: Action
    /// What is wrong with the resources as they came in, in words; the resources here are then not what was meant.
    public var resourceProblem: String?

    /// Makes an operation.
    public init(id: OperationID? = nil, _ action: Action, resourceProblem: String? = nil) {
        (self.id, self.action, self.resourceProblem) = (id, action, resourceProblem)
    }

    /// Launches tasks one by one.
    public static func launch(_ tasks: [TaskInfo]) -> Self { Self(.launch(tasks)) }

    /// Launches tasks together.
    public static func launchGroup(_ executor: ExecutorInfo, _ tasks: [TaskInfo]) -> Self {
        Self(.launchGroup(executor, tasks))
    }

    /// Reserves resources given as they are to be; `source` is for changes of reservations only.
    public static func reserve(_ resources: Resources, source: Resources = [], id: OperationID? = nil) -> Self {
        Self(id: id, .reserve(source: source, resources: resources))
    }

    /// Takes the last reservation off resources given as they are.
    public static func unreserve(_ resources: Resources, id: OperationID? = nil) -> Self {
        Self(id: id, .unreserve(resources))
    }

    /// Makes persistent volumes.
    public static func create(_ volumes: Resources, id: OperationID? = nil) -> Self { Self(id: id, .create(volumes)) }

    /// Destroys persistent volumes.
    public static func destroy(_ volumes: Resources, id: OperationID? = nil) -> Self { Self(id: id, .destroy(volumes)) }

    /// An operation that is not known.
    public static func unsupported(name: String, id: OperationID? = nil) -> Self {
        Self(id: id, .unsupported(name: name))
    }

    /// The name of its type on the wire.
    public var name: String {
        switch action {
        case .launch: "LAUNCH"
        case .launchGroup: "LAUNCH_GROUP"
        case .reserve: "RESERVE"
        case .unreserve: "UNRESERVE"
        case .create: "CREATE"
        case .destroy: "DESTROY"
        case .growVolume: "GROW_VOLUME"
        case .shrinkVolume: "SHRINK_VOLUME"
        case .createDisk: "CREATE_DISK"
        case .destroyDisk: "DESTROY_DISK"
        case .unsupported(let name): name
        }
    }
}
