internal import ClusterBase
internal import KubeModel

/// Rules by which the kernel carries the traffic of services (`--proxy-mode=iptables`).
///
/// A packet to a service's address is led by `KUBE-SERVICES` to the chain of the port (`KUBE-SVC-…`), which chooses
/// the chain of an endpoint (`KUBE-SEP-…`), which gives the packet the endpoint's address. Source: upstream
/// `pkg/proxy/iptables` (1.20); spec `kubernetes/06` §6.4.
public enum KernelRules {
    static let services = ChainName(.nat, "KUBE-SERVICES")
    static let nodePorts = ChainName(.nat, "KUBE-NODEPORTS")
    static let refusals = ChainName(.filter, "KUBE-SERVICES")
    static let externalRefusals = ChainName(.filter, "KUBE-EXTERNAL-SERVICES")
    static let toMasquerade = "KUBE-MARK-MASQ"
    static let toDrop = "KUBE-MARK-DROP"

    /// What is there whatever the services.
    public static func frame(_ settings: RuleSettings) -> RuleFrame {
        let portals = comment("kubernetes service portals")
        let external = comment("kubernetes externally-visible service portals")
        let new = "-m conntrack --ctstate NEW "
        let last = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
        return RuleFrame(
            jumps: [
                RuleJump(.filter, "INPUT", to: "KUBE-EXTERNAL-SERVICES", match: new + external),
                RuleJump(.filter, "FORWARD", to: "KUBE-EXTERNAL-SERVICES", match: new + external),
                RuleJump(.filter, "FORWARD", to: "KUBE-SERVICES", match: new + portals),
                RuleJump(.filter, "OUTPUT", to: "KUBE-SERVICES", match: new + portals),
                RuleJump(.filter, "FORWARD", to: "KUBE-FORWARD", match: comment("kubernetes forwarding rules")),
                RuleJump(.nat, "OUTPUT", to: "KUBE-SERVICES", match: portals),
                RuleJump(.nat, "PREROUTING", to: "KUBE-SERVICES", match: portals),
                CommonRules.postroutingJump,
            ] + CommonRules.firewallJumps,
            chains: [
                RuleFrame.Chain(.filter, "KUBE-EXTERNAL-SERVICES"),
                CommonRules.firewall(settings),
                forward(settings),
                RuleFrame.Chain(.filter, "KUBE-SERVICES"),
                CommonRules.dropMark(settings), CommonRules.masqueradeMark(settings),
                RuleFrame.Chain(.nat, "KUBE-NODEPORTS"),
                CommonRules.postrouting(settings), CommonRules.mark,
                RuleFrame.Chain(
                    .nat, "KUBE-SERVICES",
                    tail: ["\(comment(last)) -m addrtype --dst-type LOCAL -j \(nodePorts.name)"]),
            ], servicePrefixes: ["KUBE-SVC-", "KUBE-SEP-", "KUBE-FW-", "KUBE-XLB-"])
    }

    private static func forward(_ settings: RuleSettings) -> RuleFrame.Chain {
        let mark = settings.masqueradeMark
        var rules = [
            "-m conntrack --ctstate INVALID -j DROP",
            "\(comment("kubernetes forwarding rules")) -m mark --mark \(mark)/\(mark) -j ACCEPT",
        ]
        if let range = settings.clusterCIDR {
            for (place, side) in [("source", "-s"), ("destination", "-d")] {
                let text = comment("kubernetes forwarding conntrack pod \(place) rule")
                rules.append("\(side) \(range) \(text) -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
            }
        }
        return RuleFrame.Chain(.filter, "KUBE-FORWARD", head: rules)
    }

    /// The rules of a port with the endpoints behind it.
    public static func rules(
        for port: ServicePort, _ endpoints: [ServiceEndpoint], _ settings: RuleSettings
    ) -> ServiceRules {
        var builder = KernelRuleBuilder(port, endpoints, settings)
        builder.build()
        return builder.rules
    }

    /// A comment, in quotes as it may have blanks.
    static func comment(_ text: String) -> String { "-m comment --comment \"\(text)\"" }
}
