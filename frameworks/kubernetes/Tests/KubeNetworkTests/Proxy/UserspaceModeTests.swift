import ClusterBase
import KubeModel
import KubeNetworkCore
import TestSupport
import Testing

/// The proxy carries the traffic, to the same effect.
@Suite(.enabled(if: NetworkLab.isAvailable)) struct UserspaceModeTests {
    private let web = ProxyUnderTest.service("web", ip: "10.254.0.10")

    /// S-52: endpoints in turn; one that goes is left out at once.
    @Test func userspaceTakesEndpointsInTurn() async throws {
        try await NetworkLab.run { lab in
            for number in 11...13 { _ = try await lab.pod(number) }
            let client = try await lab.pod(20, serves: false)
            let proxy = try ProxyUnderTest(.userspace, lab)
            try await proxy.tell([(web, ["10.88.1.11", "10.88.1.12", "10.88.1.13"])])
            let answers = try await lab.ask("10.254.0.10", 80, times: 9, from: client).map(\.server)
            #expect(Set(answers[0..<3]) == ["pod11", "pod12", "pod13"])
            #expect(answers[0..<3] == answers[3..<6])
            #expect(answers[0..<3] == answers[6..<9])
            #expect(Set(try await lab.ask("10.254.0.10", 80, times: 3).map(\.server)).count == 3)
            try await proxy.move(web, to: ["10.88.1.12", "10.88.1.13"])
            try await eventually("two of them") {
                Set(try await lab.ask("10.254.0.10", 80, times: 4, from: client).map(\.server)) == ["pod12", "pod13"]
            }
        }
    }

    @Test func userspaceClosesWithoutEndpoints() async throws {
        try await NetworkLab.run { lab in
            let client = try await lab.pod(20, serves: false)
            let proxy = try ProxyUnderTest(.userspace, lab)
            try await proxy.tell([(web, [])])
            #expect(try await lab.ask("10.254.0.10", 80, from: client).map(\.server) == ["closed"])
        }
    }

    @Test func userspaceKeepsAClientsEndpoint() async throws {
        try await NetworkLab.run { lab in
            for number in 11...13 { _ = try await lab.pod(number) }
            let clients = [try await lab.pod(20, serves: false), try await lab.pod(21, serves: false)]
            let proxy = try ProxyUnderTest(.userspace, lab)
            var sticky = web
            sticky["spec", "sessionAffinity"] = "ClientIP"
            try await proxy.tell([(sticky, ["10.88.1.11", "10.88.1.12", "10.88.1.13"])])
            var servers: Set<String> = []
            for client in clients {
                let answers = try await lab.ask("10.254.0.10", 80, times: 6, from: client)
                #expect(Set(answers.map(\.server)).count == 1)
                servers.formUnion(answers.map(\.server))
            }
            #expect(servers.count == 2)
        }
    }

    /// An endpoint that refuses, and one that says nothing, are passed over.
    @Test func userspaceTriesTheNextEndpoint() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.pod(11)
            let client = try await lab.pod(20, serves: false)
            try await lab.command("iptables -A OUTPUT -d 10.88.1.98 -j DROP")
            let proxy = try ProxyUnderTest(.userspace, lab)
            try await proxy.tell([(web, ["10.88.1.11", "10.88.1.20", "10.88.1.98"])])
            let answers = try await lab.ask("10.254.0.10", 80, times: 4, from: client)
            #expect(answers.map(\.server) == Array(repeating: "pod11", count: 4))
        }
    }

    @Test func userspaceCarriesNodePorts() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.pod(11)
            let neighbour = try await lab.neighbour()
            let proxy = try ProxyUnderTest(.userspace, lab)
            let open = ProxyUnderTest.service("open", ip: "10.254.0.11", nodePort: 30080)
            try await proxy.tell([(open, ["10.88.1.11"])])
            #expect(try await lab.ask(NetworkLab.hostAddress, 30080, from: neighbour).map(\.server) == ["pod11"])
            #expect(try await lab.ask(NetworkLab.hostAddress, 30080).map(\.server) == ["pod11"])
            #expect(try await lab.ask("127.0.0.1", 30080).map(\.server) == ["pod11"])
        }
    }

    @Test func userspaceCarriesDatagrams() async throws {
        try await NetworkLab.run { lab in
            for number in 11...12 { _ = try await lab.pod(number) }
            let client = try await lab.pod(20, serves: false)
            let proxy = try ProxyUnderTest(.userspace, lab)
            let dns = ProxyUnderTest.service("dns", ip: "10.254.0.53", port: 53, protocol: "UDP")
            try await proxy.tell([(dns, ["10.88.1.11", "10.88.1.12"])])
            let answers = try await lab.ask("10.254.0.53", 53, udp: true, times: 6, from: client)
            #expect(Set(answers.map(\.server)) == ["pod11", "pod12"])
            #expect(Set(try await lab.ask("10.254.0.53", 53, udp: true, times: 6).map(\.server)) == ["pod11", "pod12"])
        }
    }
}
