public import KubeModel

/// Rules that let pods of different nodes see each other's own addresses.
///
/// The engine gives whatever leaves its bridge the host's address, and may refuse to forward what comes from outside:
/// traffic between pods is taken out of both.
public enum PodRules {
    private static let passage = ChainName(.filter, "KUBE-POD-FORWARD")
    private static let exemption = ChainName(.nat, "KUBE-POD-POSTROUTING")

    /// The rules for some ways to other nodes.
    ///
    /// - Parameters:
    ///   - podCIDR: the addresses of this node's pods.
    ///   - masqueradeBit: the bit of the mark that asks for masquerading all the same.
    public static func frame(_ routes: [PodRoute], podCIDR: CIDR, masqueradeBit: Int) -> RuleFrame {
        let mark = RuleSettings.mark(masqueradeBit)
        let comment = KernelRules.comment("pods see each other's addresses")
        let unmarked = "-m mark ! --mark \(mark)/\(mark)"
        return RuleFrame(
            jumps: [
                RuleJump(.filter, "FORWARD", to: passage.name, match: KernelRules.comment("pod traffic"), place: .end),
                RuleJump(
                    .nat, "POSTROUTING", to: exemption.name, match: KernelRules.comment("pod traffic"),
                    place: .beforeMasquerading),
            ],
            chains: [
                RuleFrame.Chain(
                    .filter, passage.name, head: ["-s \(podCIDR) -j ACCEPT", "-d \(podCIDR) -j ACCEPT"]),
                RuleFrame.Chain(
                    .nat, exemption.name,
                    head: routes.map { "\(comment) -s \(podCIDR) -d \($0.range) \(unmarked) -j ACCEPT" }),
            ])
    }
}
