import ClusterPorts
import Foundation
import TestSupport
import Testing
import ZooKeeper

/// What a foreign client (kazoo, Python) sees of a group written with credentials.
@Suite struct KazooInteropTests {
    private static let script = """
        import json, sys
        from kazoo.client import KazooClient
        from kazoo.exceptions import NoAuthError
        hosts, path = sys.argv[1:3]
        owner = KazooClient(hosts=hosts, auth_data=[("digest", "user:pass")])
        owner.start(timeout=20)
        world = KazooClient(hosts=hosts)
        world.start(timeout=20)
        names = sorted(world.get_children(path))
        node = path + "/" + names[0]
        acl = [[a.perms, a.id.scheme, a.id.id.split(":")[0]] for a in world.get_acls(node)[0]]
        above = [[a.perms, a.id.scheme, a.id.id.split(":")[0]] for a in world.get_acls(path)[0]]
        try:
            world.set(node, b"x")
            refused = False
        except NoAuthError:
            refused = True
        owner.create(path + "/by-kazoo", b"")
        print(json.dumps({"names": names, "data": json.loads(owner.get(node)[0]), "acl": sorted(acl),
                          "above": sorted(above), "refused": refused}))
        owner.stop(); world.stop()
        """

    @Test func kazooWithDigestCredentialsReadsWhatOurContenderWrote() async throws {
        let server = try await ZooKeeperServer.shared()
        let python = try await PythonEnvironment.kazoo()
        let url = "zk://user:pass@\(server.address)/kazoo-\(UUID().uuidString.prefix(8))/mesos"
        let election = try MasterElection.make(zk: url)
        let candidacy = try await election.contender.contend(master("m1"))
        let path = try ZooKeeperURL(parsing: url).path
        try await withTestScope("kazoo") { scope in
            let script = try scope.directory.write(Self.script, to: "read.py")
            let run = try scope.start(python, [script, server.address, path])
            #expect(try await run.waitForExit(within: .seconds(60)).isSuccess, "\(run.tails)")
            let seen = try #require(
                try JSONSerialization.jsonObject(with: Data(run.output().utf8)) as? [String: Any])
            #expect(seen["names"] as? [String] == ["json.info_0000000000"])
            #expect(seen["refused"] as? Bool == true)
            let expected: NSArray = [[1, "world", "anyone"], [31, "digest", "user"]]
            #expect(seen["acl"] as? NSArray == expected)
            #expect(seen["above"] as? NSArray == expected)
            let data = try #require(seen["data"] as? [String: Any])
            #expect(data["hostname"] as? String == "m1" && data["ip"] as? Int == 16_777_226)
            #expect((data["address"] as? [String: Any])?["ip"] as? String == "10.0.0.1")
        }
        await candidacy.withdraw()
    }
}
