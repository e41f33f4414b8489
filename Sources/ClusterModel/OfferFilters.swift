public import ResourceModel

/// The smallest offers that a framework wants in a role (`OfferFilters` of the v1 messages).
///
/// Source: spec `mesos/02` §2.2.6.
public struct OfferFilters: Hashable, Sendable {
    /// Alternatives, one of which an offer must reach; empty = any offer will do; nil = as the master is configured.
    public var minimumAllocatable: [ResourceQuantities]?
    /// What is wrong with their numbers as they came in, in words.
    public var formProblem: String?

    /// Makes filters.
    public init(minimumAllocatable: [ResourceQuantities]? = nil) { self.minimumAllocatable = minimumAllocatable }
}
