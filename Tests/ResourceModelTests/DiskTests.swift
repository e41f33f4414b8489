internal import ResourceModel
internal import Testing

/// Which disks merge, divide and are the same.
@Suite struct DiskTests {
    typealias Source = Resource.Disk.Source

    static func disk(
        _ size: Double, _ id: String? = nil, path: String? = nil, from source: Source? = nil, role: String? = nil
    ) -> Resource {
        Resource(
            name: "disk", value: .scalar(Scalar(size)),
            reservations: role.map { [.init(kind: .dynamic, role: $0)] } ?? [],
            disk: id == nil && path == nil && source == nil
                ? nil : .init(persistenceID: id, containerPath: path, source: source))
    }

    @Test func kindsOfSourcesMergeOrDoNot() {
        for (kind, vendor, id, profile) in Self.sources {
            let source = Source(kind, id: id, profile: profile, vendor: vendor)
            let (one, two): (Resources, Resources) = ([Self.disk(1, from: source)], [Self.disk(2, from: source)])
            let divides = kind == .path || (kind == .raw && id == nil)
            #expect(one.contains(one) && two.contains(one) == divides, "\(source)")
            #expect((one + one == two) == divides && (one + one).count == (divides ? 1 : 2), "\(source)")
            #expect((two - one).disk == Scalar(divides ? 1 : 2), "\(source)")
        }
    }

    private static var sources: [(Source.Kind, String?, String?, String?)] {
        Source.Kind.allCases.flatMap { kind in
            [nil, "vendor"].flatMap { vendor in
                [nil, "id"].flatMap { id in [nil, "profile"].map { (kind, vendor, id, $0) } }
            }
        }
    }

    @Test func differentSourcesStayApart() {
        let sources = [
            Source(.path, root: "a"), Source(.path, root: "b"), Source(.mount, root: "a"),
            Source(.path, root: "a", id: "i"), Source(.path, root: "a", profile: "p"),
            Source(.path, root: "a", metadata: [.init(key: "k")]),
        ]
        let bag = Resources(sources.map { Self.disk(10, from: $0) })
        #expect(bag.count == sources.count)
        for source in sources { #expect((bag - [Self.disk(10, from: source)]).count == sources.count - 1) }
    }

    @Test func volumesAreTakenWholeAndById() {
        let (one, two) = (Self.disk(10, "1", path: "p", role: "r"), Self.disk(10, "2", path: "p", role: "r"))
        let sum: Resources = [one, two]
        #expect(sum.count == 2 && sum.contains(one) && sum.contains(two))
        #expect(!sum.contains(Self.disk(20, "1", path: "p", role: "r")))
        #expect(!sum.contains(Self.disk(5, "1", path: "p", role: "r")))
        #expect(Resources([one]) - [two] == [one] && (sum - [two]) == [one])
        #expect(!Resources([one]).contains(Resources([one, one])) && Resources([one, one]).contains([one, one]))
    }

    @Test func whereAContainerSeesAVolumeDoesNotMatter() {
        let (one, other) = (Self.disk(10, "1", path: "a", role: "r"), Self.disk(10, "1", path: "b", role: "r"))
        #expect(Resources([one]) == [other] && (Resources([one]) - [other]).isEmpty && one != other)
        let (plain, mounted) = (Self.disk(10, path: "p", role: "r"), Self.disk(10, role: "r"))
        #expect(Resources([plain]) != [mounted])
    }

    @Test func volumesAndTheirDisks() {
        let source = Source(.mount, root: "m")
        #expect(Self.disk(3, "1", path: "p", role: "r").withoutVolume == Self.disk(3, role: "r"))
        #expect(Self.disk(3, "1", path: "p", from: source).withoutVolume == Self.disk(3, from: source))
        var shared = Self.disk(3, "1", path: "p", role: "r")
        shared.isShared = true
        #expect(shared.withoutVolume == Self.disk(3, role: "r"))
        let bag: Resources = [.scalar("cpus", 1), shared, Self.disk(5)]
        #expect(bag.persistentVolumes == [shared] && bag.shared == [shared])
    }

    @Test func copiesOfADescriptionAreIndependent() {
        let one = Resource.Disk(persistenceID: "1", containerPath: "p", source: Source(.path, root: "x"))
        var other = one
        other.persistenceID = "2"
        other.persistencePrincipal = "alice"
        other.mounting?.isReadOnly = true
        other.source?.root = "y"
        #expect(one.persistenceID == "1" && one.persistencePrincipal == nil && one.mounting?.isReadOnly == false)
        #expect(one.source?.root == "x" && other.source?.root == "y" && other.containerPath == "p" && one != other)
        #expect(one.hashValue == Resource.Disk(persistenceID: "1", source: Source(.path, root: "x")).hashValue)
    }
}
