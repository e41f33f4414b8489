import ClusterBase
import KubeModel
import KubeNetwork
import KubeNetworkCore
import TestSupport
import Testing

/// The kernel carries the traffic: real packets between real namespaces.
@Suite(.enabled(if: NetworkLab.isAvailable)) struct KernelModeTests {
    private let web = ProxyUnderTest.service("web", ip: "10.254.0.10")

    /// S-36: one address in front of three pods, from a pod, from the host; the answers come from all three.
    @Test func kernelSpreadsOverEndpoints() async throws {
        try await NetworkLab.run { lab in
            for number in 11...13 { _ = try await lab.pod(number) }
            let client = try await lab.pod(20, serves: false)
            let proxy = try ProxyUnderTest(.iptables, lab)
            try await proxy.tell([(web, ["10.88.1.11", "10.88.1.12", "10.88.1.13"])])
            let answers = try await lab.ask("10.254.0.10", 80, times: 60, from: client)
            #expect(Set(answers.map(\.server)) == ["pod11", "pod12", "pod13"])
            #expect(Set(answers.map(\.client)) == ["10.88.1.20"])
            let own = try await lab.ask("10.254.0.10", 80, times: 30)
            #expect(Set(own.map(\.server)) == ["pod11", "pod12", "pod13"])
            try await proxy.move(web, to: ["10.88.1.12"])
            let rest = try await lab.ask("10.254.0.10", 80, times: 10, from: client)
            #expect(Set(rest.map(\.server)) == ["pod12"])
            #expect(await proxy.proxy.figures.lastTouched == 3)
        }
    }

    @Test func kernelRefusesWithoutEndpoints() async throws {
        try await NetworkLab.run { lab in
            let client = try await lab.pod(20, serves: false)
            let neighbour = try await lab.neighbour()
            let proxy = try ProxyUnderTest(.iptables, lab)
            let open = ProxyUnderTest.service("open", ip: "10.254.0.11", nodePort: 30080)
            try await proxy.tell([(web, []), (open, [])])
            let answers = [
                try await lab.ask("10.254.0.10", 80, from: client), try await lab.ask("10.254.0.10", 80),
                try await lab.ask(NetworkLab.hostAddress, 30080, from: neighbour),
            ]
            #expect(answers.joined().map(\.server) == ["refused", "refused", "refused"])
        }
    }

    /// S-37 step 3.
    @Test func kernelKeepsAClientsEndpoint() async throws {
        try await NetworkLab.run { lab in
            for number in 11...13 { _ = try await lab.pod(number) }
            let clients = [try await lab.pod(20, serves: false), try await lab.pod(21, serves: false)]
            let proxy = try ProxyUnderTest(.iptables, lab)
            var sticky = web
            sticky["spec", "sessionAffinity"] = "ClientIP"
            try await proxy.tell([(sticky, ["10.88.1.11", "10.88.1.12", "10.88.1.13"])])
            for client in clients {
                let answers = try await lab.ask("10.254.0.10", 80, times: 20, from: client)
                #expect(Set(answers.map(\.server)).count == 1)
            }
        }
    }

    /// S-42: the node port leads to pods from outside, from the host, and at its loopback address.
    @Test func kernelCarriesNodePorts() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.pod(11)
            let neighbour = try await lab.neighbour()
            let proxy = try ProxyUnderTest(.iptables, lab)
            let open = ProxyUnderTest.service("open", ip: "10.254.0.11", nodePort: 30080)
            try await proxy.tell([(open, ["10.88.1.11"])])
            let outside = try await lab.ask(NetworkLab.hostAddress, 30080, from: neighbour)
            #expect(outside == [NetworkLab.Answer(server: "pod11", client: NetworkLab.bridgeAddress)])
            #expect(try await lab.ask(NetworkLab.hostAddress, 30080).map(\.server) == ["pod11"])
            #expect(try await lab.ask("127.0.0.1", 30080).map(\.server) == ["pod11"])
            // Nobody else gets the port.
            await #expect(throws: TestError.self) {
                try await lab.command("/usr/bin/python3 -c 'import socket; socket.socket().bind((\"\", 30080))'")
            }
        }
    }

    /// `externalTrafficPolicy: Local`: the pod sees who asks; a node without a pod of the service says nothing.
    @Test func kernelKeepsTheSourceUnderALocalPolicy() async throws {
        try await NetworkLab.run { lab in
            let pod = try await lab.pod(11)
            let neighbour = try await lab.neighbour()
            let proxy = try ProxyUnderTest(.iptables, lab)
            let open = ProxyUnderTest.service(
                "open", ip: "10.254.0.11", nodePort: 30080, spec: [("externalTrafficPolicy", "Local")])
            try await proxy.tell([(open, [pod.address])])
            let answers = try await lab.ask(NetworkLab.hostAddress, 30080, from: neighbour)
            #expect(answers == [NetworkLab.Answer(server: "pod11", client: NetworkLab.neighbourAddress)])
            var elsewhere = ProxyUnderTest.endpoints(open, [pod.address])
            elsewhere["subsets"] = [
                ["addresses": [["ip": "10.88.1.11", "nodeName": "n2"]], "ports": [["port": 8080]]]
            ]
            let before = await proxy.proxy.figures.changes
            await proxy.proxy.take(endpoints: [.changed(elsewhere, from: elsewhere)])
            try await eventually("rules written") { await proxy.proxy.figures.changes > before }
            #expect(try await lab.ask(NetworkLab.hostAddress, 30080, from: neighbour).map(\.server) == ["silent"])
        }
    }

    /// A pod that is its own service's endpoint reaches itself, with the node's address as its source.
    @Test func kernelLetsAPodReachItself() async throws {
        try await NetworkLab.run { lab in
            let pod = try await lab.pod(11)
            // Docker's bridges do so with their userland proxy switched off; a bridge of our own is told.
            try await lab.command("ip link set veth11 type bridge_slave hairpin on")
            let proxy = try ProxyUnderTest(.iptables, lab)
            try await proxy.tell([(web, [pod.address])])
            let answers = try await lab.ask("10.254.0.10", 80, from: pod)
            #expect(answers == [NetworkLab.Answer(server: "pod11", client: NetworkLab.bridgeAddress)])
        }
    }

    /// UDP, and a client that goes on with the socket it had when its endpoint went away.
    @Test func kernelForgetsExchangesWithEndpointsThatAreGone() async throws {
        try await NetworkLab.run { lab in
            for number in 11...12 { _ = try await lab.pod(number) }
            let client = try await lab.pod(20, serves: false)
            let proxy = try ProxyUnderTest(.iptables, lab)
            let dns = ProxyUnderTest.service("dns", ip: "10.254.0.53", port: 53, protocol: "UDP")
            try await proxy.tell([(dns, ["10.88.1.11"])])
            let ask = { try await lab.ask("10.254.0.53", 53, udp: true, from: client, sourcePort: 5_300) }
            #expect(try await ask().map(\.server) == ["pod11"])
            try await proxy.move(dns, to: ["10.88.1.12"])
            try await eventually("another pod answers") { try await ask().map(\.server) == ["pod12"] }
            try await proxy.move(dns, to: [])
            #expect(try await ask().map(\.server) == ["silent"])
        }
    }

    /// The cluster's DNS leads to this node's own server, whatever its endpoints are.
    @Test func kernelLeadsAnOverriddenServiceToTheNode() async throws {
        try await NetworkLab.run { lab in
            let client = try await lab.pod(20, serves: false)
            try await lab.serveOnHost(name: "dns", address: NetworkLab.bridgeAddress, port: 53)
            var configuration = ProxyUnderTest.configuration(.iptables, lab)
            let address = EndpointAddress(IPAddress(NetworkLab.bridgeAddress) ?? IPAddress(v4: 0), port: 53)
            configuration.overrides = [ObjectKey(namespace: "default", "kube-dns"): address]
            let proxy = try ProxyUnderTest(configuration, lab)
            let dns = ProxyUnderTest.service("kube-dns", ip: "10.254.0.2", port: 53, protocol: "UDP")
            try await proxy.tell([(dns, [])])
            #expect(try await lab.ask("10.254.0.2", 53, udp: true, from: client).map(\.server) == ["dns"])
            #expect(try await lab.ask("10.254.0.2", 53, udp: true).map(\.server) == ["dns"])
        }
    }
}
