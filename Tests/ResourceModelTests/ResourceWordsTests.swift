internal import ResourceModel
internal import Testing

@Suite struct ResourceWordsTests {
    @Test func everythingSaidOfADiskIsShown() {
        var disk = Resource.scalar("disk", 1)
        func expect(_ words: String, _ location: SourceLocation = #_sourceLocation) {
            #expect(disk.description == words, sourceLocation: location)
        }
        expect("disk:1")
        disk = disk.pushing(.init(kind: .static, role: "alice"))
        expect("disk(reservations: [(STATIC,alice)]):1")
        disk.allocationRole = "role"
        expect("disk(allocated: role)(reservations: [(STATIC,alice)]):1")
        disk.allocationRole = nil
        disk.isRevocable = true
        expect("disk(reservations: [(STATIC,alice)]){REV}:1")
        disk.disk = .init(persistenceID: "hadoop", containerPath: "/data")
        expect("disk(reservations: [(STATIC,alice)])[hadoop:/data]{REV}:1")
        disk.isRevocable = false
        disk.isShared = true
        expect("disk(reservations: [(STATIC,alice)])[hadoop:/data]<SHARED>:1")
        disk.isShared = false
        disk.disk?.mounting = .init(containerPath: "/data", hostPath: "/hdfs")
        disk.disk?.source = .init(.mount, root: "/mnt1")
        expect("disk(reservations: [(STATIC,alice)])[MOUNT:/mnt1,hadoop:/hdfs:/data:rw]:1")
        disk.disk?.source = .init(.raw, id: "i", profile: "p", vendor: "v")
        expect("disk(reservations: [(STATIC,alice)])[RAW(v,i,p),hadoop:/hdfs:/data:rw]:1")
        disk.disk = nil
        disk = disk.pushing(
            .init(
                kind: .dynamic, role: "alice/refined", principal: "hdfs-p",
                labels: [.init(key: "foo", value: "bar"), .init(key: "foo")]))
        expect("disk(reservations: [(STATIC,alice),(DYNAMIC,alice/refined,hdfs-p,{foo: bar, foo})]):1")
    }

    @Test(arguments: [
        (1.234, "1.234"), (1.2345, "1.235"), (1.2344, "1.234"), (1.1, "1.1"), (1_000_001, "1000001"),
        (99_999_999_999.9994, "99999999999.999"), (0.01, "0.01"),
    ])
    func scalarsHaveThreeDigits(number: Double, words: String) {
        #expect(Resource.scalar("cpus", number).description == "cpus:" + words)
    }

    @Test func bagsAreJoined() {
        let bag: Resources = [.scalar("cpus", 2), .ranges("ports", [1...2, 4...5]), Resource.scalar("mem", 3)]
        #expect(bag.description == "cpus:2; ports:[1-2, 4-5]; mem:3" && Resources().description == "{}")
    }
}
