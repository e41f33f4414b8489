import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Which roles there are, and what each holds (upstream's `role_tests`).
struct KnownRoleTests {
    private func names(_ world: MasterWorld) -> [String] { world.core.state.roles.map(\.name) }

    @Test func withoutAnythingThereIsTheDefaultRole() {
        #expect(names(MasterWorld()) == ["*"])
        #expect(names(MasterWorld { $0.roles = ["b", "a"] }) == ["*", "a", "b"])
    }

    @Test func weightsQuotasReservationsAndFrameworksMakeRoles() {
        var world = MasterWorld()
        world.change(.updateWeights([RoleWeight(role: "w/x", weight: 2)]))
        world.change(.updateQuota([QuotaConfig(role: "q", limits: ["cpus": 1])], force: true))
        world.register("a1", [MasterWorld.reserved("cpus", 1, "s/t", kind: .static), .scalar("mem", 64)])
        world.subscribe("f", QuotaTests.framework("f", "f/g/h"))
        let all = ["*", "f", "f/g", "f/g/h", "q", "s", "s/t", "w", "w/x"]
        #expect(names(world) == all)
        #expect(world.core.state.roles.first { $0.name == "w/x" }?.weight == 2)
        #expect(world.core.state.roles.first { $0.name == "q" }?.quota?.limits == ["cpus": Scalar(1)])
        #expect(world.core.state.roles.first { $0.name == "s" }?.consumed["cpus"] == Scalar(1))
        #expect(world.core.state.roles.first { $0.name == "f/g/h" }?.frameworkIDs == ["m-0000"])
        world.call("f", .teardown)
        #expect(names(world) == all.filter { !$0.hasPrefix("f") })
    }

    @Test func rolesTellWhatIsOfferedAndWhatIsUsed() {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        world.subscribe("f", QuotaTests.framework("f", "a", "b"))
        world.call("f", .suppress(roles: ["b"]))
        world.launch("f", [world.task("t", on: "a1")], refuse: 0)
        let roles = world.core.state.roles
        let role = roles.first { $0.name == "a" }
        #expect(role?.usedResources == [.scalar("cpus", 1), .scalar("mem", 64)])
        #expect(role?.offeredResources == [.scalar("cpus", 3), .scalar("mem", 960)])
        #expect(role?.consumed["cpus"] == Scalar(1), "what is offered is not consumed")
        #expect(roles.first { $0.name == "b" }?.usedResources.isEmpty == true)
        #expect(roles.first { $0.name == "b" }?.frameworkIDs == ["m-0000"])
    }

    @Test func aFrameworkIsOfferedToInEachOfItsRoles() {
        var world = MasterWorld()
        world.register("a1", [MasterWorld.reserved("cpus", 1, "a", kind: .static)])
        world.register("a2", [MasterWorld.reserved("cpus", 2, "b", kind: .static)])
        world.register("a3", [MasterWorld.reserved("cpus", 3, "c", kind: .static)])
        world.subscribe("f", QuotaTests.framework("f", "a", "b"))
        #expect(world.offers("f").map { "\($0.hostname) \($0.role)" }.sorted() == ["a1 a", "a2 b"])
    }

    /// Two roles of a tree may each have a volume of the same name.
    @Test func volumesOfARoleAndOfOneBelowItAreApart() {
        var world = MasterWorld()
        world.registerAble("a1", [.scalar("cpus", 4), .scalar("mem", 512), .scalar("disk", 400)])
        world.subscribe(
            "f",
            FrameworkInfo(
                user: "u", name: "f", roles: ["r", "r/s"], capabilities: [.multiRole, .reservationRefinement]))
        for role in ["r", "r/s"] {
            world.call("f", .suppress(roles: []))
            world.call("f", .decline(offers: world.offers("f").map(\.id), filters: Filters(refuseSeconds: 0)))
            world.call("f", .revive(roles: [role]))
            #expect(world.offers("f").map(\.role) == [role])
            let volume = MasterWorld.volume("v", 100, role)
            let effects = world.accept(
                "f", [.reserve([MasterWorld.reserved("disk", 100, role)]), .create([volume])])
            #expect(world.applied(in: effects).map(\.name) == ["RESERVE", "CREATE"], "\(role)")
        }
        #expect(world.total("a1").persistentVolumes.count == 2)
        #expect(world.total("a1").disk == Scalar(400) && world.violations.isEmpty)
    }
}
