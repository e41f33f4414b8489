/// The schemas of the API's types as text; `SchemaParser` of `KubeModel` documents the language.
///
/// Field names, types and rules follow Kubernetes 1.20 to 1.37, so that old and new clients find theirs; the
/// descriptions are our own.
public enum KubeSchemas {
    /// Every text; one library is made of all of them.
    public static let all = [meta, pods, containers, volumes, scheduling, services, nodes, core, workloads, legacy]
}
