/// The numbers of a node that the inner loop of placement reads; nothing in it is counted by reference.
struct NodeGauge: Sendable {
    /// What is offered and neither promised to a pod nor owed to the executor; may be less than nothing.
    var free = Amounts.zero
    /// What the node has in all, as far as it is known.
    var totalCPUs: Int64 = 0
    var totalMemory: Int64 = 0
    /// What the pods on it are charged.
    var usedCPUs: Int64 = 0
    var usedMemory: Int64 = 0
    var pods: Int32 = 0
    var maximumPods: Int32 = 0
    var hasOffers = false
    /// Whether no taint and no mark keeps ordinary pods off.
    var isOpen = true
    var hasSoftTaints = false
    /// The number of its zone; -1 for none.
    var zone: Int32 = -1
}

/// A port of a host that is in use.
struct HostPort: Hashable, Sendable {
    var transport: String
    var number: UInt16
}
