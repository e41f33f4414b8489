public import KubeModel

/// Every kind the server knows, in order (decision D9).
///
/// One value is made at start and shared; lookups are hashed. Adding a kind is adding a `KindRow` to the array that
/// makes `standard`.
public struct KindTable: Sendable {
    /// A kind in one of the versions it is served in.
    public struct Entry: Sendable {
        /// The kind.
        public let row: KindRow
        /// The version of it.
        public let version: VersionRow

        /// The plural as this version's paths name it.
        public var plural: String { version.plural ?? row.plural }
        /// The kind as this version names it.
        public var kind: GroupVersionKind { GroupVersionKind(version.groupVersion, version.kind ?? row.kind) }

        /// The kind that a subresource of it speaks, which for `scale` depends on the version.
        public func kind(of subresource: SubresourceRow) -> GroupVersionKind {
            if case .scale = subresource.behaviour { return GroupVersionKind(version.scaleVersion, "Scale") }
            return subresource.kind ?? kind
        }
    }

    /// A group with its versions, preferred first.
    public struct Group: Hashable, Sendable {
        /// The name; empty for core.
        public let name: String
        /// The versions, preferred first; never empty.
        public let versions: [GroupVersion]
    }

    /// The kinds in the order they were given.
    public let rows: [KindRow]
    /// The groups in the order discovery shows them, which decides what a short name means; legacy versions stay out.
    public let groups: [Group]
    /// Versions that are served but not shown to clients that look for the best one; sorted.
    public let legacyVersions: [GroupVersion]

    private struct Address: Hashable {
        var groupVersion: GroupVersion
        var word: String
    }
    private let byKind: [Address: Entry]
    private let byPlural: [Address: Entry]
    private let byVersion: [GroupVersion: [Entry]]

    /// Makes a table; of two rows that claim the same kind or plural in a version, the later one wins.
    public init(_ rows: [KindRow]) {
        var byKind: [Address: Entry] = [:]
        var byPlural: [Address: Entry] = [:]
        var byVersion: [GroupVersion: [Entry]] = [:]
        for row in rows {
            for version in row.versions {
                let entry = Entry(row: row, version: version)
                byKind[Address(groupVersion: version.groupVersion, word: entry.kind.kind)] = entry
                byPlural[Address(groupVersion: version.groupVersion, word: entry.plural)] = entry
                byVersion[version.groupVersion, default: []].append(entry)
            }
        }
        (self.rows, self.byKind, self.byPlural) = (rows, byKind, byPlural)
        self.byVersion = byVersion.mapValues { $0.sorted { $0.plural < $1.plural } }
        let isLegacy = byVersion.mapValues { entries in entries.allSatisfy { $0.version.legacy != nil } }
        groups = Self.ordered(isLegacy.filter { !$0.value }.keys)
        legacyVersions = isLegacy.filter(\.value).keys.sorted { $0.description < $1.description }
    }

    /// The kind of a group and version, or nil.
    public func entry(_ kind: GroupVersionKind) -> Entry? {
        byKind[Address(groupVersion: kind.groupVersion, word: kind.kind)]
    }

    /// The kind behind a path's plural in a group and version, or nil.
    public func entry(plural: String, in groupVersion: GroupVersion) -> Entry? {
        byPlural[Address(groupVersion: groupVersion, word: plural)]
    }

    /// The kinds of a group and version by plural; empty when it is not served.
    public func entries(in groupVersion: GroupVersion) -> [Entry] { byVersion[groupVersion] ?? [] }

    /// The kinds this server is built with.
    public static let standard = KindTable((WorkloadKinds.all + CoreKinds.all).map(LegacyKinds.extended))
}

extension KindTable {
    /// Groups that come first, in this order; others follow by name, and `lastGroup` ends the list.
    private static let firstGroups = [
        "", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch",
        "certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
        "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
    ]
    private static let lastGroup = "extensions"

    private static func ordered(_ served: some Sequence<GroupVersion>) -> [Group] {
        var versions: [String: [GroupVersion]] = [:]
        for groupVersion in served { versions[groupVersion.group, default: []].append(groupVersion) }
        func rank(_ group: String) -> Int {
            group == lastGroup ? .max : firstGroups.firstIndex(of: group) ?? firstGroups.count
        }
        return versions.keys.sorted { (rank($0), $0) < (rank($1), $1) }.map { name in
            let sorted = (versions[name] ?? []).sorted {
                KubeVersion($0.version) > KubeVersion($1.version)
            }
            return Group(name: name, versions: sorted)
        }
    }
}

/// A version's rank: stable before beta before alpha, then higher numbers first (`v2 > v1 > v1beta3 > v1beta1`).
private struct KubeVersion: Comparable {
    private let rank: [Int]
    private let text: String

    init(_ text: String) {
        self.text = text
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        let stability = text.contains("alpha") ? 0 : text.contains("beta") ? 1 : 2
        rank = [stability] + numbers
    }

    static func < (left: Self, right: Self) -> Bool {
        left.rank == right.rank ? left.text < right.text : left.rank.lexicographicallyPrecedes(right.rank)
    }
}
