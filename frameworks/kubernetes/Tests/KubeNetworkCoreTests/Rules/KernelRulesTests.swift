import KubeModel
import Testing

@testable import KubeNetworkCore

/// Every kind of chain, rule by rule, with the names a real cluster gives them (S-53).
@Suite struct KernelRulesTests {
    private let name = ServiceObjects.name("myservice", "http")
    private let settings = RuleSettings(nodeAddress: ServiceObjects.ip("192.168.1.5"))
    private let three = ["10.0.62.87:80", "10.0.62.88:80", "10.0.62.89:80"]
        .map { ServiceEndpoint(ServiceObjects.address($0)) }
    private let svc = "KUBE-SVC-YZPZUSJVGCLDKDHP"
    private let seps = ["KUBE-SEP-5534AF2Y644GLPZI", "KUBE-SEP-5UWZC74U4HN6VNI5", "KUBE-SEP-W2TMLVNCN2RGF2MT"]
    private let xlb = "KUBE-XLB-YZPZUSJVGCLDKDHP"

    private var port: ServicePort {
        ServicePort(name, clusterIP: ServiceObjects.ip("10.254.206.148"), port: 80)
    }

    private func own(_ rules: ServiceRules, _ chain: String) -> [String]? {
        rules.own.first { $0.name.name == chain }.map { $0.text.split(separator: "\n").map(String.init) }
    }

    @Test func aPortLeadsToItsEndpointsWithEqualChances() {
        let rules = KernelRules.rules(for: port, three, settings)
        #expect(
            rules.shared == [
                KernelRules.services: [
                    #"-m comment --comment "default/myservice:http cluster IP" -m tcp -p tcp "#
                        + "-d 10.254.206.148/32 --dport 80 -j \(svc)"
                ]
            ])
        let comment = #"-m comment --comment "default/myservice:http""#
        #expect(
            own(rules, svc) == [
                "-A \(svc) \(comment) -m statistic --mode random --probability 0.3333333333 -j \(seps[0])",
                "-A \(svc) \(comment) -m statistic --mode random --probability 0.5000000000 -j \(seps[1])",
                "-A \(svc) \(comment) -j \(seps[2])",
            ])
        for (place, address) in ["10.0.62.87", "10.0.62.88", "10.0.62.89"].enumerated() {
            #expect(
                own(rules, seps[place]) == [
                    "-A \(seps[place]) \(comment) -s \(address)/32 -j KUBE-MARK-MASQ",
                    "-A \(seps[place]) \(comment) -m tcp -p tcp -j DNAT --to-destination \(address):80",
                ])
        }
        #expect(rules.own.count == 4)
    }

    @Test func aPortWithoutEndpointsRefuses() {
        var port = port
        port.nodePort = 32143
        (port.externalIPs, port.ingressIPs) = ([ServiceObjects.ip("1.2.3.4")], [ServiceObjects.ip("5.6.7.8")])
        let rules = KernelRules.rules(for: port, [], settings)
        let comment = #"-m comment --comment "default/myservice:http has no endpoints""#
        #expect(rules.own.isEmpty)
        #expect(
            rules.shared == [
                KernelRules.refusals: ["\(comment) -m tcp -p tcp -d 10.254.206.148/32 --dport 80 -j REJECT"],
                KernelRules.externalRefusals: [
                    "\(comment) -m tcp -p tcp -d 1.2.3.4/32 --dport 80 -j REJECT",
                    "\(comment) -m tcp -p tcp -d 5.6.7.8/32 --dport 80 -j REJECT",
                    "\(comment) -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 32143 -j REJECT",
                ],
            ])
    }

    @Test func affinityIsAskedBeforeChance() {
        var port = port
        port.affinitySeconds = 10_800
        let rules = KernelRules.rules(for: port, Array(three.prefix(2)), settings)
        let comment = #"-m comment --comment "default/myservice:http""#
        #expect(
            own(rules, svc) == [
                "-A \(svc) \(comment) -m recent --name \(seps[0]) --rcheck --seconds 10800 --reap -j \(seps[0])",
                "-A \(svc) \(comment) -m recent --name \(seps[1]) --rcheck --seconds 10800 --reap -j \(seps[1])",
                "-A \(svc) \(comment) -m statistic --mode random --probability 0.5000000000 -j \(seps[0])",
                "-A \(svc) \(comment) -j \(seps[1])",
            ])
        #expect(
            own(rules, seps[0])?.last
                == "-A \(seps[0]) \(comment) -m recent --name \(seps[0]) --set -m tcp -p tcp "
                + "-j DNAT --to-destination 10.0.62.87:80")
    }

    @Test func strangersAreMasqueraded() {
        let match =
            #"-m comment --comment "default/myservice:http cluster IP" -m tcp -p tcp "#
            + "-d 10.254.206.148/32 --dport 80"
        var settings = settings
        settings.clusterCIDR = CIDR("10.0.0.0/16")
        #expect(
            KernelRules.rules(for: port, three, settings).shared[KernelRules.services] == [
                "\(match) ! -s 10.0.0.0/16 -j KUBE-MARK-MASQ", "\(match) -j \(svc)",
            ])
        settings.masqueradeAll = true
        #expect(
            KernelRules.rules(for: port, three, settings).shared[KernelRules.services] == [
                "\(match) -j KUBE-MARK-MASQ", "\(match) -j \(svc)",
            ])
    }

    @Test func externalAddressesAndNodePorts() {
        var port = port
        (port.nodePort, port.externalIPs) = (32143, [ServiceObjects.ip("1.2.3.4")])
        let rules = KernelRules.rules(for: port, three, settings)
        let match = #"-m comment --comment "default/myservice:http external IP" -m tcp -p tcp -d 1.2.3.4/32 --dport 80"#
        #expect(
            rules.shared[KernelRules.services]?.dropFirst() == [
                "\(match) -j KUBE-MARK-MASQ",
                "\(match) -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j \(svc)",
                "\(match) -m addrtype --dst-type LOCAL -j \(svc)",
            ])
        let node = #"-m comment --comment "default/myservice:http" -m tcp -p tcp --dport 32143"#
        #expect(
            rules.shared[KernelRules.nodePorts] == ["\(node) -j KUBE-MARK-MASQ", "\(node) -j \(svc)"])
    }

    @Test func aBalancersAddressIsForItsSourcesOnly() {
        var port = port
        port.ingressIPs = [ServiceObjects.ip("5.6.7.8")]
        port.sourceRanges = ["192.168.0.0/16", "172.16.0.0/12"].compactMap { CIDR($0) }
        let rules = KernelRules.rules(for: port, three, settings)
        let firewall = "KUBE-FW-YZPZUSJVGCLDKDHP"
        let comment = #"-m comment --comment "default/myservice:http loadbalancer IP""#
        #expect(
            rules.shared[KernelRules.services]?.last
                == "\(comment) -m tcp -p tcp -d 5.6.7.8/32 --dport 80 -j \(firewall)")
        #expect(
            own(rules, firewall) == [
                "-A \(firewall) \(comment) -j KUBE-MARK-MASQ",
                "-A \(firewall) \(comment) -s 192.168.0.0/16 -j \(svc)",
                "-A \(firewall) \(comment) -s 172.16.0.0/12 -j \(svc)",
                "-A \(firewall) \(comment) -s 5.6.7.8/32 -j \(svc)",
                "-A \(firewall) \(comment) -j KUBE-MARK-DROP",
            ])
        port.sourceRanges = []
        #expect(
            own(KernelRules.rules(for: port, three, settings), firewall) == [
                "-A \(firewall) \(comment) -j KUBE-MARK-MASQ", "-A \(firewall) \(comment) -j \(svc)",
                "-A \(firewall) \(comment) -j KUBE-MARK-DROP",
            ])
    }

    @Test func aLocalPolicyKeepsToTheNodesOwnEndpoints() {
        var (port, settings) = (port, settings)
        (port.nodePort, port.isLocalOnly) = (32143, true)
        settings.clusterCIDR = CIDR("10.0.0.0/16")
        var endpoints = three
        (endpoints[0].isLocal, endpoints[2].isLocal) = (true, true)
        let rules = KernelRules.rules(for: port, endpoints, settings)
        let node = #"-m comment --comment "default/myservice:http" -m tcp -p tcp --dport 32143"#
        #expect(
            rules.shared[KernelRules.nodePorts] == [
                "\(node) -s 127.0.0.0/8 -j KUBE-MARK-MASQ", "\(node) -j \(xlb)",
            ])
        let head = [
            #"-A \#(xlb) -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP" "#
                + "-s 10.0.0.0/16 -j \(svc)",
            #"-A \#(xlb) -m comment --comment "masquerade LOCAL traffic for default/myservice:http LB IP" "#
                + "-m addrtype --src-type LOCAL -j KUBE-MARK-MASQ",
            #"-A \#(xlb) -m comment --comment "route LOCAL traffic for default/myservice:http LB IP to service chain" "#
                + "-m addrtype --src-type LOCAL -j \(svc)",
        ]
        #expect(
            own(rules, xlb) == head + [
                #"-A \#(xlb) -m comment --comment "Balancing rule 0 for default/myservice:http" "#
                    + "-m statistic --mode random --probability 0.5000000000 -j \(seps[0])",
                #"-A \#(xlb) -m comment --comment "Balancing rule 1 for default/myservice:http" -j \#(seps[2])"#,
            ])
        #expect(
            own(KernelRules.rules(for: port, three, settings), xlb) == head + [
                #"-A \#(xlb) -m comment --comment "default/myservice:http has no local endpoints" -j KUBE-MARK-DROP"#
            ])
    }

    @Test(arguments: [(2, "0.5000000000"), (3, "0.3333333333"), (7, "0.1428571429"), (1_000, "0.0010000000")])
    func chancesHaveTenDecimals(count: Int, text: String) {
        #expect(KernelRuleBuilder.probability(count) == text)
    }

    @Test func theFrameIsTheReferences() {
        var settings = settings
        settings.clusterCIDR = CIDR("10.0.0.0/16")
        var program = RuleProgram(KernelRules.frame(settings))
        #expect(program.everything(listing: RuleListing()).text == RuleTexts.kernelFrame)
    }
}
