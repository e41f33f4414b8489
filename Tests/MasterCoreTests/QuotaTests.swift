import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Quotas: rules with their texts, and what follows from a change.
struct QuotaTests {
    /// Two agents of 4 CPUs and 1024 MiB each.
    static func world(
        _ registry: RegistrySnapshot = RegistrySnapshot(), configure: (inout MasterConfiguration) -> Void = { _ in }
    ) -> MasterWorld {
        var world = MasterWorld(registry, configure: configure)
        for number in 1...2 { world.register("a\(number)", [.scalar("cpus", 4), .scalar("mem", 1024)]) }
        return world
    }

    static func framework(_ name: String, _ roles: String...) -> FrameworkInfo {
        FrameworkInfo(user: "u", name: name, failoverTimeout: .seconds(60), roles: roles, capabilities: .multiRole)
    }

    static func cpus(_ amount: Double) -> [String: Double] { ["cpus": amount] }

    // MARK: Rules

    static let badUpdates: [(config: QuotaConfig, text: String)] = [
        (QuotaConfig(role: "unlisted"), "Invalid QuotaConfig: 'unlisted' is not on the roles whitelist"),
        (QuotaConfig(role: "eng/dev"), "Updating quota on nested role 'eng/dev' is not supported yet"),
        (
            QuotaConfig(role: ""),
            "Invalid QuotaConfig: Invalid 'QuotaConfig.role': Role names cannot be the empty string"
        ),
        (
            QuotaConfig(role: "-x"),
            "Invalid QuotaConfig: Invalid 'QuotaConfig.role': Role component '-x' is invalid because it starts with a "
                + "dash"
        ),
        (
            QuotaConfig(role: "eng", guarantees: cpus(-1)),
            "Invalid QuotaConfig: Invalid guarantee configuration {'cpus': -1}: Negative values not supported"
        ),
        (
            QuotaConfig(role: "eng", limits: cpus(-0.5)),
            "Invalid QuotaConfig: Invalid limit configuration {'cpus': -0.5}: Negative values not supported"
        ),
        (
            QuotaConfig(role: "eng", guarantees: cpus(.nan)),
            "Invalid QuotaConfig: Invalid guarantee configuration {'cpus': nan}: NaN not supported"
        ),
        (
            QuotaConfig(role: "eng", limits: cpus(-.infinity)),
            "Invalid QuotaConfig: Invalid limit configuration {'cpus': -inf}: Infinite values not supported"
        ),
        (
            QuotaConfig(role: "eng", limits: cpus(.leastNonzeroMagnitude)),
            "Invalid QuotaConfig: Invalid limit configuration {'cpus': 0}: Subnormal values not supported"
        ),
        (
            QuotaConfig(role: "eng", guarantees: cpus(1_000_000_000_001)),
            "Invalid QuotaConfig: Invalid 'QuotaConfig.guarantees': {'cpus': 1000000000001} is invalid: values greater "
                + "than 1 trillion (1000000000000) are not supported"
        ),
        (
            QuotaConfig(role: "eng", limits: ["mem": 1_099_511_627_777]),
            "Invalid QuotaConfig: Invalid 'QuotaConfig.limits': {'mem': 1099511627777} is invalid: values greater than "
                + "1 exabyte (1099511627776) are not supported"
        ),
        (
            QuotaConfig(role: "eng", guarantees: ["cpus": 2, "mem": 10], limits: ["cpus": 1]),
            "Invalid QuotaConfig: 'QuotaConfig.guarantees' { cpus: 2, mem: 10 } is not contained within the "
                + "'QuotaConfig.limits' { cpus: 1 }"
        ),
        (
            QuotaConfig(role: "eng", guarantees: ["cpus": 9, "mem": 10]),
            "Invalid QuotaConfig: total quota guarantees 'cpus:9; mem:10' exceed cluster capacity 'cpus:8; mem:2048' "
                + "(use 'force' flag to bypass this check)"
        ),
        (
            QuotaConfig(
                role: "eng",
                limits: Dictionary(uniqueKeysWithValues: (1...5).map { ("kind\($0)", 1.0) })),
            "Invalid QuotaConfig: 'kind5' is one resource too many: quotas on more kinds of scalars are not supported"
        ),
    ]

    @Test(arguments: badUpdates) func badConfigsAreRefusedAndNothingChanges(
        _ config: QuotaConfig, _ text: String
    ) {
        var world = QuotaTests.world { $0.roles = ["eng", "eng/dev", "-x", "", "ops"] }
        let before = world.records.count
        let good = QuotaConfig(role: "ops", limits: QuotaTests.cpus(1))
        #expect(world.change(.updateQuota([good, config], force: false)) == .refused(status: 400, text: text))
        #expect(world.records.count == before && world.core.state.quotas.isEmpty)
    }

    @Test func aRoleMayNotConsumeMoreThanItsLimitUnlessForced() {
        var world = QuotaTests.world()
        world.subscribe("f", QuotaTests.framework("f", "eng/dev"))
        let task = world.task("t", on: "a1", [.scalar("cpus", 3), .scalar("mem", 64)])
        let offer = world.offers("f").filter { $0.hostname == "a1" }.map(\.id)
        world.call("f", .accept(offers: offer, operations: [.launch([task])], filters: Filters()))
        let config = QuotaConfig(role: "eng", limits: ["cpus": 2.5])
        let text =
            "Invalid QuotaConfig: Role 'eng' is already consuming 'cpus:3; mem:64'; this is more than the requested "
            + "limits 'cpus:2.5' (use 'force' flag to bypass this check)"
        #expect(world.change(.updateQuota([config], force: false)) == .refused(status: 400, text: text))
        #expect(world.change(.updateQuota([config], force: true)) == .ok)
        #expect(world.core.state.quotas["eng"]?.limits == ["cpus": Scalar(2.5)])
    }

    @Test func guaranteesMayExceedTheClusterByForceOnly() {
        var world = QuotaTests.world()
        #expect(world.change(.updateQuota([QuotaConfig(role: "a", guarantees: ["cpus": 5])], force: false)) == .ok)
        let more = QuotaConfig(role: "b", guarantees: ["cpus": 4])
        let text =
            "Invalid QuotaConfig: total quota guarantees 'cpus:9' exceed cluster capacity 'cpus:8; mem:2048' "
            + "(use 'force' flag to bypass this check)"
        #expect(world.change(.updateQuota([more], force: false)) == .refused(status: 400, text: text))
        #expect(world.change(.updateQuota([more], force: true)) == .ok)
        // What a role had is replaced, not added.
        #expect(
            world.change(
                .updateQuota(
                    [QuotaConfig(role: "a", guarantees: ["cpus": 4]), QuotaConfig(role: "b", guarantees: ["cpus": 4])],
                    force: false)) == .ok)
    }

    static let badRequests: [(request: QuotaRequest, text: String)] = [
        (
            QuotaRequest(role: "eng", guarantee: [.scalar("cpus", -1)]),
            "QuotaInfo with invalid resource: Invalid scalar resource: value < 0"
        ),
        (QuotaRequest(role: nil, guarantee: [.scalar("cpus", 1)]), "QuotaInfo must specify a role"),
        (
            QuotaRequest(role: "a b", guarantee: [.scalar("cpus", 1)]),
            "QuotaInfo with invalid role: Role component 'a b' is invalid because it contains backspace or whitespace"
        ),
        (QuotaRequest(role: "eng", guarantee: []), "QuotaInfo with empty 'guarantee'"),
        (
            QuotaRequest(
                role: "eng",
                guarantee: [
                    Resource(
                        name: "cpus", value: .scalar(Scalar(1)), reservations: [.init(kind: .dynamic, role: "eng")])
                ]), "QuotaInfo must not contain any ReservationInfo"
        ),
        (
            QuotaRequest(
                role: "eng",
                guarantee: [
                    Resource(name: "disk", value: .scalar(Scalar(1)), disk: .init(persistenceID: "v"))
                ]), "QuotaInfo must not contain DiskInfo"
        ),
        (
            QuotaRequest(
                role: "eng", guarantee: [Resource(name: "cpus", value: .scalar(Scalar(1)), isRevocable: true)]),
            "QuotaInfo must not contain RevocableInfo"
        ),
        (
            QuotaRequest(
                role: "eng", guarantee: [Resource(name: "ports", value: .ranges(ValueRanges([1...2])))]),
            "QuotaInfo must not include non-scalar resources"
        ),
        (
            QuotaRequest(role: "eng", guarantee: [.scalar("cpus", 1), .scalar("mem", 1), .scalar("cpus", 2)]),
            "QuotaInfo contains duplicate resource name 'cpus'"
        ),
        (QuotaRequest(role: "unlisted", guarantee: [.scalar("cpus", 1)]), "Unknown role 'unlisted'"),
        (
            QuotaRequest(role: "ops", guarantee: [.scalar("cpus", 1)]),
            "Cannot set quota for role 'ops' which already has quota"
        ),
    ]

    @Test(arguments: badRequests) func badRequestsAreRefused(_ request: QuotaRequest, _ text: String) {
        var world = QuotaTests.world { $0.roles = ["eng", "ops"] }
        #expect(world.change(.setQuota(QuotaRequest(role: "ops", guarantee: [.scalar("cpus", 1)]))) == .ok)
        let before = world.records.count
        let refusal = CallReply.refused(status: 400, text: "Failed to validate set quota request: " + text)
        #expect(world.change(.setQuota(request)) == refusal)
        #expect(world.records.count == before && Array(world.core.state.quotas.keys) == ["ops"])
    }

    @Test func olderRequestsKnowNestingAndCapacity() {
        var world = QuotaTests.world()
        let nested = QuotaRequest(role: "eng/dev", guarantee: [.scalar("cpus", 1)])
        #expect(
            world.change(.setQuota(nested))
                == .refused(status: 400, text: "Setting quota on nested role 'eng/dev' is not supported yet"))
        var large = QuotaRequest(role: "eng", guarantee: [.scalar("cpus", 9)])
        let text =
            "Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total quota guarantees "
            + "'cpus:9' exceed cluster capacity 'cpus:8; mem:2048'"
        #expect(world.change(.setQuota(large)) == .refused(status: 409, text: text))
        large.force = true
        #expect(world.change(.setQuota(large)) == .ok)
        let quota = world.core.state.quotas["eng"]
        #expect(quota?.guarantees["cpus"] == Scalar(9) && quota?.limits == ["cpus": Scalar(9)])
    }

    @Test func removalNeedsAQuota() {
        var world = QuotaTests.world { $0.roles = ["eng"] }
        #expect(
            world.change(.removeQuota(role: "eng", path: "/master/quota/eng"))
                == .refused(
                    status: 400,
                    text: "Failed to remove quota for path '/master/quota/eng': Role 'eng' has no quota set"))
        #expect(
            world.change(.removeQuota(role: "eng", path: nil))
                == .refused(status: 400, text: "Failed to remove quota: Role 'eng' has no quota set"))
        let unknown = "Failed to validate remove quota request for path '/master/quota/ops': Unknown role 'ops'"
        #expect(
            world.change(.removeQuota(role: "ops", path: "/master/quota/ops")) == .refused(status: 400, text: unknown))
        #expect(world.change(.setQuota(QuotaRequest(role: "eng", guarantee: [.scalar("cpus", 1)]))) == .ok)
        #expect(world.change(.removeQuota(role: "eng", path: nil)) == .ok)
        #expect(world.core.state.quotas.isEmpty && world.records.last == .deleteQuota("eng"))
    }

    @Test func beforeRecoveryNothingIsChanged() {
        var core = MasterCore(
            configuration: MasterConfiguration(), master: MasterWorld.info, seed: 1, now: Instant(nanoseconds: 0))
        let outcome = core.step(.shareChangeRequested(RequestToken(1), .updateWeights([])), now: .epoch)
        let text = "Master has not finished recovery"
        #expect(outcome.effects == [.respond(RequestToken(1), .refused(status: 503, text: text))])
    }

    // MARK: What follows

    @Test func defaultsRemoveTheEntry() {
        var world = QuotaTests.world()
        let config = QuotaConfig(role: "eng", guarantees: ["cpus": 1, "mem": 0], limits: ["cpus": 2])
        #expect(world.change(.updateQuota([config], force: false)) == .ok)
        #expect(
            world.records.last == .putQuota(QuotaConfig(role: "eng", guarantees: ["cpus": 1], limits: ["cpus": 2])))
        #expect(world.core.state.roles.first { $0.name == "eng" }?.quota != nil, "a role with a quota is known")
        #expect(world.change(.updateQuota([QuotaConfig(role: "eng")], force: false)) == .ok)
        #expect(world.records.last == .deleteQuota("eng") && world.core.state.quotas.isEmpty)
    }

    @Test func ownOffersBeyondTheLimitAreRescinded() {
        var world = QuotaTests.world()
        world.subscribe("f", QuotaTests.framework("f", "eng/dev"))
        world.subscribe("g", QuotaTests.framework("g", "ops"))
        #expect(world.offers("f").count == 2)
        world.change(.updateQuota([QuotaConfig(role: "eng", limits: ["cpus": 4])], force: false))
        // One agent's offer may stay; the other agent is the other role's now.
        #expect(world.offers("f").map(\.resources.cpus) == [Scalar(4)])
        #expect(world.offers("g").map(\.resources.cpus) == [Scalar(4)])
        #expect(world.core.checkInvariants().isEmpty && world.violations.isEmpty)
    }

    @Test func offersOfOthersAreRescindedForAGuarantee() {
        var world = QuotaTests.world()
        world.subscribe("g", QuotaTests.framework("g", "ops"))
        #expect(world.offers("g").count == 2)
        world.subscribe("f", QuotaTests.framework("f", "eng"))
        #expect(world.offers("f").isEmpty)
        world.change(.updateQuota([QuotaConfig(role: "eng", guarantees: ["cpus": 3])], force: false))
        #expect(world.offers("g").count == 1, "one agent's offer is enough")
        #expect(world.offers("f").first?.resources.cpus == Scalar(4), "and what else the agent has")
    }

    /// Upstream caps the role itself only; decision 0015.
    @Test func limitsHoldForAllRolesBelow() {
        var world = QuotaTests.world()
        world.change(.updateQuota([QuotaConfig(role: "eng", limits: ["cpus": 3])], force: false))
        world.subscribe("f", QuotaTests.framework("f", "eng/a"))
        world.subscribe("g", QuotaTests.framework("g", "eng/b"))
        let held = (world.offers("f") + world.offers("g")).map(\.resources.cpus).reduce(.zero, +)
        #expect(held == Scalar(3))
    }

    @Test func quotasOfTheRegistryHoldAndAwaitAgents() {
        let registry = RegistrySnapshot(
            agents: (0..<4).map { number in
                var info = AgentInfo(hostname: "a\(number + 1)", port: 5051, resources: [.scalar("cpus", 4)])
                info.id = AgentID("old-S\(number)")
                return info
            }, quotas: [QuotaConfig(role: "eng", guarantees: ["cpus": 6], limits: ["cpus": 6])])
        var world = MasterWorld(registry) { $0.agentRecoveryFactor = 0.5 }
        #expect(world.core.state.quotaConfigs == registry.quotas)
        world.subscribe("f", QuotaTests.framework("f", "ops"))
        world.register("a1", [.scalar("cpus", 4)])
        #expect(world.offers("f").isEmpty, "two of four agents are awaited")
        world.register("a2", [.scalar("cpus", 4)])
        #expect(world.offers("f").map(\.resources.cpus).reduce(.zero, +) == Scalar(2), "six are promised to others")
    }

    @Test func theWaitForAgentsEnds() {
        var info = AgentInfo(hostname: "a1", port: 5051, resources: [.scalar("cpus", 4)])
        let agents = (0..<10).map { number in
            info.id = AgentID("old-S\(number)")
            return info
        }
        var world = MasterWorld(
            RegistrySnapshot(agents: agents, quotas: [QuotaConfig(role: "eng", limits: ["cpus": 1])])
        ) {
            $0.allocatorRecoveryTimeout = .seconds(60)
        }
        world.subscribe("f", QuotaTests.framework("f", "ops"))
        world.register("b1", [.scalar("cpus", 4)])
        world.wait(.seconds(59))
        #expect(world.offers("f").isEmpty)
        world.wait(.seconds(1))
        #expect(world.offers("f").count == 1)
    }

    @Test func quotasAreInTheMetrics() {
        var world = QuotaTests.world()
        world.change(
            .updateQuota(
                [QuotaConfig(role: "eng", guarantees: ["cpus": 2], limits: ["cpus": 3, "mem": 512])], force: false))
        world.subscribe("f", QuotaTests.framework("f", "eng/dev"))
        let metrics = Dictionary(uniqueKeysWithValues: world.core.metrics.map { ($0.name, $0.value) })
        let prefix = "allocator/mesos/quota/roles/eng/resources/"
        #expect(metrics[prefix + "cpus/guarantee"] == 2 && metrics[prefix + "cpus/limit"] == 3)
        #expect(metrics[prefix + "mem/limit"] == 512 && metrics[prefix + "mem/guarantee"] == nil)
        #expect(metrics[prefix + "cpus/consumed"] == 3 && metrics[prefix + "cpus/offered_or_allocated"] == 3)
        #expect(metrics["allocator/mesos/resources/cpus/total"] == 8)
        #expect(metrics["allocator/mesos/resources/cpus/offered_or_allocated"] == 3)
    }
}
