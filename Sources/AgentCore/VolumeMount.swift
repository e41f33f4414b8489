/// A persistent volume as a container sees it.
public struct VolumeMount: Hashable, Sendable {
    /// Its persistence id.
    public var id: String
    /// Its directory on the host.
    public var source: String
    /// Where it appears; relative = below the sandbox.
    public var containerPath: String
    /// Whether it can only be read; a link below a sandbox cannot enforce that.
    public var isReadOnly: Bool
    /// Whether the container's user becomes its owner: not while another container uses it.
    public var changesOwner: Bool

    /// Makes a mount.
    public init(
        id: String, source: String, containerPath: String, isReadOnly: Bool = false, changesOwner: Bool = true
    ) {
        (self.id, self.source, self.containerPath) = (id, source, containerPath)
        (self.isReadOnly, self.changesOwner) = (isReadOnly, changesOwner)
    }
}
