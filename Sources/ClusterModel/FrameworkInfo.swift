public import ClusterBase
public import ResourceModel

/// A label of a framework, task or executor.
public typealias Label = Resource.Label

/// What a framework can deal with; raw values are `1 << wire number` (spec `mesos/01` §1.7).
public struct FrameworkCapabilities: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt32

    /// Makes a set of bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// REVOCABLE_RESOURCES.
    public static let revocableResources = Self(rawValue: 1 << 1)
    /// TASK_KILLING_STATE.
    public static let taskKillingState = Self(rawValue: 1 << 2)
    /// GPU_RESOURCES.
    public static let gpuResources = Self(rawValue: 1 << 3)
    /// SHARED_RESOURCES.
    public static let sharedResources = Self(rawValue: 1 << 4)
    /// PARTITION_AWARE.
    public static let partitionAware = Self(rawValue: 1 << 5)
    /// MULTI_ROLE.
    public static let multiRole = Self(rawValue: 1 << 6)
    /// RESERVATION_REFINEMENT.
    public static let reservationRefinement = Self(rawValue: 1 << 7)
    /// REGION_AWARE.
    public static let regionAware = Self(rawValue: 1 << 8)

    /// Wire names by wire number.
    public static let names: [(number: Int, name: String)] = [
        (1, "REVOCABLE_RESOURCES"), (2, "TASK_KILLING_STATE"), (3, "GPU_RESOURCES"), (4, "SHARED_RESOURCES"),
        (5, "PARTITION_AWARE"), (6, "MULTI_ROLE"), (7, "RESERVATION_REFINEMENT"), (8, "REGION_AWARE"),
    ]

    /// The wire names of the members, by number.
    public var wireNames: [String] { Self.names.filter { rawValue & (1 << UInt32($0.number)) != 0 }.map(\.name) }
}

/// What a framework says about itself (`FrameworkInfo` of the v1 messages).
public struct FrameworkInfo: Hashable, Sendable {
    /// The id; nil before the first subscription.
    public var id: FrameworkID?
    /// The default user of its tasks.
    public var user: String
    /// Its name, for people.
    public var name: String
    /// How long the master waits for a disconnected scheduler.
    public var failoverTimeout: Duration
    /// Whether agents keep records of its tasks, so that these survive agent restarts.
    public var checkpoint: Bool
    /// The host of the scheduler.
    public var hostname: String
    /// Who it says it is.
    public var principal: String?
    /// Where people find its page.
    public var webuiURL: String?
    /// Its roles; without MULTI_ROLE exactly one.
    public var roles: [String]
    /// What it can deal with.
    public var capabilities: FrameworkCapabilities
    /// Its labels.
    public var labels: [Label]
    /// What it says of the offers of its roles, by role.
    public var offerFilters: [String: OfferFilters]
    /// As received; nil when made here.
    public var wire: WireImage?

    /// Makes a description; without MULTI_ROLE give exactly one role.
    public init(
        id: FrameworkID? = nil, user: String, name: String, failoverTimeout: Duration = .zero, checkpoint: Bool = false,
        hostname: String = "", principal: String? = nil, webuiURL: String? = nil, roles: [String] = ["*"],
        capabilities: FrameworkCapabilities = [], labels: [Label] = [],
        offerFilters: [String: OfferFilters] = [:], wire: WireImage? = nil
    ) {
        (self.id, self.user, self.name, self.failoverTimeout) = (id, user, name, failoverTimeout)
        (self.checkpoint, self.hostname, self.principal) = (checkpoint, hostname, principal)
        (self.webuiURL, self.roles, self.capabilities) = (webuiURL, roles, capabilities)
        (self.labels, self.offerFilters, self.wire) = (labels, offerFilters, wire)
    }

    /// Whether it uses `roles` and sees allocation infos.
    public var isMultiRole: Bool { capabilities.contains(.multiRole) }
    /// Whether it is told the fine states of partitioned tasks.
    public var isPartitionAware: Bool { capabilities.contains(.partitionAware) }
}
