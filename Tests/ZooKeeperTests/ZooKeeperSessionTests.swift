import ClusterModel
import ClusterPorts
import TestSupport
import Testing
import ZooKeeper

/// What becomes of sessions, watches and leaders when servers freeze and die.
@Suite struct ZooKeeperSessionTests {
    /// A candidate, a detector's consumer, an ephemeral node and a watch, all in one client's session.
    private struct Stake {
        let client: ZooKeeperClient
        let session: ZooKeeperSessionState
        let candidacy: any Candidacy
        let leaders: StreamReader<MasterInfo?>
        let watch: ZooKeeperWatch

        init(_ servers: [String], timeout: Duration) async throws {
            client = ZooKeeperClient(servers: servers, sessionTimeout: timeout)
            session = try await client.connected()
            let backoff = GroupBackoff(first: .milliseconds(100), limit: .milliseconds(400))
            candidacy = try await ZooKeeperContender(client: client, path: "/mesos", backoff: backoff)
                .contend(master("m"))
            leaders = await StreamReader(ZooKeeperDetector(client: client, path: "/mesos", backoff: backoff).leaders())
            #expect(try await leaders.next() == master("m"))
            watch = try await client.existsAndWatch("/later").watch
        }

        /// Everything is as if nothing had happened.
        func expectUntouched() async throws {
            #expect(client.lostSessions == 0)
            #expect(try await client.connected() == session)
            #expect(try await client.children("/mesos").names == ["json.info_0000000000"])
            try await client.create("/later")
            #expect(try await watch.fired() == .created)
            #expect(await leaders.unread.isEmpty)
            let newcomer = await StreamReader(ZooKeeperDetector(client: client, path: "/mesos").leaders())
            #expect(try await newcomer.next() == master("m"))
        }

        /// The session is gone, with all that hung on it, and everybody was told.
        func expectLost() async throws {
            #expect(try await watch.fired() == .sessionLost)
            try await within(.seconds(10), "candidacy lost") { await candidacy.lost() }
            #expect(try await leaders.next() == nil)
            #expect(client.lostSessions == 1)
        }
    }

    private func waitFor(
        _ client: ZooKeeperClient, _ what: String, _ condition: @escaping @Sendable (ZooKeeperSessionState) -> Bool
    ) async throws {
        try await within(.seconds(20), what) {
            for await state in client.states() where condition(state) { return }
        }
    }

    @Test func aRestartWithinTheSessionChangesNothing() async throws {
        try await withOwnServer(tick: .milliseconds(500)) { server in
            let stake = try await Stake([server.address], timeout: .seconds(10))
            server.kill()
            try await waitFor(stake.client, "suspended") { $0 == .suspended }
            #expect(await code { try await stake.client.get("/mesos") } == .connectionLoss)
            try await server.start()
            try await stake.expectUntouched()
            await stake.client.close()
        }
    }

    /// A server whose transactions are behind what the client has seen refuses it: the session runs out.
    @Test func aServerThatForgotEverythingEndsTheSession() async throws {
        try await withOwnServer(tick: .milliseconds(100)) { server in
            let stake = try await Stake([server.address], timeout: .seconds(2))
            server.kill()
            try server.wipe()
            try await server.start()
            try await stake.expectLost()
            // A new session takes over by itself: the group is empty and can be joined again.
            let state = try await stake.client.connected()
            #expect(state != stake.session)
            let again = try await ZooKeeperContender(client: stake.client, path: "/mesos").contend(master("again"))
            #expect(try await stake.leaders.next() == master("again"))
            await again.withdraw()
            await stake.client.close()
        }
    }

    @Test func withoutAnswerTheSessionRunsOutLocally() async throws {
        try await withOwnServer(tick: .milliseconds(100)) { server in
            let stake = try await Stake([server.address], timeout: .seconds(1))
            server.pause()  // connections stay open: only silence tells
            let frozen = ContinuousClock.now
            #expect(await code { try await stake.client.get("/mesos") } != nil)
            try await stake.expectLost()
            let elapsed = ContinuousClock.now - frozen
            #expect(elapsed > .milliseconds(1_300), "1 s from the loss of the connection, which silence shows later")
            #expect(await stake.leaders.unread.isEmpty)
            server.resume()
            #expect(try await stake.client.connected() != stake.session)
            try await eventually(
                "the old member gone",
                holds: {
                    try await stake.client.children("/mesos").names.isEmpty
                })
            await stake.client.close()
        }
    }

    @Test func contendersAndDetectorsOutwaitAServerThatIsNotThereYet() async throws {
        let server = try ZooKeeperServer()
        defer { server.kill() }
        let client = ZooKeeperClient(servers: [server.address], sessionTimeout: .seconds(2))
        let leaders = await StreamReader(ZooKeeperDetector(client: client, path: "/a/b").leaders())
        async let contest = ZooKeeperContender(client: client, path: "/a/b").contend(master("m"))
        try await server.start()
        let candidacy = try await contest
        var leader = try await leaders.next()
        if leader == nil { leader = try await leaders.next() }
        #expect(leader == master("m"))
        await candidacy.withdraw()
        await client.close()
    }

    @Test func anEnsembleLosesOneServerAndNothingElse() async throws {
        let ensemble = try ZooKeeperEnsemble(tick: .milliseconds(500))
        defer { ensemble.kill() }
        try await ensemble.start()
        let stake = try await Stake(ensemble.servers.map(\.address), timeout: .seconds(10))
        let leader = try #require(ensemble.leader())
        leader.kill()
        try await eventually("a new leader of the ensemble", holds: { ensemble.leader() != nil })
        try await stake.expectUntouched()
        await stake.client.close()
    }
}
