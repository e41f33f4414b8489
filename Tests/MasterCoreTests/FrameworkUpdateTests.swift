import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// What a framework may change while it runs, and what follows (upstream's `update_framework_tests`).
struct FrameworkUpdateTests {
    private static func world(_ roles: String...) -> MasterWorld {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        world.subscribe("f", FrameworkTests.info { ($0.roles, $0.capabilities) = (roles, .multiRole) })
        return world
    }

    private func update(
        _ world: inout MasterWorld, suppressed: [String] = [], constraints: OfferConstraints? = nil,
        _ change: (inout FrameworkInfo) -> Void = { _ in }
    ) -> (reply: CallReply?, effects: [MasterEffect]) {
        guard var info = world.core.state.frameworks.first?.info else { return (nil, []) }
        change(&info)
        let effects = world.call(
            "f", .updateFramework(info, suppressedRoles: suppressed, constraints: constraints))
        return (effects.lazy.compactMap { if case .respond(_, let reply) = $0 { reply } else { nil } }.first, effects)
    }

    private func declineAll(_ world: inout MasterWorld, for seconds: Double) {
        let ids = world.offers("f").map(\.id)
        world.call("f", .decline(offers: ids, filters: Filters(refuseSeconds: seconds)))
    }

    @Test func whatMayChangeIsShownAndToldToAgents() throws {
        var world = Self.world("a")
        let (reply, effects) = update(&world) { info in
            (info.name, info.hostname, info.webuiURL) = ("other", "host", "http://ui")
            (info.failoverTimeout, info.labels) = (.seconds(7), [Label(key: "k", value: "v")])
            info.capabilities = [.multiRole, .partitionAware]
        }
        #expect(reply == .ok)
        let info = try #require(world.core.state.frameworks.first?.info)
        #expect(info.name == "other" && info.hostname == "host" && info.webuiURL == "http://ui")
        #expect(info.failoverTimeout == .seconds(7) && info.labels == [Label(key: "k", value: "v")])
        #expect(info.isPartitionAware && world.messages(in: effects) == [.updateFramework(info)])
        // The new timeout counts from the next loss of the stream.
        world.close("f")
        world.wait(.seconds(7))
        #expect(world.core.state.frameworks.isEmpty)
    }

    @Test func thePrincipalStays() {
        var world = Self.world("a")
        let (reply, _) = update(&world) { $0.principal = "other" }
        let text = "Updating 'FrameworkInfo.principal' is unsupported; attempted to update from '' to 'other'"
        #expect(reply == .refused(status: 400, text: text))
        #expect(world.core.state.frameworks.first?.info.principal == nil)
    }

    @Test func aRoleThatIsAddedIsOfferedTo() {
        var world = Self.world("a")
        declineAll(&world, for: 1000)
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
        #expect(update(&world) { $0.roles = ["a", "b"] }.reply == .ok)
        #expect(world.offers("f").map(\.role) == ["b"])
    }

    @Test func aRoleThatIsAddedSuppressedGetsNothingUntilItIsNot() {
        var world = Self.world("a")
        declineAll(&world, for: 1000)
        #expect(update(&world, suppressed: ["b"]) { $0.roles = ["a", "b"] }.reply == .ok)
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
        #expect(world.core.state.frameworks.first?.suppressedRoles == ["b"])
        #expect(update(&world).reply == .ok)
        #expect(world.offers("f").map(\.role) == ["b"])
    }

    @Test func theEndOfSuppressionClearsFilters() {
        var world = Self.world("a")
        declineAll(&world, for: 1000)
        #expect(update(&world, suppressed: ["a"]).reply == .ok)
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
        #expect(update(&world).reply == .ok)
        #expect(world.offers("f").map(\.role) == ["a"])
    }

    @Test func anUpdateThatChangesNothingKeepsFilters() {
        var world = Self.world("a")
        declineAll(&world, for: 1000)
        let (reply, effects) = update(&world)
        #expect(reply == .ok && world.messages(in: effects).isEmpty)
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
    }

    @Test func constraintsComeAndGoWithUpdates() {
        var world = Self.world("a")
        declineAll(&world, for: 0)
        let elsewhere = OfferConstraints(roles: [
            .init(role: "a", groups: [[AttributeConstraint(.hostname, .textEquals("a9"))]])
        ])
        #expect(update(&world, constraints: elsewhere).reply == .ok)
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
        #expect(world.core.state.frameworks.first?.offerConstraints == elsewhere)
        #expect(update(&world).reply == .ok)
        world.wait(.seconds(1))
        #expect(world.offers("f").count == 1 && world.core.state.frameworks.first?.offerConstraints == nil)
    }

    @Test func constraintsAreForOwnRoles() {
        var world = Self.world("a")
        let foreign = OfferConstraints(roles: [
            .init(role: "b", groups: [[AttributeConstraint(.hostname, .exists)]])
        ])
        let (reply, _) = update(&world, constraints: foreign) { $0.name = "other" }
        guard case .refused(400, let text)? = reply else { Issue.record("\(String(describing: reply))"); return }
        #expect(text.contains("`role_constraints` for a role 'b'"))
        #expect(world.core.state.frameworks.first?.info.name == "f", "nothing of a refused update is kept")
    }

    // MARK: By subscribing again

    /// Roles may come and go, and a framework of one role may become one of many, and back.
    @Test func anotherSubscriptionChangesRoles() {
        var world = Self.world("a")
        let steps: [(roles: [String], capabilities: FrameworkCapabilities)] = [
            (["a", "b"], .multiRole), (["b"], .multiRole), (["b"], []), (["c", "d"], .multiRole),
        ]
        for step in steps {
            world.schedulers["f"]?.info.roles = step.roles
            world.schedulers["f"]?.info.capabilities = step.capabilities
            let effects = world.subscribe("f")
            let isIn = world.events(in: effects).contains { if case .subscribed = $0 { true } else { false } }
            #expect(isIn, "\(step.roles)")
            #expect(world.core.state.frameworks.first?.info.roles == step.roles)
            #expect(world.offers("f").allSatisfy { step.roles.contains($0.role) } && world.offers("f").count == 1)
        }
        #expect(world.core.state.frameworks.count == 1 && world.violations.isEmpty)
    }

    /// The tasks of a role that a framework left run on and count for that role.
    @Test func tasksOfARoleThatWasLeftRunOn() {
        var world = Self.world("a")
        world.launch("f", [world.task("t", on: "a1")], refuse: 0)
        world.schedulers["f"]?.info.roles = ["b"]
        world.subscribe("f")
        #expect(world.core.state.frameworks.first?.tasks.map(\.id) == ["t"])
        #expect(world.core.state.roles.first { $0.name == "a" }?.usedResources.cpus == Scalar(1))
        #expect(world.offers("f").map(\.role) == ["b"])
        world.update("a1", "f", "t", .finished, uuid: nil)
        #expect(world.core.state.agents.first?.usedResources.isEmpty == true)
        #expect(!world.core.state.roles.contains { $0.name == "a" } && world.violations.isEmpty)
    }

    @Test func allRolesSuppressedMeansNoOffersAfterAnotherSubscription() {
        var world = Self.world("a", "b")
        world.subscribe("f", suppressed: ["a", "b"])
        world.wait(.seconds(5))
        #expect(world.offers("f").isEmpty)
        world.call("f", .revive(roles: []))
        #expect(world.offers("f").count == 1)
    }
}
