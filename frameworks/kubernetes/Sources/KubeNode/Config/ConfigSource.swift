public import KubeModel

/// The port to the objects that pods take their configuration from.
///
/// Answers may be as old as the source's cache; a source that cannot be asked gives the last answer it had, if any.
public protocol ConfigSource: Sendable {
    /// A secret; nil when there is none.
    func secret(_ key: ObjectKey) async throws -> KubeObject?
    /// A config map; nil when there is none.
    func configMap(_ key: ObjectKey) async throws -> KubeObject?
    /// A service account; nil when there is none, or when the API knows no such kind.
    func serviceAccount(_ key: ObjectKey) async throws -> KubeObject?
    /// A claim for a persistent volume; nil when there is none, or when the API knows no such kind.
    func claim(_ key: ObjectKey) async throws -> KubeObject?
    /// A persistent volume; nil when there is none, or when the API knows no such kind.
    func persistentVolume(_ name: String) async throws -> KubeObject?
    /// The services of a namespace, by name.
    func services(in namespace: String) async -> [KubeObject]
}
