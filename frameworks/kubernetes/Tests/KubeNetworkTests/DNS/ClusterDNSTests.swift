import ClusterBase
import HTTPTransport
import KubeClient
import KubeModel
import KubeNetwork
import KubeNetworkCore
import Logging
import TestSupport
import Testing

/// The server on loopback, asked by programs of others.
@Suite(.timeLimit(.minutes(2))) struct ClusterDNSTests {
    // MARK: Servers

    private static func service(_ name: String, _ namespace: String, _ json: String) throws -> KubeObject {
        var object = try #require(KubeObject(try JSONValue(parsing: Array(json.utf8))))
        (object.name, object.namespace) = (name, namespace)
        return object
    }

    /// Runs `body` with a server that knows services and endpoints.
    private func serving(
        _ configuration: ClusterDNSConfiguration, _ services: [KubeObject] = [], _ endpoints: [KubeObject] = [],
        _ body: (ClusterDNS, Int) async throws -> Void
    ) async throws {
        let server = ClusterDNS(configuration, logger: Logger(label: "dns") { _ in SwiftLogNoOpLogHandler() })
        let port = try await server.start().port
        for (kind, objects) in [(ResourceKind.services, services), (.endpoints, endpoints)] {
            if !objects.isEmpty { server.handle(.changed(objects.map { .added($0) }), of: kind) }
            server.handle(.synchronised, of: kind)
        }
        do { try await body(server, port) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private static func local(_ nameservers: [String] = [], port: Int = 53) -> ClusterDNSConfiguration {
        var configuration = ClusterDNSConfiguration(address: "127.0.0.1")
        configuration.nameservers = { nameservers }
        configuration.nameserverPort = port
        configuration.patience = .milliseconds(300)
        return configuration
    }

    private func cluster() throws -> [KubeObject] {
        try [
            Self.service(
                "my-service", "my-ns",
                #"{"spec":{"clusterIP":"10.254.3.4","ports":[{"name":"http","port":80,"protocol":"TCP"}]}}"#),
            Self.service("headless", "my-ns", #"{"spec":{"clusterIP":"None"}}"#),
            Self.service("out", "my-ns", #"{"spec":{"type":"ExternalName","externalName":"www.corp.example.com"}}"#),
        ]
    }

    /// Runs `body` with a resolver that knows `www.corp.example.com`.
    private func withResolver(_ body: (Int) async throws -> Void) async throws {
        var configuration = ClusterDNSConfiguration(address: "127.0.0.1", domain: "example.com")
        configuration.nameservers = { [] }
        let www = try Self.service("www", "corp", #"{"spec":{"clusterIP":"192.0.2.80"}}"#)
        let big = try Self.service("big", "corp", #"{"spec":{"clusterIP":"None"}}"#)
        let addresses = (1...200).map { #"{"ip":"192.0.2.\#($0)"}"# }.joined(separator: ",")
        let endpoints = try Self.service("big", "corp", #"{"subsets":[{"addresses":[\#(addresses)]}]}"#)
        try await serving(configuration, [www, big], [endpoints]) { try await body($1) }
    }

    // MARK: Clients

    /// What busybox' `nslookup` prints.
    private func lookUp(_ name: String, _ port: Int, type: String = "a") async throws -> String {
        try await withTestScope { scope in
            let process = try scope.start(
                "/bin/busybox", ["nslookup", "-type=\(type)", name, "127.0.0.1:\(port)"], name: "nslookup")
            _ = try await process.waitForExit()
            return process.output(.standardOutput)
        }
    }

    /// Sends bytes with Python's sockets; the answers, one per query, nil where none came.
    private func ask(_ queries: [[UInt8]], _ port: Int, over transport: DNSTransport = .datagram) async throws
        -> [[UInt8]?]
    {
        let script = """
            import socket, struct, sys
            port, kind, queries = int(sys.argv[1]), sys.argv[2], [bytes.fromhex(q) for q in sys.argv[3:]]
            if kind == "stream":
                s = socket.create_connection(("127.0.0.1", port), 5)
                # In pieces, all questions before the first answer.
                data = b"".join(struct.pack(">H", len(q)) + q for q in queries)
                for at in range(0, len(data), 7): s.sendall(data[at:at + 7])
                f = s.makefile("rb")
                for _ in queries:
                    head = f.read(2)
                    print(f.read(struct.unpack(">H", head)[0]).hex() if len(head) == 2 else "-")
            else:
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.settimeout(10)
                for q in queries:
                    s.sendto(q, ("127.0.0.1", port))
                    try: print(s.recvfrom(65535)[0].hex())
                    except OSError: print("-")
            """
        let hex = queries.map { $0.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined() }
        return try await withTestScope { scope in
            let kind = transport == .stream ? "stream" : "datagram"
            let process = try scope.start("/usr/bin/python3", ["-c", script, "\(port)", kind] + hex, name: "python")
            let status = try await process.waitForExit()
            #expect(status.isSuccess, "\(process.output(.standardError))")
            return process.output(.standardOutput).split(separator: "\n").map { line in
                line == "-"
                    ? nil
                    : stride(from: 0, to: line.utf8.count, by: 2).compactMap { at in
                        UInt8(line.dropFirst(at).prefix(2), radix: 16)
                    }
            }
        }
    }

    private func query(_ name: String, _ type: DNSType = .a, id: UInt16 = 77) throws -> DNSMessage {
        var query = DNSMessage(id: id, DNSQuestion(try #require(DNSName(name)), type))
        query.wantsRecursion = true
        return query
    }

    private func answer(_ query: DNSMessage, _ port: Int, over transport: DNSTransport = .datagram) async throws
        -> DNSMessage
    {
        let bytes = try #require(try await ask([query.bytes()], port, over: transport).first ?? nil)
        return try DNSMessage(parsing: bytes)
    }

    // MARK: The cluster's names

    @Test func nslookupFindsServices() async throws {
        try await serving(Self.local(), try cluster()) { (_, port) async throws in
            for name in ["my-service.my-ns.svc.cluster.local", "my-service.my-ns.cluster.local"] {
                let text = try await lookUp(name, port)
                #expect(text.contains("Name:\t\(name)\nAddress: 10.254.3.4\n"), "\(text)")
            }
            let missing = try await lookUp("nope.my-ns.svc.cluster.local", port)
            #expect(missing.contains("can't find nope.my-ns.svc.cluster.local: NXDOMAIN"), "\(missing)")
            let pointer = try await lookUp("4.3.254.10.in-addr.arpa", port, type: "ptr")
            #expect(pointer.contains("name = my-service.my-ns.svc.cluster.local"), "\(pointer)")
        }
    }

    @Test func nslookupListsEveryAddressOfAHeadlessService() async throws {
        let json = #"{"subsets":[{"addresses":[{"ip":"10.0.62.19"},{"ip":"10.0.62.20"},{"ip":"10.0.62.21"}]}]}"#
        let endpoints = try Self.service("headless", "my-ns", json)
        try await serving(Self.local(), try cluster(), [endpoints]) { (server, port) async throws in
            let text = try await lookUp("headless.my-ns.svc.cluster.local", port)
            for last in 19...21 {
                #expect(text.contains("Name:\theadless.my-ns.svc.cluster.local\nAddress: 10.0.62.\(last)\n"), "\(text)")
            }
            server.handle(.changed([.deleted(endpoints)]), of: .endpoints)
            #expect(try await lookUp("headless.my-ns.svc.cluster.local", port).contains("NXDOMAIN"))
        }
    }

    @Test func bothTransportsAnswerOnOnePort() async throws {
        try await serving(Self.local(), try cluster()) { (_, port) async throws in
            let query = try query("_http._tcp.my-service.my-ns.svc.cluster.local", .srv)
            let answers = [try await answer(query, port), try await answer(query, port, over: .stream)]
            #expect(answers[0] == answers[1] && answers[0].answers.count == 1 && answers[0].additional.count == 1)
        }
    }

    @Test func manyQuestionsShareAConnection() async throws {
        try await serving(Self.local(), try cluster()) { (_, port) async throws in
            let queries = try (0..<20).map { try query("my-service.my-ns.svc.cluster.local", id: UInt16($0)).bytes() }
            let answers = try await ask(queries, port, over: .stream)
            let read = try answers.map { try DNSMessage(parsing: $0 ?? []) }
            #expect(read.map(\.id) == Array(0..<20) && read.allSatisfy { $0.answers.count == 1 })
        }
    }

    @Test func namesFailUntilTheyAreKnown() async throws {
        let server = ClusterDNS(Self.local(), logger: Logger(label: "dns") { _ in SwiftLogNoOpLogHandler() })
        let port = try await server.start().port
        server.handle(.synchronised, of: .services)
        #expect(try await answer(try query("a.b.svc.cluster.local"), port).code == .serverFailure)
        server.handle(.synchronised, of: .endpoints)
        #expect(try await answer(try query("a.b.svc.cluster.local"), port).code == .noSuchName)
        await server.stop()
    }

    @Test func aTakenAddressIsSaid() async throws {
        try await serving(Self.local()) { (_, port) async throws in
            let second = ClusterDNS(
                ClusterDNSConfiguration(address: "127.0.0.1", port: port), logger: Logger(label: "dns"))
            let error = await #expect(throws: ClusterError.self) { try await second.start() }
            #expect(error?.code == .unavailable && error?.message.contains("127.0.0.1:\(port)") == true)
        }
    }

    // MARK: Other names

    @Test func otherNamesAreAskedOfTheHostsResolvers() async throws {
        try await withResolver { (resolver) async throws in
            // The first one is not there; nor is the second of the list an address.
            let servers = ["127.0.0.2", "nonsense", "127.0.0.1"]
            var configuration = Self.local(servers, port: resolver)
            // The resolver is a program beside the tests: on a busy machine it takes its time.
            configuration.patience = .seconds(2)
            try await serving(configuration, try cluster()) { (_, port) async throws in
                let text = try await lookUp("www.corp.example.com", port)
                #expect(text.contains("Name:\twww.corp.example.com\nAddress: 192.0.2.80\n"), "\(text)")
                let alias = try await lookUp("out.my-ns.svc.cluster.local", port)
                #expect(alias.contains("canonical name = www.corp.example.com"), "\(alias)")
                #expect(alias.contains("Address: 192.0.2.80\n"), "\(alias)")
                let big = try query("big.corp.example.com")
                let cut = try await answer(big, port)
                #expect(cut.isTruncated && cut.id == 77)
                #expect(try await answer(big, port, over: .stream).answers.count == 200)
            }
        }
    }

    @Test func withoutAResolverOtherNamesFail() async throws {
        try await serving(Self.local(["127.0.0.1"], port: try FreePort.next())) { (_, port) async throws in
            for transport in [DNSTransport.datagram, .stream] {
                #expect(try await answer(try query("example.com"), port, over: transport).code == .serverFailure)
            }
        }
    }

    @Test func aResolverThatSendsQuestionsBackEndsNoWorse() async throws {
        let ports = (try FreePort.next(), try FreePort.next())
        let first = ClusterDNSConfiguration(address: "127.0.0.1", port: ports.0).forwarding(to: ports.1)
        let second = ClusterDNSConfiguration(address: "127.0.0.1", port: ports.1).forwarding(to: ports.0)
        try await serving(first) { (_, port) async throws in
            try await serving(second) { (_, _) async throws in
                #expect(try await answer(try query("example.com"), port).code == .serverFailure)
            }
        }
    }

    @Test func theServerDoesNotAskItself() async throws {
        let port = try FreePort.next()
        var own = ClusterDNSConfiguration(address: "127.0.0.1", port: port).forwarding(to: port)
        // Longer than this test waits for its answer: no resolver may be waited for.
        own.patience = .seconds(120)
        try await serving(own) { (_, port) async throws in
            #expect(try await answer(try query("example.com"), port).code == .serverFailure)
        }
    }

    // MARK: Hostile ones

    @Test func nothingSentBringsItDown() async throws {
        try await serving(Self.local(), try cluster()) { (_, port) async throws in
            var random = SeededRandom(seed: 4)
            let good = try query("my-service.my-ns.svc.cluster.local").bytes()
            var packets: [[UInt8]] = (0..<200).map { _ in
                var packet = good
                for _ in 0...random.below(4) { packet[random.below(packet.count)] = UInt8(random.below(256)) }
                return Array(packet.prefix(1 + random.below(packet.count)))
            }
            packets.append([UInt8](repeating: 0xc0, count: 4_000))
            // Sent without waiting; the server's answers to them are not looked at.
            try await withTestScope { scope in
                let script = """
                    import socket, sys
                    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    for q in sys.argv[2:]: s.sendto(bytes.fromhex(q), ("127.0.0.1", int(sys.argv[1])))
                    c = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                    c.sendall(b"\\0\\0" * 10)
                    c.settimeout(5)
                    try: sys.exit(1 if c.recv(1) else 0)
                    except ConnectionResetError: sys.exit(0)
                    """
                let hex = packets.map { $0.map { String(UInt16($0) | 0x100, radix: 16).dropFirst() }.joined() }
                let process = try scope.start("/usr/bin/python3", ["-c", script, "\(port)"] + hex, name: "python")
                // The connection that carried no questions was closed.
                #expect(try await process.waitForExit().isSuccess, "\(process.tails)")
            }
            #expect(try await answer(try query("my-service.my-ns.svc.cluster.local"), port).answers.count == 1)
            #expect(try await ask([[0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]], port)[0]?.prefix(4) == [0, 9, 0x80, 1])
        }
    }

    @Test func silentAndSurplusConnectionsAreClosed() async throws {
        var configuration = Self.local()
        (configuration.idleLimit, configuration.connectionLimit) = (.milliseconds(500), 2)
        try await serving(configuration, try cluster()) { (_, port) async throws in
            try await withTestScope { scope in
                let script = """
                    import socket, sys
                    c = [socket.create_connection(("127.0.0.1", \(port))) for _ in range(3)]
                    for s in reversed(c):
                        s.settimeout(5)
                        assert s.recv(1) == b""
                    """
                let process = try scope.start("/usr/bin/python3", ["-c", script], name: "python")
                #expect(try await process.waitForExit().isSuccess, "\(process.tails)")
            }
            #expect(try await answer(try query("my-service.my-ns.cluster.local"), port, over: .stream).code == .success)
        }
    }
}

extension ClusterDNSConfiguration {
    fileprivate func forwarding(to port: Int) -> ClusterDNSConfiguration {
        var changed = self
        changed.nameservers = { ["127.0.0.1"] }
        changed.nameserverPort = port
        changed.patience = .milliseconds(500)
        return changed
    }
}
