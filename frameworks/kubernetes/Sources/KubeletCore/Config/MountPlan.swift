internal import ClusterBase
internal import KubeModel

/// One of a container's volume mounts, worked out as far as that does not need the host.
public struct MountPlan: Hashable, Sendable {
    /// The volume's name.
    public var volume: String
    /// The path in the container, absolute.
    public var containerPath: String
    /// The path below the volume, with variables replaced; empty = the volume itself.
    public var subPath: String
    /// Whether it cannot be written.
    public var isReadOnly: Bool
    /// How mounts spread.
    public var propagation: ContainerConfig.Mount.Propagation

    /// The mounts of a container, in its order.
    ///
    /// Throws for a path below the volume that leads out of it by name, or whose variables are not known.
    public static func mounts(
        of container: ContainerView, environment: [(name: String, value: String)]
    ) throws(ConfigError) -> [MountPlan] {
        var plans: [MountPlan] = []
        for mount in container.object.list("volumeMounts").compactMap({ KubeObject($0) }) {
            let path = mount.text("mountPath")
            plans.append(
                MountPlan(
                    volume: mount.text("name"), containerPath: path.hasPrefix("/") ? path : "/" + path,
                    subPath: try subPath(mount, environment), isReadOnly: mount.flag("readOnly"),
                    propagation: ContainerConfig.Mount.Propagation(rawValue: mount.text("mountPropagation")) ?? .none))
        }
        return plans
    }

    private static func subPath(
        _ mount: KubeObject, _ environment: [(name: String, value: String)]
    ) throws(ConfigError) -> String {
        var path = mount.text("subPath")
        let expression = mount.text("subPathExpr")
        if !expression.isEmpty {
            var missing: String?
            path = VariableExpansion.expand(expression) { name in
                if let value = environment.last(where: { $0.name == name })?.value, !value.isEmpty { return value }
                missing = missing ?? name
                return ""
            }
            if let missing { throw ConfigError("missing value for \"\(missing)\"") }
        }
        if path.hasPrefix("/") { throw ConfigError("error SubPath `\(path)` must not be an absolute path") }
        if path.split(separator: "/").contains("..") {
            throw ConfigError("unable to provision SubPath `\(path)`: must not contain '..'")
        }
        return path
    }
}
