import TestSupport
import Testing
import ZooKeeper

/// The client's contract on a real server that stays up.
@Suite struct ZooKeeperClientTests {
    @Test func createsReadsChangesAndDeletes() async throws {
        try await withZooKeeper { client, path in
            #expect(try await client.create(path, bytes("one")) == path)
            var (data, stat) = try await client.get(path)
            #expect(text(data) == "one" && stat.version == 0 && stat.ephemeralOwner == 0)
            stat = try await client.set(path, bytes("two"), version: 0)
            #expect(stat.version == 1 && stat.modificationTransaction > stat.creationTransaction)
            (data, stat) = try await client.get(path)
            #expect(text(data) == "two" && stat.version == 1 && stat.dataLength == 3)
            #expect(try await client.exists(path) == stat)
            try await client.delete(path, version: 1)
            #expect(try await client.exists(path) == nil)
        }
    }

    @Test func carriesAnyBytes() async throws {
        try await withZooKeeper { client, path in
            let every = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
            try await client.create(path, every)
            #expect(try await client.get(path).data == every)
            try await client.set(path, [])
            #expect(try await client.get(path).data == [])
            try await client.create(path + "/käse", bytes("x"))
            #expect(try await client.children(path).names == ["käse"])
        }
    }

    @Test func namesWhatWentWrong() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            #expect(await code { try await client.create(path) } == .nodeExists)
            #expect(await code { try await client.create(path + "/a/b") } == .noNode)
            #expect(await code { try await client.get(path + "/none") } == .noNode)
            #expect(await code { try await client.set(path, [], version: 7) } == .badVersion)
            #expect(await code { try await client.delete(path, version: 7) } == .badVersion)
            try await client.create(path + "/child")
            #expect(await code { try await client.delete(path) } == .notEmpty)
            try await client.create(path + "/brief", mode: .ephemeral)
            #expect(await code { try await client.create(path + "/brief/x") } == .noChildrenForEphemerals)
            for bad in ["", "x", path + "/", path + "//x", path + "/a\u{0}b", path + "/..", path + "/🧀"] {
                #expect(await code { try await client.create(bad) } == .badArguments, "\(bad)")
            }
        }
    }

    @Test func createsAncestors() async throws {
        try await withZooKeeper { client, path in
            try await client.createAll(path + "/a/b/c")
            try await client.createAll(path + "/a/b/c")
            #expect(try await client.get(path + "/a/b").data == [])
            #expect(try await client.children(path + "/a/b").names == ["c"])
        }
    }

    @Test func numbersSequentialNodesAcrossNames() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            let names = [
                try await client.create(path + "/a_", mode: .persistentSequential),
                try await client.create(path + "/b_", mode: .ephemeralSequential),
                try await client.create(path + "/", mode: .persistentSequential),
            ]
            #expect(names == ["/a_0000000000", "/b_0000000001", "/0000000002"].map { path + $0 })
        }
    }

    @Test func ephemeralNodesGoWithTheirSession() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            try await withZooKeeper { other, _ in
                try await other.create(path + "/brief", mode: .ephemeral)
                guard case .connected(let session, _) = try await other.connected() else { return }
                #expect(try await client.exists(path + "/brief")?.ephemeralOwner == session)
            }
            #expect(try await client.exists(path + "/brief") == nil)
        }
    }

    @Test func watchesFireOnceWithTheirReason() async throws {
        try await withZooKeeper { client, path in
            let created = try await client.existsAndWatch(path)
            #expect(created.stat == nil)
            try await client.create(path, bytes("1"))
            #expect(try await created.watch.fired() == .created)

            let changed = try await client.getAndWatch(path)
            #expect(text(changed.content.data) == "1")
            let children = try await client.childrenAndWatch(path)
            #expect(children.content.names == [])
            try await client.set(path, bytes("2"))
            #expect(try await changed.watch.fired() == .dataChanged)
            try await client.create(path + "/x")
            #expect(try await children.watch.fired() == .childrenChanged)

            let deleted = try await client.existsAndWatch(path + "/x")
            try await client.delete(path + "/x")
            #expect(try await deleted.watch.fired() == .deleted)
        }
    }

    @Test func aWatchThatWaitsCanBeCancelled() async throws {
        try await withZooKeeper { client, path in
            let watch = try await client.existsAndWatch(path).watch
            let waiting = Task { try await watch.fired() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
    }

    @Test func aBatchHoldsAsAWhole() async throws {
        try await withZooKeeper { client, path in
            let results = try await client.commit([
                .create(path: path, data: bytes("p")),
                .create(path: path + "/s_", data: [], mode: .persistentSequential),
                .set(path: path, data: bytes("q"), version: 0), .check(path: path, version: 1),
                .create(path: path + "/gone", data: []), .delete(path: path + "/gone"),
            ])
            #expect(results[0] == .created(path: path) && results[1] == .created(path: path + "/s_0000000000"))
            guard case .set(let stat) = results[2] else {
                Issue.record("no stat: \(results[2])")
                return
            }
            #expect(stat.version == 1 && stat.dataLength == 1)
            #expect(results[3...] == [.checked, .created(path: path + "/gone"), .deleted])
        }
    }

    @Test func aBatchWithOneBadStepDoesNothing() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path, bytes("old"))
            let failure = await #expect(throws: ZooKeeperBatchError.self) {
                try await client.commit([
                    .set(path: path, data: bytes("new")), .create(path: path + "/a", data: []),
                    .check(path: path, version: 9), .delete(path: path),
                ])
            }
            #expect(failure?.index == 2 && failure?.error.code == .badVersion && failure?.error.path == path)
            #expect(text(try await client.get(path).data) == "old")
            #expect(try await client.children(path).names == [])
            #expect(try await client.commit([]) == [])
        }
    }

    @Test func manyTasksShareTheConnection() async throws {
        try await withZooKeeper { client, path in
            try await client.create(path)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<500 {
                    group.addTask {
                        let node = "\(path)/n\(index)"
                        try await client.create(node, bytes("\(index)"))
                        #expect(text(try await client.get(node).data) == "\(index)")
                        let watch = try await client.existsAndWatch(node).watch
                        _ = try await client.commit([.set(path: node, data: []), .delete(path: node)])
                        #expect(try await watch.fired() != .sessionLost)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.children(path).names == [])
        }
    }

    @Test func credentialsGuardWhatTheyCreate() async throws {
        try await withZooKeeper(credentials: .init(text: "alice:wonder")) { alice, path in
            try await alice.createAll(path + "/a")
            try await alice.set(path + "/a", bytes("mine"))
            for node in [path, path + "/a"] {
                let acl = try await alice.getACL(node).acl
                #expect(acl.contains(ZooKeeperACL(.read, scheme: "world", id: "anyone")))
                #expect(acl.contains { $0.permissions == .all && $0.scheme == "digest" && $0.id.hasPrefix("alice:") })
                #expect(acl.count == 2)
            }
            try await withZooKeeper { nobody, _ in
                #expect(text(try await nobody.get(path + "/a").data) == "mine")
                #expect(await code { try await nobody.set(path + "/a", bytes("theirs")) } == .noAuth)
                #expect(await code { try await nobody.create(path + "/b") } == .noAuth)
                try await nobody.createAll(path + "/a")  // is there: nothing to create
            }
            try await withZooKeeper(credentials: .init(text: "alice:wrong")) { impostor, _ in
                #expect(await code { try await impostor.delete(path + "/a") } == .noAuth)
            }
            let version = try await alice.getACL(path + "/a").stat.aclVersion
            try await alice.setACL(path + "/a", .open, version: version)
            #expect(await code { try await alice.setACL(path + "/a", .open, version: version) } == .badVersion)
            #expect(await code { try await alice.setACL(path + "/a", []) } == .invalidACL)
            try await withZooKeeper { nobody, _ in _ = try await nobody.set(path + "/a", bytes("ours")) }
        }
    }

    @Test func refusedCredentialsEndTheClient() async throws {
        let server = try await ZooKeeperServer.shared()
        let client = ZooKeeperClient(
            servers: [server.address], credentials: .init(scheme: "nonsense", text: "x"), sessionTimeout: .seconds(4))
        #expect(
            await code {
                try await client.connected(); return try await client.exists("/never-seen")
            } != nil)
        #expect(await code { try await client.connected() } == .authFailed)
        #expect(await code { try await client.exists("/") } == .authFailed)
        await client.close()
        #expect(await code { try await client.exists("/") } == .closing)
    }

    @Test func closingAnswersWhatWaits() async throws {
        let client = ZooKeeperClient(servers: ["127.0.0.1:\(try FreePort.next())"], sessionTimeout: .seconds(4))
        let states = client.states()
        await client.close()
        #expect(client.state == .closed)
        #expect(await code { try await client.get("/x") } == .closing)
        var seen: [ZooKeeperSessionState] = []
        for await state in states { seen.append(state) }
        #expect(seen == [.connecting, .closed])
        await client.close()
    }
}
