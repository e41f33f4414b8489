/// What a pod may be told about itself that is not in its object.
public struct PodFacts: Hashable, Sendable {
    /// The name of its node.
    public var nodeName: String
    /// Its node's address.
    public var hostAddress: String
    /// Its addresses; empty before it has one.
    public var podAddresses: [String]
    /// The node's allocatable CPU in thousandths.
    public var allocatableCPU: Int64
    /// The node's allocatable memory in bytes.
    public var allocatableMemory: Int64

    /// Makes a record.
    public init(
        nodeName: String = "", hostAddress: String = "", podAddresses: [String] = [], allocatableCPU: Int64 = 0,
        allocatableMemory: Int64 = 0
    ) {
        (self.nodeName, self.hostAddress, self.podAddresses) = (nodeName, hostAddress, podAddresses)
        (self.allocatableCPU, self.allocatableMemory) = (allocatableCPU, allocatableMemory)
    }
}
