internal import ClusterBase
internal import ClusterModel
internal import ClusterPorts
internal import HTTPTransport
internal import MesosProtocol
internal import Testing

@testable internal import FrameworkSDK

@Suite(.timeLimit(.minutes(1)))
struct SchedulerClientTests {
    @Test func subscribesAndSendsCallsInOrderOnItsStream() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            try await withClient(master.location) { client in
                let subscribe = try await master.nextCall()
                #expect(subscribe.frameworkID == nil)
                #expect(subscribe.streamID == nil)
                guard case .subscribe(let info, _, _) = subscribe.call else { throw Unexpected("\(subscribe.call)") }
                #expect(info.name == "test")
                #expect(!info.user.isEmpty)
                let stream = try await master.nextStream()
                try await client.expectSubscribed()
                #expect(client.frameworkID == "f1")
                #expect(client.masterURL == "http://\(master.authority)")
                stream.send(.heartbeat)
                stream.send(.rescind("o1"))
                #expect(try await client.nextSignal() == .event(.rescind("o1")))
                let calls: [SchedulerCall] = (0..<50).map { .kill(TaskID("t\($0)"), agent: nil, policy: nil) }
                for call in calls { try client.send(call) }
                for call in calls {
                    let received = try await master.nextCall()
                    #expect(received.call == call)
                    #expect(received.streamID == "s1")
                    #expect(received.frameworkID == "f1")
                }
            }
        }
    }

    @Test func speaksJSONAndPresentsItsCredential() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            var options = quickOptions()
            options.encoding = .json
            options.credential = FrameworkCredential(principal: "user", secret: "se:cret")
            try await withClient(master.location, options: options) { client in
                let subscribe = try await master.nextCall()
                #expect(subscribe.format == .json)
                #expect(
                    subscribe.authorization.flatMap(Credentials.init(authorization:))
                        == .basic(user: "user", password: "se:cret"))
                guard case .subscribe(let info, _, _) = subscribe.call else { throw Unexpected("\(subscribe.call)") }
                #expect(info.principal == "user")
                let stream = try #require(await master.streams.next(within: .seconds(60)))
                let writer = EventWriter(stream: stream, format: .json)
                writer.send(.subscribed("f1", heartbeatInterval: .seconds(15), master: FakeMaster.info))
                try await client.expectSubscribed()
            }
        }
    }

    @Test func followsRedirectsToTheLeader() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { leader in
            try await FakeMaster.run(.redirect(leader.authority)) { standby in
                try await withClient(standby.location) { client in
                    _ = try await leader.nextStream()
                    try await client.expectSubscribed()
                    #expect(client.masterURL == "http://\(leader.authority)")
                }
            }
        }
    }

    @Test func triesTheNextAddressWhenOneIsDead() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            let dead = FakeMaster()
            let location = MasterLocation(.masters(["http://127.0.0.1:1", "http://\(master.authority)"]))
            try await withClient(location) { client in
                _ = try await master.nextStream()
                try await client.expectSubscribed()
            }
            await dead.stop()
        }
    }

    @Test func retriesWhileTheMasterRecovers() async throws {
        try await FakeMaster.run(
            .status(503, "Master has not finished recovery"), .status(503, "No leader elected"), .stream(id: "s1")
        ) { master in
            try await withClient(master.location) { client in
                _ = try await master.nextStream()
                try await client.expectSubscribed()
            }
        }
    }

    @Test func subscribesAgainWithTheSameIDWhenTheStreamEnds() async throws {
        try await FakeMaster.run(.stream(id: "s1"), .stream(id: "s2")) { master in
            try await withClient(master.location) { client in
                _ = try await master.nextCall()
                let first = try await master.nextStream()
                try await client.expectSubscribed()
                first.close()
                #expect(try await client.expectDisconnected() == "the event stream was closed")
                let again = try await master.nextCall()
                #expect(again.frameworkID == "f1")
                guard case .subscribe(let info, _, _) = again.call else { throw Unexpected("\(again.call)") }
                #expect(info.id == "f1")
                _ = try await master.nextStream()
                try await client.expectSubscribed()
                try client.send(.revive(roles: []))
                #expect(try await master.nextCall().streamID == "s2")
            }
        }
    }

    @Test func missingHeartbeatsEndTheSubscription() async throws {
        try await FakeMaster.run(.stream(id: "s1"), .stream(id: "s2")) { master in
            try await withClient(master.location) { client in
                _ = try await master.nextStream(interval: .milliseconds(100))
                try await client.expectSubscribed()
                #expect(try await client.expectDisconnected().contains("nothing was heard for 200ms"))
                _ = try await master.nextStream()
                try await client.expectSubscribed()
            }
        }
    }

    @Test func aReaderThatIsSlowIsNotMistakenForASilentMaster() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            var options = quickOptions()
            options.signalLimit = 1
            try await withClient(master.location, options: options) { client in
                // All in one write, so that the silence is the reader's alone.
                let stream = try #require(await master.streams.next(within: .seconds(60)))
                let subscribed = SchedulerEvent.subscribed(
                    "f1", heartbeatInterval: .milliseconds(50), master: FakeMaster.info)
                let events = [subscribed] + (0..<20).map { .rescind(OfferID("o\($0)")) }
                stream.write(
                    events.flatMap {
                        RecordIO.frame(SchedulerCodec.encodeEvent($0, as: .protobuf, for: []))
                    })
                try await Task.sleep(for: .milliseconds(300))
                try await client.expectSubscribed()
                for number in 0..<20 {
                    #expect(try await client.nextSignal() == .event(.rescind(OfferID("o\(number)"))))
                }
            }
        }
    }

    @Test(arguments: ["12\nhalf", "abc\nxyz", "99999999999\n", "3\n\u{1}\u{2}\u{3}"])
    func aMalformedStreamIsLeftWithAClearReason(_ bytes: String) async throws {
        try await FakeMaster.run(.stream(id: "s1"), .stream(id: "s2")) { master in
            try await withClient(master.location) { client in
                let first = try await master.nextStream()
                try await client.expectSubscribed()
                first.stream.write(Array(bytes.utf8))
                first.close()
                let reason = try await client.expectDisconnected()
                #expect(
                    ["middle of a record", "not a decimal", "larger than", "cannot be read"].contains(
                        where: reason.contains),
                    "\(reason)")
                _ = try await master.nextStream()
                try await client.expectSubscribed()
            }
        }
    }

    @Test func aStaleStreamIDLeadsToANewSubscription() async throws {
        try await FakeMaster.run(.stream(id: "s1"), .stream(id: "s2")) { master in
            try await withClient(master.location) { client in
                _ = try await master.nextStream()
                try await client.expectSubscribed()
                master.refuseNext(
                    400, "The stream ID 's1' included in this request didn't match the stream ID currently")
                try client.send(.revive(roles: []))
                #expect(try await client.expectDisconnected().contains("does not know this subscription"))
                _ = try await master.nextStream()
                try await client.expectSubscribed()
            }
        }
    }

    @Test func aRefusedCallIsReportedAndTheSubscriptionGoesOn() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            try await withClient(master.location) { client in
                let stream = try await master.nextStream()
                try await client.expectSubscribed()
                master.refuseNext(400, "Failed to validate scheduler::Call: Expecting 'kill' to be present")
                try client.send(.kill("t1", agent: nil, policy: nil))
                let notice = ConnectionNotice.refused(
                    .kill("t1", agent: nil, policy: nil), status: 400,
                    message: "Failed to validate scheduler::Call: Expecting 'kill' to be present")
                #expect(try await client.nextSignal() == .notice(notice))
                stream.send(.rescind("o1"))
                #expect(try await client.nextSignal() == .event(.rescind("o1")))
            }
        }
    }

    @Test(arguments: [
        ("Framework failed over", SchedulerFailure.failedOver),
        ("Framework has been removed", .removed("Framework has been removed")),
        (
            "Roles {x} are not present in the master's --roles",
            .refused("Roles {x} are not present in the master's --roles")
        ),
    ])
    func anErrorEventEndsTheClientWithATypedFailure(_ message: String, _ failure: SchedulerFailure) async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            let thrown = try await withClient(master.location) { client in
                let stream = try await master.nextStream()
                try await client.expectSubscribed()
                stream.send(.error(message))
                #expect(try await client.nextSignal() == .event(.error(message)))
                #expect(await client.signals.first { _ in true } == nil)
            }
            #expect(thrown as? SchedulerFailure == failure)
        }
    }

    @Test(arguments: [(401, "401 Unauthorized"), (403, "Not allowed")])
    func aRefusedCredentialEndsTheClient(_ status: Int, _ words: String) async throws {
        try await FakeMaster.run(.status(HTTPStatus(status), words)) { master in
            let thrown = try await withClient(master.location) { client in
                #expect(await client.signals.first { _ in true } == nil)
            }
            #expect(thrown as? SchedulerFailure == .unauthorized(status: status, message: words))
        }
    }

    @Test func teardownEndsTheClient() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { master in
            let thrown = try await withClient(master.location) { client in
                _ = try await master.nextCall()
                _ = try await master.nextStream()
                try await client.expectSubscribed()
                try client.send(.teardown)
                #expect(try await master.nextCall().call == .teardown)
                _ = try await client.expectDisconnected()
                #expect(await client.signals.first { _ in true } == nil)
                #expect(client.masterURL == nil)
            }
            #expect(thrown == nil)
        }
    }

    /// The master closes the stream as it removes the framework, before or after its answer to the call is read.
    @Test(arguments: [true, false])
    func aStreamThatEndsWithTheTeardownIsNotOpenedAgain(_ saysError: Bool) async throws {
        try await FakeMaster.run(.stream(id: "s1"), .status(.badRequest, "a second SUBSCRIBE")) { master in
            let thrown = try await withClient(master.location) { client in
                _ = try await master.nextCall()
                let stream = try await master.nextStream()
                try await client.expectSubscribed()
                master.delayAnswers(by: .milliseconds(100))
                try client.send(.teardown)
                try client.send(.acknowledge(agent: "a1", task: "t1", uuid: UniqueID(high: 1, low: 2)))
                if saysError { stream.send(.error("Framework has been removed")) }
                stream.close()
                #expect(try await client.expectDisconnected() == "the framework is torn down")
                #expect(await client.signals.first { _ in true } == nil)
            }
            #expect(thrown == nil)
        }
    }

    @Test func withoutASubscriptionCallsAreRefused() async throws {
        let client = SchedulerClient(
            framework: FrameworkInfo(name: "test"), master: MasterLocation(.masters(["http://127.0.0.1:1"])),
            logger: quietLogger)
        let error = #expect(throws: ClusterError.self) { try client.send(.revive(roles: [])) }
        #expect(error?.code == .unavailable)
    }

    @Test func suppressedRolesAreRememberedForTheNextSubscription() async throws {
        try await FakeMaster.run(.stream(id: "s1"), .stream(id: "s2")) { master in
            try await withClient(master.location) { client in
                _ = try await master.nextCall()
                let first = try await master.nextStream()
                try await client.expectSubscribed()
                try client.send(.suppress(roles: []))
                _ = try await master.nextCall()
                first.close()
                _ = try await client.expectDisconnected()
                guard case .subscribe(_, let suppressed, _) = try await master.nextCall().call else {
                    throw Unexpected("")
                }
                #expect(suppressed == ["*"])
            }
        }
    }

    @Test func followsTheDetectorToANewLeader() async throws {
        try await FakeMaster.run(.stream(id: "s1")) { first in
            try await FakeMaster.run(.stream(id: "s2")) { second in
                let detector = ScriptedDetector()
                let client = SchedulerClient(
                    framework: FrameworkInfo(name: "test"), detector: detector, options: quickOptions(),
                    logger: quietLogger)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await client.run() }
                    detector.leader(nil)
                    detector.leader(first)
                    _ = try await first.nextStream()
                    try await client.expectSubscribed()
                    detector.leader(second)
                    #expect(try await client.expectDisconnected() == "the leading master has changed")
                    #expect(try await second.nextCall().frameworkID == "f1")
                    _ = try await second.nextStream()
                    try await client.expectSubscribed()
                    group.cancelAll()
                }
            }
        }
    }
}

struct Unexpected: Error {
    let what: String
    init(_ what: String) { self.what = what }
}

/// A detector that says what the test says.
struct ScriptedDetector: LeaderDetector {
    private let stream: AsyncThrowingStream<MasterInfo?, any Error>
    private let continuation: AsyncThrowingStream<MasterInfo?, any Error>.Continuation

    init() { (stream, continuation) = AsyncThrowingStream.makeStream() }

    func leaders() -> AsyncThrowingStream<MasterInfo?, any Error> { stream }

    func leader(_ master: FakeMaster?) {
        guard let master, let port = master.authority.split(separator: ":").last.flatMap({ Int($0) }) else {
            continuation.yield(nil)
            return
        }
        continuation.yield(MasterInfo(id: "m", ip: "127.0.0.1", port: port, hostname: "localhost", version: "1.12.0"))
    }
}
