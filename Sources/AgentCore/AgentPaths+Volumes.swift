public import ClusterBase
public import ClusterModel
public import ResourceModel

// Where persistent volumes and their records are (spec mesos/05 §5.3).
extension AgentPaths {
    /// `meta/resources`, where reservations, volumes and operations are recorded.
    public var resources: String { meta + "/resources" }

    /// The directory of an operation's statuses.
    public func operation(_ uuid: UniqueID, on agent: AgentID) -> String {
        "\(self.agent(agent, meta: true))/operations/\(uuid)"
    }

    /// What the agent is to be emptied for.
    public func drainConfig(_ agent: AgentID) -> String { self.agent(agent, meta: true) + "/drain.config" }

    /// The directory of a persistent volume of this agent; nil when it cannot have one.
    public func volume(_ volume: Resource) -> String? { Self.volume(volume, below: workDirectory) }

    /// As `volume(_:)`, for any work directory.
    ///
    /// A role's `/` is a blank in the path. A volume on a mount of its own is that mount. Nil for what is no volume,
    /// not reserved, has an unsafe id or role, or is on a block device or raw storage.
    public static func volume(_ volume: Resource, below workDirectory: String) -> String? {
        guard let id = volume.disk?.persistenceID, IDRules.problem(id) == nil,
            volume.isReserved, RoleRules.problem(volume.role) == nil
        else { return nil }
        let role = String(volume.role.map { $0 == "/" ? " " : $0 })
        let path = "/volumes/roles/\(role)/\(id)"
        guard let source = volume.disk?.source else { return workDirectory + path }
        guard let root = source.root, !root.isEmpty, source.id == nil else { return nil }
        let base = root.hasPrefix("/") ? root : workDirectory + "/" + root
        return switch source.kind {
        case .path: base + path
        case .mount: base
        case .block, .raw: nil
        }
    }
}
