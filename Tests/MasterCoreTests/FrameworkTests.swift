import ClusterBase
import ClusterModel
import MasterCore
import ResourceModel
import Testing

struct FrameworkTests {
    static func info(_ change: (inout FrameworkInfo) -> Void = { _ in }) -> FrameworkInfo {
        var info = FrameworkInfo(user: "u", name: "f", failoverTimeout: .seconds(60))
        change(&info)
        return info
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let message: String
        let change: @Sendable (inout FrameworkInfo) -> Void
        var testDescription: String { message }
    }

    static let refusals: [Refusal] = [
        Refusal(message: "'FrameworkInfo.roles' contains duplicate items: {a}") {
            ($0.roles, $0.capabilities) = (["a", "b", "a"], .multiRole)
        },
        Refusal(message: "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable") {
            $0.roles = ["a", "b"]
        },
        Refusal(message: "Role '/a' cannot start with a slash") { $0.roles = ["/a"] },
        Refusal(message: "'FrameworkInfo.id' is invalid: 'x/y' contains invalid characters") { $0.id = "x/y" },
        Refusal(message: "Resource quantities must contain at least one quantity") {
            $0.offerFilters = ["*": OfferFilters(minimumAllocatable: [["cpus": Scalar(1)], [:]])]
        },
        Refusal(message: "Invalid resource quantity for 'cpus': Negative values not supported") {
            var filters = OfferFilters(minimumAllocatable: [["cpus": Scalar(-2)]])
            filters.formProblem = "Invalid resource quantity for 'cpus': Negative values not supported"
            $0.offerFilters = ["*": filters]
        },
        Refusal(message: "The framework failover_timeout (9223372036.854776) is invalid") {
            $0.failoverTimeout = .nanoseconds(Int64.max)
        },
        Refusal(message: "Roles {x} are not present in the master's --roles") { $0.roles = ["x"] },
        Refusal(message: "User 'root' is not allowed to run frameworks without --root_submissions set") {
            $0.user = "root"
        },
    ]

    @Test(arguments: refusals) func badDescriptionsEndTheStreamWithAnError(refusal: Refusal) {
        var world = MasterWorld {
            $0.rootSubmissions = false
            $0.roles = ["a", "b", "/a"]
        }
        let effects = world.subscribe("f", FrameworkTests.info(refusal.change))
        let stream = StreamToken(1)
        #expect(effects == [.send(stream, .error(refusal.message)), .closeStream(stream)])
        #expect(world.core.state.frameworks.isEmpty)
    }

    @Test func suppressedRolesMustBeOwnRoles() {
        var world = MasterWorld()
        let effects = world.subscribe("f", FrameworkTests.info(), suppressed: ["b", "a"])
        let text = "Suppressed roles {a, b} are not contained in the set of roles"
        #expect(world.events(in: effects) == [.error(text)])
    }

    @Test func firstEventsAreSubscribedAndAHeartbeatThenOneEveryFifteenSeconds() {
        var world = MasterWorld()
        let effects = world.subscribe("f")
        let subscribed = SchedulerEvent.subscribed("m-0000", heartbeatInterval: .seconds(15), master: MasterWorld.info)
        #expect(world.events(in: effects) == [subscribed, .heartbeat])
        #expect(world.events(in: world.wait(.seconds(45))) == [.heartbeat, .heartbeat, .heartbeat])
        world.close("f")
        #expect(world.events(in: world.wait(.seconds(45))).isEmpty)
    }

    @Test func principalIsFilledInAndMayNotChange() {
        var world = MasterWorld()
        world.subscribe("f", FrameworkTests.info(), principal: "alice")
        #expect(world.core.state.frameworks.first?.info.principal == "alice")
        world.schedulers["f"]?.info.principal = "bob"
        let effects = world.subscribe("f")
        #expect(world.events(in: effects) == [.error("Changing framework's principal is not allowed.")])
    }

    /// Connected, disconnected and recovered frameworks are taken over; offers go without RESCIND.
    @Test(arguments: ["connected", "disconnected", "recovered"]) func failover(from state: String) throws {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        switch state {
        case "recovered":
            world.schedulers["f"] = .init(
                info: FrameworkTests.info { $0.id = "old-0007" }, stream: StreamToken(99), streamID: "none")
            world.reregister("a1", of: ["f"])
            #expect(world.core.state.frameworks.first?.isRecovered == true)
        default:
            world.subscribe("f", FrameworkTests.info())
            #expect(world.offers("f").count == 1)
            if state == "disconnected" { world.close("f") }
        }
        let id = try #require(world.core.state.frameworks.first?.id)
        let old = try #require(world.schedulers["f"]?.stream)
        world.schedulers["f"]?.info.user = "other"
        world.schedulers["f"]?.info.id = id
        let effects = world.subscribe("f")
        let ended = effects.contains(.send(old, .error("Framework failed over"))) && effects.contains(.closeStream(old))
        #expect(ended == (state == "connected"))
        #expect(!world.events(in: effects).contains { if case .rescind = $0 { true } else { false } })
        let view = try #require(world.core.state.frameworks.first)
        #expect(view.isConnected && view.id == id && view.info.user == "u")
        #expect(world.offers("f").count == 1)
        #expect(world.messages(in: effects).contains(.updateFramework(view.info)))
        #expect(world.violations.isEmpty)
    }

    @Test func staleTimerDoesNotEndAFrameworkThatCameBack() {
        var world = MasterWorld()
        world.subscribe("f", FrameworkTests.info())
        world.close("f")
        world.wait(.seconds(59))
        world.subscribe("f")
        world.wait(.seconds(120))
        #expect(world.core.state.frameworks.count == 1)
        world.close("f")
        world.wait(.seconds(60))
        #expect(world.core.state.frameworks.isEmpty)
        let again = world.subscribe("f")
        #expect(world.events(in: again) == [.error("Framework has been removed")])
    }

    @Test func completedFrameworksAreBounded() {
        var world = MasterWorld { $0.maxCompletedFrameworks = 2 }
        for name in ["f1", "f2", "f3"] {
            world.subscribe(name)
            world.call(name, .teardown)
        }
        #expect(world.core.state.completedFrameworks.map(\.id) == ["m-0001", "m-0002"])
    }

    @Test func callsAreRefusedInTheWordsOfTheTable() throws {
        var world = MasterWorld()
        world.subscribe("f", FrameworkTests.info { $0.principal = "p" })
        func reply(_ id: FrameworkID, _ stream: String?, _ principal: String? = nil, _ call: SchedulerCall = .request)
            -> CallReply?
        {
            let request = RequestToken(world.token())
            let effects = world.step(
                .called(
                    SchedulerRequest(
                        request: request, frameworkID: id, streamID: stream, principal: principal, call: call)))
            for case .respond(request, let reply) in effects { return reply }
            return nil
        }
        #expect(reply("x", "stream-1") == .refused(status: 400, text: "Framework cannot be found"))
        let principal = "Authenticated principal 'q' does not match principal 'p' set in `FrameworkInfo`"
        #expect(reply("m-0000", "stream-1", "q") == .refused(status: 400, text: principal))
        let missing = "All non-subscribe calls should include the 'Mesos-Stream-Id' header"
        #expect(reply("m-0000", nil) == .refused(status: 400, text: missing))
        let stale =
            "The stream ID 'old' included in this request didn't match the stream ID currently associated with "
            + "framework ID m-0000"
        #expect(reply("m-0000", "old") == .refused(status: 400, text: stale))
        #expect(reply("m-0000", "stream-1", "p") == .accepted)
        world.close("f")
        #expect(reply("m-0000", "stream-1") == .refused(status: 403, text: "Framework is not subscribed"))
        var fresh = MasterCore(configuration: .init(), master: MasterWorld.info, seed: 1, now: .epoch)
        let early = SchedulerRequest(request: RequestToken(1), frameworkID: "f", streamID: nil, call: .request)
        #expect(
            fresh.step(.called(early), now: .epoch).effects == [
                .respond(RequestToken(1), .refused(status: 503, text: "Master has not finished recovery"))
            ])
    }

    @Test func updateFrameworkIsStricterThanSubscribing() throws {
        var world = MasterWorld()
        world.register("a1", [.scalar("cpus", 4), .scalar("mem", 1024)])
        world.subscribe("f", FrameworkTests.info { ($0.roles, $0.capabilities) = (["a", "b"], .multiRole) })
        let id: FrameworkID = "m-0000"
        func reply(_ change: (inout FrameworkInfo) -> Void) -> (CallReply?, [MasterEffect]) {
            guard var info = world.schedulers["f"]?.info else { return (nil, []) }
            info.id = id
            change(&info)
            let effects = world.call("f", .updateFramework(info, suppressedRoles: []))
            for case .respond(_, let reply) in effects { return (reply, effects) }
            return (nil, effects)
        }
        let user = "Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'u' to 'v'"
        #expect(reply { $0.user = "v" }.0 == .refused(status: 400, text: user))
        let checkpoint =
            "Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to 'true'"
        #expect(reply { $0.checkpoint = true }.0 == .refused(status: 400, text: checkpoint))
        let offer = try #require(world.offers("f").first)
        let (same, silence) = reply { _ in }
        #expect(same == .ok && world.messages(in: silence).isEmpty)
        let (left, effects) = reply { $0.roles = offer.role == "a" ? ["b"] : ["a"] }
        #expect(left == .ok && world.events(in: effects).contains(.rescind(offer.id)))
        #expect(world.messages(in: effects).count == 1)
        #expect(world.offers("f").map(\.role) == [offer.role == "a" ? "b" : "a"])
    }

    @Test func oneForeignRoleDropsTheWholeSuppress() {
        var world = MasterWorld()
        world.subscribe("f", FrameworkTests.info { $0.roles = ["a"] })
        world.call("f", .suppress(roles: ["a", "x"]))
        #expect(world.core.state.frameworks.first?.suppressedRoles == [])
        world.call("f", .suppress(roles: []))
        #expect(world.core.state.frameworks.first?.suppressedRoles == ["a"])
        world.register("a1", [.scalar("cpus", 4)])
        #expect(world.offers("f").isEmpty)
        world.call("f", .revive(roles: ["a"]))
        #expect(world.offers("f").count == 1)
    }

    @Test func teardownByAnOperator() {
        var world = MasterWorld()
        world.subscribe("f")
        let request = RequestToken(77)
        let unknown = CallReply.refused(status: 400, text: "No framework found with specified ID")
        #expect(world.step(.teardownRequested(request, "x")) == [.respond(request, unknown)])
        #expect(world.step(.teardownRequested(request, "m-0000")).contains(.respond(request, .ok)))
        #expect(world.core.state.completedFrameworks.count == 1)
    }
}
