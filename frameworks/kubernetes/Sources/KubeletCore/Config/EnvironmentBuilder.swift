internal import ClusterBase
public import KubeModel

/// Works out the environment of a container: services first, then `envFrom`, then `env`, later ones winning.
///
/// Source: spec `kubernetes/04` §4.7.
public struct EnvironmentBuilder: Sendable {
    private let pod: KubeObject
    private let objects: ConfigObjects
    private let facts: PodFacts
    private let masterNamespace: String

    /// Makes a builder.
    ///
    /// - Parameter masterNamespace: where the service is by which pods reach the API.
    public init(pod: KubeObject, objects: ConfigObjects, facts: PodFacts, masterNamespace: String = "default") {
        (self.pod, self.objects, self.facts) = (pod, objects, facts)
        self.masterNamespace = masterNamespace
    }

    /// The environment of a container, each name once, and what had to be left out.
    ///
    /// Throws for a secret, config map or key that is missing and not optional.
    public func build(
        _ container: KubeObject
    ) throws(ConfigError) -> (variables: [(name: String, value: String)], warnings: [ConfigWarning]) {
        var variables = EnvironmentVariables()
        variables.merge(
            ServiceVariables.variables(
                objects.services, namespace: pod.namespace, masterNamespace: masterNamespace,
                linksServices: pod["spec", "enableServiceLinks"]?.bool ?? true))
        var warnings: [ConfigWarning] = []
        for entry in container.list("envFrom").compactMap({ KubeObject($0) }) {
            if let warning = try take(entry, into: &variables) { warnings.append(warning) }
        }
        for entry in container.list("env").compactMap({ KubeObject($0) }) {
            if let value = try value(of: entry, in: container, variables) {
                variables[entry.text("name")] = value
            }
        }
        return (variables.entries, warnings)
    }

    /// Takes all entries of a secret or config map.
    private func take(
        _ entry: KubeObject, into variables: inout EnvironmentVariables
    ) throws(ConfigError) -> ConfigWarning? {
        let holder: ValueHolder
        if let reference = KubeObject(entry["configMapRef"]) {
            holder = ValueHolder(kind: .configMap, reference)
        } else if let reference = KubeObject(entry["secretRef"]) {
            holder = ValueHolder(kind: .secret, reference)
        } else {
            return nil
        }
        guard let object = try holder.find(in: objects) else { return nil }
        let prefix = entry.text("prefix")
        var skipped: [String] = []
        for (key, value) in holder.texts(object) {
            let name = prefix + key
            if NameRules.environmentName(name).isEmpty { variables[name] = value } else { skipped.append(name) }
        }
        if skipped.isEmpty { return nil }
        return ConfigWarning(
            "InvalidEnvironmentVariableNames",
            "Keys [\(skipped.joined(separator: ", "))] from the EnvFrom \(holder.kind.rawValue) "
                + "\(pod.namespace)/\(holder.name) were skipped since they are considered invalid environment "
                + "variable names.")
    }

    /// The value of an entry of `env`; nil when an optional source is missing.
    private func value(
        of entry: KubeObject, in container: KubeObject, _ variables: EnvironmentVariables
    ) throws(ConfigError) -> String? {
        let literal = entry.text("value")
        if !literal.isEmpty { return VariableExpansion.expand(literal) { variables[$0] } }
        guard let source = KubeObject(entry["valueFrom"]) else { return "" }
        if let reference = KubeObject(source["fieldRef"]) {
            return try DownwardValue.field(reference.text("fieldPath"), of: pod, facts)
        }
        if let reference = KubeObject(source["resourceFieldRef"]) {
            return try DownwardValue.resource(reference, of: pod, container: container, facts)
        }
        let holder: ValueHolder
        if let reference = KubeObject(source["configMapKeyRef"]) {
            holder = ValueHolder(kind: .configMap, reference)
        } else if let reference = KubeObject(source["secretKeyRef"]) {
            holder = ValueHolder(kind: .secret, reference)
        } else {
            return ""
        }
        guard let object = try holder.find(in: objects) else { return nil }
        if let value = holder.text(object) { return value }
        if holder.isOptional { return nil }
        let kind = holder.kind == .configMap ? "ConfigMap" : "Secret"
        throw ConfigError("couldn't find key \(holder.key) in \(kind) \(pod.namespace)/\(holder.name)")
    }
}
