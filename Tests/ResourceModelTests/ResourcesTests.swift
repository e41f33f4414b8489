import ClusterBase
import ResourceModel
import Testing

struct ResourcesTests {
    @Test func textIsReadAndWritten() throws {
        let text = "cpus:4;mem(ads):1024; ports:[31000-32000, 33000-33000];bugs:{b,a};cpus:0.5"
        let resources = try Resources(parsing: text)
        #expect(resources.summary == "cpus:4.5; mem(ads):1024; ports:[31000-32000, 33000-33000]; bugs:{a, b}")
        #expect(try Resources(parsing: resources.summary) == resources)
        #expect(try Resources(parsing: "cpus:1", defaultRole: "x").first { _ in true }?.role == "x")
        #expect(Resources.names(inText: "gpus:0; ports(a):[]") == ["gpus", "ports"])
    }

    static let bad = [
        "cpus", "cpus:", ":4", "cpus:abc", "cpus:-1", "cpus:inf", "cpus:nan", "mem(a:1", "mem(/a):1", "mem():1",
        "ports:[1-]",
        "ports:[2-1]", "ports:[1-2", "ports:1-2]", "names:{a", "names:{{a}}", "ports:[-1-2]",
        "ports:[99999999999999999999-1]",
    ]

    @Test(arguments: bad) func malformedTextIsRefusedByName(text: String) {
        let error = #expect(throws: ClusterError.self) { _ = try Resources(parsing: text) }
        #expect(error?.code == .invalidArgument && error?.field == "resources")
    }

    /// Whatever is read can be written and read again; nothing traps.
    @Test func fuzzedTextNeverTraps() {
        var random = SeededRandom(seed: 11)
        let seeds = ["cpus:4;mem(ads):1024", "ports:[31000-32000,1-2];x:{a,b}", "disk(a/b):0.001;gpus:1e3"]
        let alphabet = Array("cpus:4;()[]{},-.*/ e9\u{e9}\0".unicodeScalars)
        var read = 0
        for turn in 0..<20_000 {
            var scalars = Array(seeds[turn % seeds.count].unicodeScalars)
            for _ in 0..<(1 + random.below(4)) {
                let at = random.below(scalars.count)
                switch random.below(3) {
                case 0: scalars[at] = alphabet[random.below(alphabet.count)]
                case 1: scalars.insert(alphabet[random.below(alphabet.count)], at: at)
                default: if scalars.count > 1 { scalars.remove(at: at) }
                }
            }
            guard let resources = try? Resources(parsing: String(String.UnicodeScalarView(scalars))) else { continue }
            read += 1
            #expect(resources.allSatisfy { !$0.isEmpty })
        }
        #expect(read > 1000)
    }

    @Test func amountsAreThousandths() {
        #expect(Scalar(0.1) + Scalar(0.2) == Scalar(0.3))
        #expect(Scalar(0.0004) == .zero && Scalar(.nan) == .zero && Scalar(.infinity).thousandths == .max)
        #expect(Scalar(2).description == "2" && Scalar(0.5).description == "0.5")
        #expect(Scalar(thousandths: .max) + Scalar(1) == Scalar(thousandths: .max))
    }

    /// Against a plain set of numbers.
    @Test func rangesBehaveLikeSets() {
        var random = SeededRandom(seed: 5)
        func draw() -> (ValueRanges, Set<UInt64>) {
            let ranges = (0..<random.below(6)).map { _ in
                let low = UInt64(random.below(40))
                return low...(low + UInt64(random.below(6)))
            }
            return (ValueRanges(ranges), Set(ranges.joined()))
        }
        for _ in 0..<2000 {
            let ((left, leftSet), (right, rightSet)) = (draw(), draw())
            #expect(Set((left + right).ranges.joined()) == leftSet.union(rightSet))
            #expect(Set((left - right).ranges.joined()) == leftSet.subtracting(rightSet))
            #expect(left.contains(right) == leftSet.isSuperset(of: rightSet))
            #expect(left.count == UInt64(leftSet.count))
            let sum = left + right
            #expect(zip(sum.ranges, sum.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        }
        let all = ValueRanges([0...UInt64.max])
        #expect((all - ValueRanges([5...5])).ranges == [0...4, 6...UInt64.max] && all.count == .max)
    }

    @Test func bagsAddSubtractAndContain() {
        let agent: Resources = [.scalar("cpus", 4), .scalar("mem", 100), .ranges("ports", [1...10])]
        let task: Resources = [.scalar("cpus", 1), .ranges("ports", [3...4])]
        #expect(agent.contains(task) && !task.contains(agent))
        #expect((agent - task) + task == Resources(Array(agent)))
        #expect(!(agent - task).contains(.ranges("ports", [4...4])))
        #expect(agent.contains([]) && Resources().isEmpty)
        #expect((agent - agent).isEmpty && (task - agent).isEmpty)
        #expect(
            !agent.contains([
                .scalar("cpus", 3), Resource(name: "cpus", value: .scalar(Scalar(2)), allocationRole: "a"),
            ]))
    }

    @Test func differentKindsDoNotMix() {
        let reserved = Resource(
            name: "cpus", value: .scalar(Scalar(2)), reservations: [.init(kind: .static, role: "a")])
        let bag: Resources = [.scalar("cpus", 1), reserved]
        #expect(bag.count == 2 && bag.cpus == Scalar(3) && bag.unreserved.cpus == Scalar(1))
        #expect(!bag.contains(.scalar("cpus", 2)))
        #expect(bag.allocated(to: "a").allSatisfy { $0.allocationRole == "a" })
        let volume = Resource(name: "disk", value: .scalar(Scalar(10)), disk: .init(persistenceID: "v"))
        var volumes: Resources = [volume]
        var part = volume
        part.value = .scalar(Scalar(5))
        #expect(!volumes.contains(part))
        volumes.subtract(part)
        #expect(volumes == [volume], "volumes are taken whole")
        volumes.subtract(volume)
        #expect(volumes.isEmpty)
    }

    @Test func findPrefersReservations() throws {
        let reserved = Resource(
            name: "cpus", value: .scalar(Scalar(2)), reservations: [.init(kind: .static, role: "a")])
        let offer: Resources = [.scalar("cpus", 4), reserved, .ranges("ports", [1...5])]
        let found = try #require(offer.find([.scalar("cpus", 3), .ranges("ports", [2...3])]))
        #expect(found.reserved.cpus == Scalar(2) && found.unreserved.cpus == Scalar(1) && offer.contains(found))
        #expect(offer.find([.scalar("cpus", 7)]) == nil)
    }

    @Test func rolesOpenTheirOwnAndTheirAncestorsReservations() {
        let resource = Resource(
            name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .static, role: "a")])
        #expect(resource.isUsable(by: "a") && resource.isUsable(by: "a/b"))
        #expect(!resource.isUsable(by: "ab") && !resource.isUsable(by: "*"))
        #expect(Resource.scalar("cpus", 1).isUsable(by: "anything"))
    }

    static let badRoles = ["", "/a", "a/", "a//b", ".", "a/..", "a/*", "-a", "a/-b", "a b", "a\tb", "a\u{7f}"]

    @Test(arguments: badRoles) func badRoleNames(role: String) { #expect(RoleRules.problem(role) != nil) }

    @Test(arguments: ["*", "a", "a/b", "web.prod", "a-b", "ü"]) func goodRoleNames(role: String) {
        #expect(RoleRules.problem(role) == nil)
    }
}
