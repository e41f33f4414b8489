import ClusterBase
import Foundation
import KubeModel
import KubeNetwork
import KubeNetworkCore
import Logging
import TestSupport
import Testing

/// Rules come and go with their owner, and nobody else's are touched.
@Suite(.enabled(if: NetworkLab.isAvailable)) struct ProxyLifeTests {
    private let web = ProxyUnderTest.service("web", ip: "10.254.0.10", nodePort: 30080)
    private let addresses = ["10.88.1.11", "10.88.1.12"]
    private let foreign = """
        iptables -N MINE && iptables -A MINE -s 1.2.3.4 -j DROP && iptables -A INPUT -j MINE &&
        iptables -A FORWARD -i pods0 -j ACCEPT && iptables -t nat -N KUBE-MINE &&
        iptables -t nat -A POSTROUTING -s 10.88.1.0/24 ! -o pods0 -j MASQUERADE
        """

    private func leavesNothing(_ mode: ProxyMode, _ lab: NetworkLab) async throws {
        try await lab.command(foreign)
        let before = try await lab.rules()
        // Left by a process that was killed in another namespace.
        try await lab.command(
            "mkdir \(lab.scope.directory.path)/locks && touch \(lab.scope.directory.path)/locks/proxy-1.lock")
        let loopback = try await lab.command("cat /proc/sys/net/ipv4/conf/all/route_localnet")
        let proxy = try ProxyUnderTest(mode, lab)
        try await proxy.tell([(web, addresses)])
        let during = try await lab.rules()
        #expect(during.contains { $0.contains("default/web") })
        #expect(before.allSatisfy(during.contains))
        await proxy.proxy.close(removing: true)
        #expect(try await lab.rules() == before)
        #expect(try await lab.command("cat /proc/sys/net/ipv4/conf/all/route_localnet") == loopback)
        #expect(try FileManager.default.contentsOfDirectory(atPath: lab.scope.directory.path + "/locks") == [])
        _ = await proxy.task.result
    }

    @Test func kernelModeLeavesNothingBehind() async throws {
        try await NetworkLab.run { try await leavesNothing(.iptables, $0) }
    }

    @Test func userspaceModeLeavesNothingBehind() async throws {
        try await NetworkLab.run { try await leavesNothing(.userspace, $0) }
    }

    @Test func rulesStayWhenTheProxyIsToComeBack() async throws {
        try await NetworkLab.run { lab in
            let first = try ProxyUnderTest(.iptables, lab)
            try await first.tell([(web, addresses), (ProxyUnderTest.service("old", ip: "10.254.0.9"), addresses)])
            await first.proxy.close(removing: false)
            #expect(try await lab.rules().contains { $0.contains("default/old") })
            let second = try ProxyUnderTest(.iptables, lab)
            try await second.tell([(web, addresses)])
            let rules = try await lab.rules()
            #expect(rules.contains { $0.contains("default/web") })
            #expect(!rules.contains { $0.contains("default/old") })
            #expect(rules.count { $0.hasPrefix("-A PREROUTING") } == 1)
            #expect(rules.count { $0.hasPrefix(":KUBE-SVC-") } == 1)
            #expect(rules.count { $0.hasPrefix(":KUBE-SEP-") } == 2)
        }
    }

    @Test func aProxyOfTheOtherModeTakesOver() async throws {
        try await NetworkLab.run { lab in
            let first = try ProxyUnderTest(.iptables, lab)
            try await first.tell([(web, addresses)])
            await first.proxy.close(removing: false)
            let second = try ProxyUnderTest(.userspace, lab)
            try await second.tell([(web, addresses)])
            let rules = try await lab.rules()
            #expect(rules.contains { $0.hasPrefix("-A KUBE-PORTALS-HOST") })
            #expect(!rules.contains { $0.contains("KUBE-SVC-") || $0.contains("KUBE-SERVICES") })
        }
    }

    @Test func anotherWaitsForTheOwnersEnd() async throws {
        try await NetworkLab.run { lab in
            let first = try ProxyUnderTest(.iptables, lab)
            try await first.tell([(web, addresses)])
            let second = try ProxyUnderTest(.iptables, lab)
            let locks = lab.scope.directory.path + "/locks"
            try await eventually("the second waits") {
                try FileManager.default.contentsOfDirectory(atPath: locks).contains { $0.hasSuffix(".next") }
            }
            #expect(await second.proxy.figures.isOwner == false)
            await first.proxy.close(removing: true)
            // Somebody takes the rules over, so they were not taken away.
            #expect(try await lab.rules().contains { $0.contains("default/web") })
            try await second.tell([(web, Array(addresses.prefix(1)))])
            #expect(await second.proxy.figures.isOwner)
            #expect(try await lab.rules().count { $0.hasPrefix(":KUBE-SEP-") } == 1)
            await second.proxy.close(removing: true)
            #expect(try await lab.rules().allSatisfy { !$0.contains("KUBE-") })
            #expect(try FileManager.default.contentsOfDirectory(atPath: locks) == [])
        }
    }

    @Test func rulesThatSomebodyRemovesComeBack() async throws {
        try await NetworkLab.run { lab in
            var configuration = ProxyUnderTest.configuration(.iptables, lab)
            configuration.syncPeriod = .milliseconds(200)
            let proxy = try ProxyUnderTest(configuration, lab)
            try await proxy.tell([(web, addresses)])
            let before = try await lab.rules()
            try await lab.command("iptables -t nat -F && iptables -t nat -X && iptables -F OUTPUT")
            try await eventually("they are back") {
                let repairs = await proxy.proxy.figures.repairs
                let rules = try await lab.rules()
                return repairs > 0 && Set(rules) == Set(before)
            }
        }
    }

    @Test func anotherServiceProxyIsNotWrittenOver() async throws {
        try await NetworkLab.run { lab in
            try await lab.command("iptables -t nat -N KUBE-SERVICES && iptables -t nat -A PREROUTING -j KUBE-SERVICES")
            let before = try await lab.rules()
            let proxy = try ProxyUnderTest(.iptables, lab)
            let error = await #expect(throws: ClusterError.self) { try await proxy.task.value }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("kube-proxy --cleanup") == true)
            #expect(try await lab.rules() == before)
        }
    }

    @Test func aFailureIsTriedAgain() async throws {
        try await NetworkLab.run { lab in
            let proxy = try ProxyUnderTest(.iptables, lab)
            try await proxy.tell([(web, addresses)])
            // A rule of somebody else's leads to a chain that is to go: the kernel refuses.
            let chain = try await lab.rules().first { $0.hasPrefix(":KUBE-SEP-") }?.dropFirst().split(separator: " ")[0]
            let name = String(try #require(chain))
            try await lab.command("iptables -t nat -N MINE && iptables -t nat -A MINE -j \(name)")
            await proxy.proxy.take(services: [.deleted(web)])
            try await eventually("the failure is told") { await proxy.proxy.figures.lastFailure != nil }
            try await lab.command("iptables -t nat -F MINE")
            try await eventually("the chain is gone") { try await !lab.rules().contains { $0.contains(name) } }
        }
    }

    @Test(arguments: ["masqueradeBit", "dropBit", "nodeAddress", "syncPeriod"])
    func settingsThatCannotBeAreNamed(field: String) throws {
        var configuration = ServiceProxyConfiguration(
            nodeName: "n1", nodeAddress: try #require(IPAddress(field == "nodeAddress" ? "::1" : "10.0.0.1")))
        if field == "masqueradeBit" { configuration.masqueradeBit = 32 }
        if field == "dropBit" { configuration.dropBit = configuration.masqueradeBit }
        if field == "syncPeriod" { configuration.syncPeriod = .zero }
        let error = #expect(throws: ClusterError.self) {
            try ServiceProxy(configuration, logger: Logger(label: "proxy"))
        }
        #expect(error?.field == field)
    }
}
