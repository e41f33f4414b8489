public import KubeModel

/// The port to what puts volumes on the host for a pod.
public protocol PodVolumes: Sendable {
    /// Makes a pod's volumes there and up to date; returns each volume's path on the host by name.
    ///
    /// Idempotent, and called again while the pod runs: files of secrets, config maps and the downward API follow their
    /// sources. Throws `VolumeFailure` while a volume cannot be had.
    func mount(_ pod: KubeObject, context: PodContext) async throws(VolumeFailure) -> [String: String]

    /// Takes away what was made for a pod; idempotent.
    func unmount(uid: String) async throws(VolumeFailure)

    /// The uids of pods that volumes are there for, also from before a restart.
    func mountedPods() async -> [String]

    /// Why a pod must be evicted for what it has written into its volumes; nil when it keeps to its limits.
    func excess(_ pod: KubeObject) async -> String?
}

extension PodVolumes {
    /// Nothing is measured.
    public func excess(_ pod: KubeObject) async -> String? { nil }
}

/// Why a volume is not there.
public struct VolumeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The volume; empty when the pod's directory as a whole is meant.
    public var volume: String
    /// What is wrong, for the event `FailedMount`.
    public var message: String

    /// Makes a failure.
    public init(volume: String = "", _ message: String) { (self.volume, self.message) = (volume, message) }

    /// The message.
    public var description: String { message }
}

/// What a node knows of a pod besides the pod.
public struct PodContext: Hashable, Sendable {
    /// The node's name.
    public var nodeName: String
    /// The node's address (`status.hostIP`).
    public var hostAddress: String
    /// The pod's address; empty before it has one.
    public var podAddress: String
    /// The node's allocatable CPU in thousandths, for `resourceFieldRef` without a limit.
    public var allocatableCPU: Int64
    /// The node's allocatable memory in bytes.
    public var allocatableMemory: Int64

    /// Makes a context.
    public init(
        nodeName: String, hostAddress: String, podAddress: String = "", allocatableCPU: Int64 = 0,
        allocatableMemory: Int64 = 0
    ) {
        (self.nodeName, self.hostAddress, self.podAddress) = (nodeName, hostAddress, podAddress)
        (self.allocatableCPU, self.allocatableMemory) = (allocatableCPU, allocatableMemory)
    }
}
