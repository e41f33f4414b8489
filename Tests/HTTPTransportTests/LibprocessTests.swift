import ClusterBase
import HTTPTransport
import Libprocess
import NIOConcurrencyHelpers
import Testing

/// A process with its own port: a server that takes messages, and a transport that sends them.
private func withNode<Result>(
    _ configuration: LibprocessConfiguration = LibprocessConfiguration(),
    _ body: (LibprocessTransport, HTTPServer, BoundAddress) async throws -> Result
) async throws -> Result {
    let transport = LibprocessTransport(configuration, logger: quiet)
    do {
        let result = try await withServer(
            [Route.direct(.get, "/master/state") { _, reply in reply.send(.text("state")) }],
            interceptor: transport.interceptor
        ) { server, address in try await body(transport, server, address) }
        await transport.shutdown()
        return result
    } catch {
        await transport.shutdown()
        throw error
    }
}

private func upid(_ id: String, _ address: BoundAddress) -> UPID { UPID(id: id, host: "127.0.0.1", port: address.port) }

private func messages(_ collected: Collected<IncomingMessage>) -> @Sendable (IncomingMessage) -> Bool {
    { message in
        collected.add(message)
        return true
    }
}

@Suite struct UPIDTests {
    @Test(arguments: [
        ("slave(1)@10.0.0.1:5051", "slave(1)", "10.0.0.1", 5051), ("@0.0.0.0:0", "", "0.0.0.0", 0),
        ("scheduler-1f2e@host.example:65535", "scheduler-1f2e", "host.example", 65_535),
    ])
    func textIsParsed(text: String, id: String, host: String, port: Int) throws {
        let parsed = try UPID(parsing: text)
        #expect(parsed == UPID(id: id, host: host, port: port))
        #expect(parsed.description == text)
        #expect(parsed.isNull == (port == 0))
    }

    @Test(arguments: [
        "", "master", "master@", "master@host", "master@:5050", "master@host:", "master@host:x", "master@host:65536",
        "master@host:-1", "a b@host:1", "a@b@host:1", "a\r\n@host:1", "a@host:+1",
    ])
    func nonsenseIsRefused(text: String) { #expect(throws: ClusterError.self) { try UPID(parsing: text) } }
}

@Suite struct LibprocessTests {
    @Test func messagesArriveAsTheyWereSent() async throws {
        try await withNode { sender, _, from in
            try await withNode { receiver, server, to in
                let got = Collected<IncomingMessage>()
                for id in ["slave(1)", "master", "slave-observer(3)"] { receiver.register(id, receive: messages(got)) }
                let me = upid("slave(1)", from)
                let bodies: [[UInt8]] = [[], [0], Array((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })]
                for id in ["slave(1)", "master", "slave-observer(3)"] {
                    for body in bodies { sender.send(to: upid(id, to), from: me, name: "mesos.internal.X", body: body) }
                }
                let all = try await got.first(9)
                #expect(all.map(\.to) == ["slave(1)", "master", "slave-observer(3)"].flatMap { [$0, $0, $0] })
                #expect(all.map(\.body) == bodies + bodies + bodies)
                #expect(all.allSatisfy { $0.from == me && $0.name == "mesos.internal.X" })
                #expect(server.counters.accepted == 1)
                #expect(receiver.counters.received == 9)
                #expect(sender.counters.sent == 9)
            }
        }
    }

    @Test func tenThousandMessagesKeepTheirOrder() async throws {
        try await withNode { sender, _, from in
            try await withNode { receiver, _, to in
                let inbox = MessageInbox(limit: 16)
                receiver.register("master", inbox: inbox)
                sender.link(upid("master", to), from: "agent")
                for number in 0..<10_000 {
                    sender.send(
                        to: upid("master", to), from: upid("agent", from), name: "N", body: Array(String(number).utf8))
                }
                var numbers: [Int] = []
                var largest = 0
                while numbers.count < 10_000 {
                    largest = max(largest, inbox.count)
                    let batch = await inbox.next()
                    numbers += batch.compactMap { Int(String(decoding: $0.body, as: UTF8.self)) }
                }
                #expect(numbers == Array(0..<10_000))
                #expect(largest <= 17)
                #expect(sender.counters.dropped == 0)
            }
        }
    }

    @Test func aLinkBreaksOnceAndCanBeMadeAgain() async throws {
        try await withNode { sender, _, from in
            let (exited, got) = (Collected<String>(), Collected<IncomingMessage>())
            sender.register("a", receive: { _ in true }, exited: { exited.add("a \($0.id)") })
            sender.register("b", receive: { _ in true }, exited: { exited.add("b \($0.id)") })
            var port = 0
            try await withNode { receiver, server, to in
                port = to.port
                receiver.register("master", receive: messages(got))
                for _ in 0..<2 { sender.link(upid("master", to), from: "a") }
                sender.link(upid("other", to), from: "a")
                sender.link(upid("master", to), from: "b")
                sender.send(to: upid("master", to), from: upid("a", from), name: "M", body: [1])
                _ = try await got.first(1)
                #expect(server.counters.accepted == 1)
                #expect(exited.all.isEmpty)
            }
            #expect(try await exited.first(3) == ["a master", "a other", "b master"])
            // Nobody listens any more: a new link breaks at once, a message is dropped.
            let gone = UPID(id: "master", host: "127.0.0.1", port: port)
            sender.send(to: gone, from: upid("a", from), name: "M", body: [])
            sender.link(gone, from: "b")
            #expect(try await exited.first(4).last == "b master")
            #expect(await eventually { sender.counters.dropped == 1 })
            #expect(sender.counters.exited == 4)
        }
    }

    @Test func reconnectingReplacesTheConnectionWithoutAnEvent() async throws {
        try await withNode { sender, _, from in
            try await withNode { receiver, server, to in
                let (exited, got) = (Collected<UPID>(), Collected<IncomingMessage>())
                sender.register("executor(1)", receive: { _ in true }, exited: { exited.add($0) })
                receiver.register("slave(1)", receive: messages(got))
                let agent = upid("slave(1)", to)
                sender.link(agent, from: "executor(1)")
                sender.send(to: agent, from: upid("executor(1)", from), name: "First", body: [])
                _ = try await got.first(1)
                sender.link(agent, from: "executor(1)", reconnect: true)
                sender.send(to: agent, from: upid("executor(1)", from), name: "Second", body: [])
                #expect(try await got.first(2).map(\.name) == ["First", "Second"])
                #expect(server.counters.accepted == 2)
                #expect(exited.all.isEmpty)
                await server.stop()
                #expect(try await exited.first(1) == [agent])
            }
        }
    }

    @Test func unlinkedConnectionsCloseWhenTheyAreIdle() async throws {
        try await withNode { sender, _, from in
            try await withNode { receiver, server, to in
                let got = Collected<IncomingMessage>()
                receiver.register("master", receive: messages(got))
                sender.send(to: upid("master", to), from: upid("a", from), name: "M", body: [])
                _ = try await got.first(1)
                #expect(await eventually { server.counters.connections == 0 && sender.counters.connections == 0 })
                #expect(sender.counters.exited == 0)
                sender.send(to: upid("master", to), from: upid("a", from), name: "M", body: [])
                _ = try await got.first(2)
                // A link outlives the idle time, and goes when it is taken back.
                sender.link(upid("master", to), from: "a")
                try await Task.sleep(for: .milliseconds(1_500))
                #expect(sender.counters.connections == 1)
                sender.unlink(upid("master", to), from: "a")
                #expect(await eventually { server.counters.connections == 0 })
                #expect(sender.counters.exited == 0)
            }
        }
    }

    @Test func aFullQueueDropsAndCounts() async throws {
        var configuration = LibprocessConfiguration()
        configuration.queuedMessages = 10
        configuration.queuedBytes = 100_000
        try await withNode(configuration) { sender, _, from in
            try await withNode { receiver, _, to in
                let received = Collected<String>()
                receiver.register("master") { message in
                    received.add(message.name)
                    return true
                }
                let body = [UInt8](repeating: 0x61, count: 50_000)
                for _ in 0..<2_000 { sender.send(to: upid("master", to), from: upid("a", from), name: "M", body: body) }
                #expect(sender.counters.dropped > 0)
                // What is still queued arrives, or is dropped with its link.
                #expect(await eventually { received.all.count + sender.counters.dropped == 2_000 })
            }
        }
    }

    @Test func curlSeesTheAnswersOfTheProtocol() async throws {
        var configuration = LibprocessConfiguration()
        configuration.messageLimit = 1_000
        try await withNode(configuration) { receiver, _, address async throws in
            let got = Collected<IncomingMessage>()
            receiver.register("slave(1)", receive: messages(got))
            receiver.register("full", receive: { _ in false })
            func post(_ path: String, _ headers: [String], body: String = "x") async throws -> String {
                let options = headers.flatMap { ["-H", $0] }
                return try await curl(
                    ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-d", body] + options + [
                        "http://\(address)\(path)"
                    ])
            }
            let from = "Libprocess-From: a@127.0.0.1:1"
            #expect(try await post("/slave(1)/mesos.internal.X", [from]) == "202")
            #expect(try await post("/slave%281%29/mesos.internal.Y", ["User-Agent: libprocess/a@127.0.0.1:1"]) == "202")
            #expect(try await post("/slave(2)/X", [from]) == "404")
            #expect(try await post("/slave(1)", [from]) == "404")
            #expect(try await post("/full/X", [from]) == "503")
            #expect(try await post("/slave(1)/X", ["Libprocess-From: nonsense"]) == "500")
            #expect(try await post("/slave(1)/X", ["User-Agent: libprocess/nonsense"]) == "500")
            #expect(try await post("/slave(1)/X", [from], body: String(repeating: "x", count: 1_001)) == "413")
            #expect(try await post("/slave(1)/X", ["Host: x"]) == "404")
            #expect(try await curl(["-sS", "-H", from, "http://\(address)/master/state"]) == "state")
            #expect(got.all.map(\.name) == ["mesos.internal.X", "mesos.internal.Y"])
            #expect(got.all.map(\.to) == ["slave(1)", "slave(1)"])
            let counters = receiver.counters
            #expect(counters.malformed == 3 && counters.unknown == 1 && counters.refused == 1)
        }
    }

    @Test func aForeignAddressIsRefusedOnDemand() async throws {
        var configuration = LibprocessConfiguration()
        configuration.requiresPeerAddressMatch = true
        try await withNode(configuration) { receiver, _, address in
            receiver.register("master", receive: { _ in true })
            for (host, expected) in [("127.0.0.1", "202"), ("10.1.2.3", "400")] {
                let status = try await curl([
                    "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-d", "x", "-H", "Libprocess-From: a@\(host):1",
                    "http://\(address)/master/X",
                ])
                #expect(status == expected)
            }
        }
    }

    @Test func unaddressableMessagesAreDropped() async throws {
        try await withNode { sender, _, from in
            let me = upid("a", from)
            sender.send(to: .null, from: me, name: "M", body: [])
            sender.send(to: UPID(id: "a\r\nb", host: "127.0.0.1", port: from.port), from: me, name: "M", body: [])
            sender.send(to: me, from: me, name: "M x", body: [])
            #expect(sender.counters.dropped == 3)
        }
    }

    @Test func anInboxEndsWhenItIsClosedOrItsTaskCancelled() async throws {
        let inbox = MessageInbox(limit: 2)
        let message = IncomingMessage(from: .null, to: "a", name: "M", body: [])
        #expect(inbox.post(message) && inbox.post(message) && !inbox.post(message))
        #expect(await inbox.next().count == 2)
        let waiting = Task { await inbox.next() }
        waiting.cancel()
        #expect(await waiting.value.isEmpty)
        inbox.close()
        #expect(await inbox.next().isEmpty)
        #expect(!inbox.post(message))
    }
}
