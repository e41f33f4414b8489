import Foundation
import TestSupport
import Testing

/// A host of a test's own: a network namespace with a bridge for pods and a neighbour, each pod a namespace, too.
///
/// The test runs twice: the first run starts this test program once more in a fresh namespace, for this one test; there
/// the body runs. Nothing of it is seen outside, and everything goes with the processes.
struct NetworkLab {
    /// The host's address on the bridge, and that on the network it shares with its neighbour.
    static let bridgeAddress = "10.88.1.1"
    static let hostAddress = "192.168.77.1"
    static let neighbourAddress = "192.168.77.2"
    private static let variable = "ROOST_NETWORK_LAB"
    private static let python = "/usr/bin/python3"

    let scope: TestScope
    private let script: String

    /// Whether such hosts can be made here.
    static var isAvailable: Bool {
        getuid() == 0
            && ["/usr/bin/unshare", "/usr/sbin/iptables", python].allSatisfy {
                FileManager.default.isExecutableFile(atPath: $0)
            }
    }

    /// Runs `body` on a host of its own; what fails there fails here.
    static func run(_ function: String = #function, _ body: (NetworkLab) async throws -> Void) async throws {
        try await withTestScope("network-lab") { scope in
            if ProcessInfo.processInfo.environment[variable] != nil {
                let lab = NetworkLab(scope: scope, script: scope.directory.path + "/lab.py")
                try LabScript.text.write(toFile: lab.script, atomically: true, encoding: .utf8)
                try await lab.prepare()
                try await body(lab)
                return
            }
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let name = NSRegularExpression.escapedPattern(for: function)
            let process = try scope.start(
                "/usr/bin/unshare",
                ["--net", program, "--testing-library", "swift-testing", "--filter", "KubeNetworkTests.*/\(name)"],
                environment: [variable: "1"])
            let status = try await process.waitForExit(within: .seconds(120))
            let said = process.output(.standardOutput) + process.output(.standardError)
            #expect(status == .exited(0), "\(said)")
            #expect(said.contains("1 test"), "the test did not run: \(said)")
            for line in said.split(separator: "\n") where line.hasPrefix("figure: ") { print(line) }
        }
    }

    private func prepare() async throws {
        try await command("ip link set lo up")
        try await command("ip link add pods0 type bridge")
        try await command("ip addr add \(Self.bridgeAddress)/24 dev pods0")
        try await command("ip link set pods0 up")
        // Service addresses lead to the bridge, so that without a rule they lead nowhere; nobody is told of
        // better ways.
        try await command("ip route add 10.254.0.0/16 dev pods0")
        for name in ["all", "pods0"] {
            try await command("echo 0 > /proc/sys/net/ipv4/conf/\(name)/send_redirects")
        }
    }

    /// Runs a shell command on the host; returns what it says.
    @discardableResult
    func command(_ text: String, in space: Namespace? = nil) async throws -> String {
        let process = try scope.start(
            "/bin/sh", ["-c", (space.map { "exec nsenter -t \($0.pid) -n " } ?? "") + text], name: "command")
        let status = try await process.waitForExit(within: .seconds(60))
        guard status.isSuccess else { throw TestError("\(text): \(status)\n\(process.tails)") }
        return process.output(.standardOutput)
    }

    /// A network namespace, kept by a process.
    struct Namespace: Sendable {
        let name: String
        let pid: Int32
        let address: String
        let keeper: ChildProcess
    }

    /// A pod at `10.88.1.NUMBER` that serves TCP and UDP at port 8080.
    func pod(_ number: Int, serves: Bool = true) async throws -> Namespace {
        let address = "10.88.1.\(number)"
        let space = try await namespace("pod\(number)", address, peer: "veth\(number)")
        try await command("ip link set veth\(number) master pods0 up")
        try await command("ip route add default via \(Self.bridgeAddress)", in: space)
        if serves { try await serve(in: space) }
        return space
    }

    /// A machine that shares a network with the host; it has a route to nothing else.
    func neighbour() async throws -> Namespace {
        let space = try await namespace("neighbour", Self.neighbourAddress, peer: "eth0")
        try await command("ip addr add \(Self.hostAddress)/24 dev eth0 && ip link set eth0 up")
        return space
    }

    private func namespace(_ name: String, _ address: String, peer: String) async throws -> Namespace {
        let keeper = try scope.start("/usr/bin/unshare", ["--net", "sleep", "1000"], name: name)
        let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        try await eventually("a namespace of its own") {
            let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(keeper.pid)/ns/net")
            return own != nil && own != host
        }
        let space = Namespace(name: name, pid: keeper.pid, address: address, keeper: keeper)
        try await command("ip link add \(peer) type veth peer name up0 netns \(keeper.pid)")
        try await command("ip link set lo up", in: space)
        try await command("ip link set up0 up", in: space)
        try await command("ip addr add \(address)/24 dev up0", in: space)
        return space
    }

    /// Starts a server that answers everybody with its name and the client's address.
    func serve(in space: Namespace, name: String? = nil, address: String = "0.0.0.0", port: Int = 8080) async throws {
        let process = try scope.start(
            "/usr/bin/nsenter",
            [
                "-t", "\(space.pid)", "-n", Self.python, script, "serve", name ?? space.name, address, "\(port)",
            ], name: "serve-\(space.name)")
        try await eventually("\(space.name) serves") { process.output(.standardOutput).contains("ready") }
    }

    /// Starts a server on the host itself.
    func serveOnHost(name: String, address: String, port: Int) async throws {
        let process = try scope.start(Self.python, [script, "serve", name, address, "\(port)"], name: "serve-host")
        try await eventually("\(name) serves") { process.output(.standardOutput).contains("ready") }
    }

    /// One answer of a server: its name and the address it saw, or a word for why there was none.
    struct Answer: Hashable, Comparable {
        var server: String
        var client: String
        static func < (left: Self, right: Self) -> Bool { (left.server, left.client) < (right.server, right.client) }
    }

    /// Asks a server so many times, one after the other, and returns its answers; from the host when `space` is nil.
    func ask(
        _ address: String, _ port: Int, udp: Bool = false, times: Int = 1, from space: Namespace? = nil,
        sourcePort: Int = 0
    ) async throws -> [Answer] {
        let kind = udp ? "udp" : "tcp"
        let text = try await command(
            "\(Self.python) \(script) ask \(kind) \(address) \(port) \(times) \(sourcePort)", in: space)
        return text.split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Answer(server: words[0], client: words.count > 1 ? words[1] : "")
        }
    }

    /// All rules of the host, without counters.
    func rules() async throws -> [String] {
        let text = try await command("iptables-save -t filter; iptables-save -t nat")
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.hasPrefix(":") ? line.split(separator: " ").prefix(2).joined(separator: " ") : String(line)
        }
    }
}

/// What runs in the namespaces: a server that reads all a client has to say before it answers, and such a client.
enum LabScript {
    static let text = """
        import socket, sys, threading

        def serve(name, address, port):
            stream = socket.socket(); stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            stream.bind((address, port)); stream.listen(128)
            datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); datagram.bind((address, port))
            def datagrams():
                while True:
                    data, peer = datagram.recvfrom(65536)
                    datagram.sendto(('%s %s %d' % (name, peer[0], len(data))).encode(), peer)
            threading.Thread(target=datagrams, daemon=True).start()
            print('ready', flush=True)
            while True:
                peer, where = stream.accept()
                def answer(peer=peer, where=where):
                    count = 0
                    while True:
                        data = peer.recv(65536)
                        if not data: break
                        count += len(data)
                    peer.sendall(('%s %s %d\\n' % (name, where[0], count)).encode()); peer.close()
                threading.Thread(target=answer, daemon=True).start()

        def ask_stream(address, port):
            try: peer = socket.create_connection((address, port), 3)
            except ConnectionRefusedError: return 'refused'
            except OSError as error: return 'unreachable' if error.errno else 'silent'
            peer.settimeout(6)
            try:
                peer.sendall(b'x' * 300000); peer.shutdown(socket.SHUT_WR)
                text = b''
                while True:
                    data = peer.recv(65536)
                    if not data: break
                    text += data
            except OSError: return 'closed'
            if not text: return 'closed'
            words = text.decode().split()
            return ' '.join(words[:2]) if words[2] == '300000' else 'short'

        def ask_datagram(peer, address, port):
            try:
                peer.sendto(b'hello', (address, port)); data, where = peer.recvfrom(65536)
            except ConnectionRefusedError: return 'refused'
            except OSError: return 'silent'
            if where != (address, port): return 'stranger'
            return ' '.join(data.decode().split()[:2])

        if sys.argv[1] == 'serve': serve(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        kind, address, port, times, source = sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])
        for _ in range(times):
            if kind == 'tcp': print(ask_stream(address, port))
            else:
                peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); peer.settimeout(1.5)
                peer.bind(('0.0.0.0', source)); print(ask_datagram(peer, address, port)); peer.close()

        """
}
