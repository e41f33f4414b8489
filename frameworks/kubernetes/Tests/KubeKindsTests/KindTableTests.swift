import KubeKinds
import KubeModel
import Testing

/// What the table of kinds finds, and in which order it shows it.
@Suite struct KindTableTests {
    private let table = KindTable.standard

    @Test func groupsComeInTheOrderThatDecidesShortNames() {
        let groups = table.groups.map(\.name)
        #expect(groups.first == "")
        #expect(groups.last == "extensions")
        #expect(groups.firstIndex(of: "apps") == 1)
    }

    @Test func versionsComePreferredFirst() {
        let versions = ["v1beta1", "v2alpha1", "v1", "v2", "v1beta2", "v10"]
        let rows = versions.map { version in
            let groupVersion = GroupVersion(group: "g", version)
            return KindRow(
                "K", group: "g", plural: "ks", hub: groupVersion, versions: [VersionRow(groupVersion, schema: "")])
        }
        #expect(
            KindTable(rows).groups.flatMap(\.versions).map(\.version)
                == ["v10", "v2", "v1", "v1beta2", "v1beta1", "v2alpha1"])
    }

    @Test func versionsMayHaveOtherNames() throws {
        let old = VersionRow(GroupVersion("v1beta1"), schema: "old", kind: "Minion", plural: "minions")
        let new = VersionRow(.v1, schema: "new")
        let small = KindTable([KindRow("Node", plural: "nodes", hub: .v1, versions: [new, old])])
        #expect(small.entry(plural: "minions", in: GroupVersion("v1beta1"))?.version.schema == "old")
        #expect(small.entry(plural: "nodes", in: GroupVersion("v1beta1")) == nil)
        #expect(small.entry(plural: "nodes", in: .v1)?.version.schema == "new")
        #expect(small.entry(GroupVersionKind(GroupVersion("v1beta1"), "Minion"))?.row.kind == "Node")
        #expect(small.entries(in: GroupVersion("v1beta1")).map(\.plural) == ["minions"])
    }

    @Test func deletionsOfEarlyVersionsOrphan() throws {
        func propagation(_ kind: String, _ groupVersion: GroupVersion) throws -> DeletionPropagation {
            try #require(table.entry(GroupVersionKind(groupVersion, kind))).version.defaultPropagation
        }
        let apps = GroupVersion(group: "apps", "v1")
        let extensions = GroupVersion(group: "extensions", "v1beta1")
        #expect(try propagation("ReplicationController", .v1) == .orphan)
        #expect(try propagation("Deployment", extensions) == .orphan)
        #expect(try propagation("ReplicaSet", extensions) == .orphan)
        #expect(try propagation("Deployment", apps) == .background)
        #expect(try propagation("ReplicaSet", apps) == .background)
        #expect(try propagation("Pod", .v1) == .background)
    }

    @Test func everyKindIsServedInItsHubVersion() {
        for row in table.rows {
            #expect(row.version(row.hub) != nil, "\(row.kind)")
            #expect(row.columns.first { $0.format == "name" } != nil, "\(row.kind)")
        }
    }

    @Test func scaleSpeaksTheKindOfItsVersion() throws {
        func scale(_ groupVersion: GroupVersion) throws -> GroupVersionKind {
            let entry = try #require(table.entry(plural: "deployments", in: groupVersion))
            return entry.kind(of: try #require(entry.row.subresource("scale")))
        }
        let extensions = GroupVersion(group: "extensions", "v1beta1")
        #expect(try scale(GroupVersion(group: "apps", "v1")).description == "autoscaling/v1, Kind=Scale")
        #expect(try scale(extensions).description == "extensions/v1beta1, Kind=Scale")
    }

    @Test func subresourcesOfPodsAreThoseOfDiscovery() throws {
        let pods = try #require(table.entry(plural: "pods", in: .v1)).row
        #expect(
            pods.subresources.map(\.name)
                == ["attach", "binding", "eviction", "exec", "log", "portforward", "proxy", "status"])
        #expect(pods.shortNames == ["po"])
        #expect(pods.categories == ["all"])
    }
}
