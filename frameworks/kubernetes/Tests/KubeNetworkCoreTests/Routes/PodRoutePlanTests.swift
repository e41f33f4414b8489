import ClusterBase
import KubeModel
import Testing

@testable import KubeNetworkCore

@Suite struct PodRoutePlanTests {
    private func node(_ name: String, _ range: String, _ address: String) -> KubeObject {
        var node = KubeObject(["apiVersion": "v1", "kind": "Node"])
        node["metadata"] = ["name": .string(name)]
        node["spec"] = ["podCIDR": .string(range)]
        node["status"] = [
            "addresses": [
                ["type": "Hostname", "address": .string(name)], ["type": "InternalIP", "address": .string(address)],
            ]
        ]
        return node
    }

    private func plan(_ nodes: [KubeObject]) throws -> PodRoutePlan {
        var plan = PodRoutePlan(nodeName: "n1", podCIDR: try #require(CIDR("10.244.1.0/24")))
        _ = plan.apply(nodes.map { .added($0) })
        return plan
    }

    private func routes(_ plan: PodRoutePlan) -> [String] {
        plan.routes(own: [ServiceObjects.ip("192.168.1.1")], segments: [CIDR("192.168.1.0/24")].compactMap { $0 })
            .map { "\($0.range) via \($0.gateway)" }
    }

    @Test func neighboursGetARoute() throws {
        let plan = try plan([
            node("n3", "10.244.3.0/24", "192.168.1.3"), node("n2", "10.244.2.0/24", "192.168.1.2"),
            node("n1", "10.244.1.0/24", "192.168.1.1"), node("far", "10.244.9.0/24", "192.168.2.9"),
            node("bare", "", "192.168.1.7"), node("same-host", "10.244.8.0/24", "192.168.1.1"),
            node("same-range", "10.244.1.0/24", "192.168.1.5"), node("twice", "10.244.2.0/25", "192.168.1.6"),
        ])
        #expect(routes(plan) == ["10.244.2.0/24 via 192.168.1.2", "10.244.3.0/24 via 192.168.1.3"])
    }

    @Test func newsThatMeansNothingIsNone() throws {
        var plan = try plan([node("n2", "10.244.2.0/24", "192.168.1.2")])
        var same = node("n2", "10.244.2.0/24", "192.168.1.2")
        same["metadata", "labels"] = ["a": "b"]
        let isNews = (plan.apply([.changed(same, from: same)]), plan.apply([.deleted(same)]))
        #expect(isNews == (false, true))
        #expect(routes(plan).isEmpty)
    }

    @Test func podsAreTakenOutOfMasquerading() throws {
        let range = try #require(CIDR("10.244.1.0/24"))
        let other = PodRoute(try #require(CIDR("10.244.2.0/24")), via: ServiceObjects.ip("192.168.1.2"))
        var program = RuleProgram(PodRules.frame([other], podCIDR: range, masqueradeBit: 14))
        #expect(
            program.everything(listing: RuleListing()).text == """
                *filter
                :KUBE-POD-FORWARD - [0:0]
                -A KUBE-POD-FORWARD -s 10.244.1.0/24 -j ACCEPT
                -A KUBE-POD-FORWARD -d 10.244.1.0/24 -j ACCEPT
                -A FORWARD -m comment --comment "pod traffic" -j KUBE-POD-FORWARD
                COMMIT
                *nat
                :KUBE-POD-POSTROUTING - [0:0]
                -A KUBE-POD-POSTROUTING -m comment --comment "pods see each other's addresses" -s 10.244.1.0/24 \
                -d 10.244.2.0/24 -m mark ! --mark 0x4000/0x4000 -j ACCEPT
                -I POSTROUTING -m comment --comment "pod traffic" -j KUBE-POD-POSTROUTING
                COMMIT

                """)
    }
}
