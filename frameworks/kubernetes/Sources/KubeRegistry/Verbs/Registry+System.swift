internal import KubeKinds
internal import KubeModel

extension Registry {
    /// Makes the objects of `RegistryConfiguration.systemObjects` that are missing, and puts those right that the
    /// server keeps by itself (the Service and Endpoints of the API).
    func makeSystemObjects() async throws {
        for object in configuration.systemObjects {
            guard let version = GroupVersion(parsing: object.apiVersion),
                let entry = kinds.entry(GroupVersionKind(version, object.kind)),
                let kind = served(plural: entry.plural, in: version)
            else { continue }
            let target = ResourceTarget(kind, namespace: object.namespace, name: object.name)
            if kind.row.createsOnUpdate {
                _ = try await updateObject(target, object, .kind, WriteOptions())
            } else if try await reader.value(kind.stored.key(target.namespace, target.name)) == nil {
                _ = try await createObject(target, object, WriteOptions())
            }
        }
    }
}
