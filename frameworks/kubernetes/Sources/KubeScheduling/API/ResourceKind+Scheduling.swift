public import KubeModel

extension ResourceKind {
    /// Core v1 bindings: a pod is bound by making one in its namespace with its name.
    public static let bindings = ResourceKind(.v1, "Binding", plural: "bindings")
    /// Core v1 persistent volumes.
    public static let persistentVolumes = ResourceKind(
        .v1, "PersistentVolume", plural: "persistentvolumes", isNamespaced: false)
    /// Core v1 claims of persistent volumes.
    public static let persistentVolumeClaims = ResourceKind(
        .v1, "PersistentVolumeClaim", plural: "persistentvolumeclaims")
}
