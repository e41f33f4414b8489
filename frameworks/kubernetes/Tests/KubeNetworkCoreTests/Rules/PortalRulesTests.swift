import KubeModel
import Testing

@testable import KubeNetworkCore

@Suite struct PortalRulesTests {
    private let node = ServiceObjects.ip("192.168.1.5")
    private var port: ServicePort {
        ServicePort(
            ServiceObjects.name("myservice", "http"), clusterIP: ServiceObjects.ip("10.254.206.148"), port: 80)
    }
    private let match = #"-m comment --comment "default/myservice:http" -p tcp -m tcp"#

    /// S-52: one rule for what comes from containers, one for the host's own connections.
    @Test func aPortLeadsToTheProxysSocket() {
        let rules = PortalRules.rules(for: port, socket: 40_001, nodeAddress: node)
        #expect(rules.own.isEmpty)
        #expect(
            rules.shared == [
                PortalRules.containers: ["\(match) -d 10.254.206.148/32 --dport 80 -j REDIRECT --to-ports 40001"],
                PortalRules.host: [
                    "\(match) -d 10.254.206.148/32 --dport 80 -j DNAT --to-destination 192.168.1.5:40001"
                ],
            ])
    }

    @Test func nodePortsAndExternalAddresses() {
        var port = port
        (port.nodePort, port.externalIPs) = (32143, [ServiceObjects.ip("1.2.3.4")])
        let rules = PortalRules.rules(for: port, socket: 40_001, nodeAddress: node)
        let redirection = "-j REDIRECT --to-ports 40001"
        let translation = "-j DNAT --to-destination 192.168.1.5:40001"
        #expect(
            rules.shared[PortalRules.containers]?.dropFirst() == [
                "\(match) -d 1.2.3.4/32 --dport 80 -m physdev ! --physdev-is-in \(redirection)",
                "\(match) -d 1.2.3.4/32 --dport 80 -m addrtype --dst-type LOCAL \(redirection)",
            ])
        #expect(
            rules.shared[PortalRules.host]?.dropFirst() == [
                "\(match) -d 1.2.3.4/32 --dport 80 -m addrtype --dst-type LOCAL \(translation)"
            ])
        #expect(rules.shared[PortalRules.nodePortContainers] == ["\(match) --dport 32143 \(redirection)"])
        #expect(rules.shared[PortalRules.nodePortHost] == ["\(match) --dport 32143 \(translation)"])
        #expect(
            rules.shared[PortalRules.nodePortPassage] == [
                "\(match) --dport 40001 -m conntrack --ctstate NEW -j ACCEPT"
            ])
    }

    @Test func theFrameIsTheReferences() {
        var program = RuleProgram(PortalRules.frame())
        #expect(program.everything(listing: RuleListing()).text == RuleTexts.portalFrame)
    }
}
