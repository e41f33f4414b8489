import ClusterBase
import ClusterModel
import ClusterPorts
import TestSupport
import Testing
import ZooKeeper

/// Contenders and detectors on a server that stays up.
@Suite struct ElectionTests {
    @Test func theFirstToStandLeadsAndTheNextFollows() async throws {
        try await withZooKeeper { one, path in
            try await withZooKeeper { two, _ in
                let seen = await StreamReader(ZooKeeperDetector(client: two, path: path).leaders())
                #expect(try await seen.next() == nil)
                let first = try await ZooKeeperContender(client: one, path: path).contend(master("first"))
                #expect(try await seen.next() == master("first"))
                let second = try await ZooKeeperContender(client: two, path: path).contend(master("second"))
                let names = try await two.children(path).names.sorted()
                #expect(names == ["json.info_0000000000", "json.info_0000000001"])
                await first.withdraw()
                await first.lost()
                #expect(try await seen.next() == master("second"))
                await second.withdraw()
                #expect(try await seen.next() == nil)
                #expect(await seen.unread.isEmpty)
            }
        }
    }

    @Test func everyStreamStartsWithTheAnswer() async throws {
        try await withZooKeeper { client, path in
            let candidacy = try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            let detector = ZooKeeperDetector(client: client, path: path)
            for _ in 0..<3 {
                let seen = await StreamReader(detector.leaders())
                #expect(try await seen.next() == master("m"))
            }
            await candidacy.withdraw()
        }
    }

    @Test func aCandidacyIsLostWhenItsNodeIsDeleted() async throws {
        try await withZooKeeper { client, path in
            let candidacy = try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            try await client.delete(path + "/json.info_0000000000")
            try await within(.seconds(10), "lost") { await candidacy.lost() }
        }
    }

    @Test func aDroppedCandidacyLeavesTheContest() async throws {
        try await withZooKeeper { client, path in
            _ = try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            try await eventually("node gone", holds: { try await client.children(path).names.isEmpty })
        }
    }

    @Test func followsMembersOfEveryAge() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            try await client.create(path + "/log_replicas")
            try await client.create(path + "/", bytes("master@10.0.0.3:5053"), mode: .ephemeralSequential)
            try await client.create(path + "/info_", GroupCodingTests.binary, mode: .ephemeralSequential)
            let newest = try await ZooKeeperContender(client: client, path: path).contend(master("new"))
            let seen = await StreamReader(ZooKeeperDetector(client: client, path: path).leaders())
            #expect(try await seen.next()?.pid == "master@10.0.0.3:5053")
            try await client.delete(path + "/0000000001")
            #expect(try await seen.next()?.pid == "master@10.0.0.1:5051")
            try await client.delete(path + "/info_0000000002")
            #expect(try await seen.next() == master("new"))
            await newest.withdraw()
            #expect(try await seen.next() == nil)
        }
    }

    @Test func theLeadersDataIsReadOnce() async throws {
        try await withZooKeeper { client, path in
            let candidacy = try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            let seen = await StreamReader(ZooKeeperDetector(client: client, path: path).leaders())
            #expect(try await seen.next() == master("m"))
            try await client.set(path + "/json.info_0000000000", bytes("garbage"))
            // A new member wakes the detector.
            try await client.create(path + "/json.info_", bytes("{}"), mode: .ephemeralSequential)
            try await client.create(path + "/probe")
            #expect(await seen.unread.isEmpty)
            await candidacy.withdraw()
            // The next leader's data is no MasterInfo.
            await #expect(throws: ClusterError.self) { try await seen.next() }
        }
    }

    @Test(arguments: [("other_", "x"), ("json.info_", "not json"), ("info_", "\u{1}"), ("", "nonsense")])
    func dataNobodyCanReadFailsTheStream(label: String, data: String) async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            try await client.create(path + "/" + label, bytes(data), mode: .ephemeralSequential)
            let seen = await StreamReader(ZooKeeperDetector(client: client, path: path).leaders())
            let error = await #expect(throws: ClusterError.self) { try await seen.next() }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func refusedCredentialsFailBothHalves() async throws {
        try await withZooKeeper(credentials: .init(scheme: "nonsense", text: "x")) { client, path in
            let seen = await StreamReader(ZooKeeperDetector(client: client, path: path).leaders())
            let detection = await #expect(throws: ClusterError.self) { try await seen.next() }
            #expect(detection?.code == .forbidden)
            let contention = await #expect(throws: ClusterError.self) {
                try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            }
            #expect(contention?.code == .forbidden)
        }
    }

    @Test func anUnwritableGroupRefusesTheContender() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path, acl: [ZooKeeperACL(.read, scheme: "world", id: "anyone")])
            let seen = await StreamReader(ZooKeeperDetector(client: client, path: path).leaders())
            #expect(try await seen.next() == nil)  // looking is allowed
            let error = await #expect(throws: ClusterError.self) {
                try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            }
            #expect(error?.code == .forbidden)
            try await client.delete(path)
        }
    }

    @Test func findsTheMasterHoweverItIsGiven() async throws {
        try await withZooKeeper { client, path in
            let server = try await ZooKeeperServer.shared()
            let url = "zk://\(server.address)\(path)"
            let candidacy = try await ZooKeeperContender(client: client, path: path).contend(master("m"))
            try await withTestScope { scope in
                let file = try scope.directory.write(url + "\n", to: "zk")
                for text in [url, "file://" + file, file] {
                    let seen = await StreamReader(try MasterDetection.make(from: text).leaders())
                    #expect(try await seen.next() == master("m"), "\(text)")
                }
                let plain = try scope.directory.write(" 127.0.0.1:5055 \n", to: "plain")
                for text in ["127.0.0.1:5055", "master@127.0.0.1:5055", plain, "localhost:5055"] {
                    let seen = await StreamReader(try MasterDetection.make(from: text).leaders())
                    let found = try await seen.next()
                    #expect(found?.ip == "127.0.0.1" && found?.port == 5055, "\(text)")
                }
                for text in [
                    "", "host", "host:0", "zk://h:1/", "file://relative", "/no/such/file", "http://h:1", "h:1/p",
                ] {
                    #expect(throws: ClusterError.self, "\(text)") { try MasterDetection.make(from: text) }
                }
                let elected = try MasterElection.make(zk: "file://" + file)
                let standby = try await elected.contender.contend(master("standby"))
                let seen = await StreamReader(elected.detector.leaders())
                #expect(try await seen.next() == master("m"))
                await candidacy.withdraw()
                #expect(try await seen.next() == master("standby"))
                await standby.withdraw()
            }
        }
    }

    @Test func aloneTheMasterAppointsItself() async throws {
        let election = try MasterElection.make(zk: nil)
        let seen = await StreamReader(election.detector.leaders())
        #expect(try await seen.next() == nil)
        var first: (any Candidacy)? = try await election.contender.contend(master("one"))
        #expect(try await seen.next() == master("one"))
        let second = try await election.contender.contend(master("two"))
        await first?.lost()
        first = nil
        #expect(try await seen.next() == master("two"))
        let waiting = Task { await second.lost() }
        await second.withdraw()
        await waiting.value
        #expect(try await seen.next() == nil)
        let late = await StreamReader(election.detector.leaders())
        #expect(try await late.next() == nil)
    }
}
