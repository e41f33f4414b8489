import ClusterBase
import Foundation
import KubeModel
import KubeNetwork
import KubeNetworkCore
import Logging
import TestSupport
import Testing

/// Pods of two hosts see each other's own addresses, also beside rules such as Docker's.
@Suite(.enabled(if: NetworkLab.isAvailable)) struct PodRoutesTests {
    private let masquerading = "POSTROUTING -s 10.88.1.0/24 ! -o pods0 -j MASQUERADE"

    private func node(_ name: String, _ range: String, _ address: String) -> KubeObject {
        var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
        node["metadata"] = ["name": .string(name)]
        node["spec"] = ["podCIDR": .string(range)]
        node["status"] = ["addresses": [["type": "InternalIP", "address": .string(address)]]]
        return node
    }

    private func start(_ lab: NetworkLab) throws -> PodRoutes {
        var configuration = PodRoutesConfiguration(nodeName: "n1", podCIDR: try #require(CIDR("10.88.1.0/24")))
        configuration.lockDirectory = lab.scope.directory.path + "/locks"
        configuration.syncPeriod = .milliseconds(200)
        let routes = try PodRoutes(configuration, logger: Logger(label: "routes"))
        Task { try await routes.run() }
        lab.scope.onExit { await routes.close(removing: false) }
        return routes
    }

    /// The neighbour as a second host with a pod of its own at 10.88.2.1.
    private func secondHost(_ lab: NetworkLab) async throws -> NetworkLab.Namespace {
        let host = try await lab.neighbour()
        try await lab.command("ip addr add 10.88.2.1/32 dev lo", in: host)
        try await lab.command("ip route add 10.88.1.0/24 via \(NetworkLab.hostAddress)", in: host)
        try await lab.serve(in: host, address: "10.88.2.1")
        return host
    }

    @Test func podsOfTwoHostsSeeEachOthersAddresses() async throws {
        try await NetworkLab.run { lab in
            let host = try await secondHost(lab)
            let pod = try await lab.pod(11)
            try await lab.command("sysctl -q -w net.ipv4.ip_forward=1")
            try await lab.command("iptables -P FORWARD DROP; iptables -A FORWARD -i pods0 ! -o pods0 -j ACCEPT")
            try await lab.command("iptables -A FORWARD -o pods0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
            try await lab.command("iptables -t nat -A \(masquerading)")
            let (before, table) = (try await lab.rules(), try await lab.command("ip route"))
            let routes = try start(lab)
            await routes.take(nodes: [
                .added(node("n1", "10.88.1.0/24", NetworkLab.hostAddress)),
                .added(node("n2", "10.88.2.0/24", NetworkLab.neighbourAddress)),
                .added(node("n9", "10.88.9.0/24", "172.31.0.9")),
            ])
            await routes.synchronised()
            try await eventually("rules and routes") {
                try await lab.rules().contains { $0.contains("-d 10.88.2.0/24") }
            }
            #expect(await routes.routes == ["10.88.2.0/24 via 192.168.77.2"])
            let there = try await lab.ask("10.88.2.1", 8080, from: pod)
            #expect(there == [NetworkLab.Answer(server: "neighbour", client: "10.88.1.11")])
            let back = try await lab.ask("10.88.1.11", 8080, from: host)
            #expect(back == [NetworkLab.Answer(server: "pod11", client: NetworkLab.neighbourAddress)])

            // An engine that starts anew writes its rule before all others.
            try await lab.command("iptables -t nat -D \(masquerading); iptables -t nat -I \(masquerading)")
            try await eventually("ours is first again") {
                try await lab.rules().first { $0.hasPrefix("-A POSTROUTING") }?.contains("KUBE-POD") == true
            }
            #expect(try await lab.ask("10.88.2.1", 8080, from: pod).map(\.client) == ["10.88.1.11"])

            let lost = node("n2", "10.88.2.0/24", NetworkLab.neighbourAddress)
            await routes.take(nodes: [.deleted(lost)])
            try await eventually("the route is gone") { try await !lab.command("ip route").contains("10.88.2.0") }
            await routes.take(nodes: [.added(lost)])
            try await eventually("it is back") { try await lab.command("ip route").contains("10.88.2.0") }
            await routes.close(removing: true)
            #expect(try await Set(lab.rules()) == Set(before))
            #expect(try await lab.command("ip route") == table)
            #expect(try FileManager.default.contentsOfDirectory(atPath: lab.scope.directory.path + "/locks") == [])
        }
    }

    @Test func routesOfOthersStay() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.neighbour()
            try await lab.command("ip route add 10.88.2.0/24 via 192.168.77.7 && ip route add 10.88.4.0/24 dev pods0")
            let before = try await lab.command("ip route")
            let routes = try start(lab)
            await routes.take(nodes: [
                .added(node("n2", "10.88.2.0/24", NetworkLab.neighbourAddress)),
                .added(node("n3", "10.88.3.0/24", NetworkLab.neighbourAddress)),
            ])
            await routes.synchronised()
            try await eventually("the free one") { try await lab.command("ip route").contains("10.88.3.0/24") }
            let during = try await lab.command("ip route")
            #expect(during.contains("10.88.2.0/24 via 192.168.77.7"))
            await routes.close(removing: true)
            #expect(try await lab.command("ip route") == before)
        }
    }

    /// What a killed process left is found by its number and put right.
    @Test func routesOfAnEarlierLifeAreTakenOver() async throws {
        try await NetworkLab.run { lab in
            _ = try await lab.neighbour()
            try await lab.command("ip route add 10.88.5.0/24 via 192.168.77.5 proto 114")
            try await lab.command("ip route add 10.88.2.0/24 via 192.168.77.9 proto 114")
            let routes = try start(lab)
            await routes.take(nodes: [.added(node("n2", "10.88.2.0/24", NetworkLab.neighbourAddress))])
            await routes.synchronised()
            try await eventually("put right") {
                let table = try await lab.command("ip route show proto 114")
                return table.contains("10.88.2.0/24 via 192.168.77.2") && !table.contains("10.88.5.0")
            }
        }
    }
}
