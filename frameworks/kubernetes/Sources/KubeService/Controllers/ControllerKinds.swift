internal import KubeCore
internal import KubeKinds
internal import KubeModel

/// What the controllers have to know of the kind table.
struct ControllerKinds: Sendable {
    /// Kinds whose objects come and go too often, and mean too little, to be owned or to be waited for.
    private static let uncollected: Set<String> = ["Event"]

    /// Kinds that can own and be owned.
    var collected: [ResourceKind] = []
    /// Other names under which owners of those kinds may be written: their further versions and groups.
    var aliases: [GroupVersionKind: ResourceKind] = [:]
    /// Kinds whose objects go with their namespace.
    var contents: [NamespacedContent] = []

    init(_ table: KindTable) {
        for row in table.rows where row.verbs.isSuperset(of: [.list, .watch, .delete]) {
            let kind = ResourceKind(
                row.hub, row.kind, plural: row.version(row.hub)?.plural ?? row.plural, isNamespaced: row.isNamespaced)
            if row.isNamespaced {
                contents.append(NamespacedContent(kind, deletesCollections: row.verbs.contains(.deleteCollection)))
            }
            if Self.uncollected.contains(row.kind) { continue }
            collected.append(kind)
            for version in row.versions {
                aliases[GroupVersionKind(version.groupVersion, version.kind ?? row.kind)] = kind
            }
        }
    }
}
