/// Chains that both modes have.
enum CommonRules {
    static let mark = RuleFrame.Chain(.nat, RuleFrame.proxyMark.name)

    static let postroutingJump = RuleJump(
        .nat, "POSTROUTING", to: "KUBE-POSTROUTING", match: KernelRules.comment("kubernetes postrouting rules"))

    static let firewallJumps = [
        RuleJump(.filter, "OUTPUT", to: "KUBE-FIREWALL", match: ""),
        RuleJump(.filter, "INPUT", to: "KUBE-FIREWALL", match: ""),
    ]

    static func masqueradeMark(_ settings: RuleSettings) -> RuleFrame.Chain {
        RuleFrame.Chain(.nat, KernelRules.toMasquerade, head: ["-j MARK --or-mark \(settings.masqueradeMark)"])
    }

    static func dropMark(_ settings: RuleSettings) -> RuleFrame.Chain {
        RuleFrame.Chain(.nat, KernelRules.toDrop, head: ["-j MARK --or-mark \(settings.dropMark)"])
    }

    /// Drops what is marked for it, and what neighbours send to the host's loopback addresses, which may be routed so
    /// that node ports answer there (`route_localnet`).
    static func firewall(_ settings: RuleSettings) -> RuleFrame.Chain {
        let mark = settings.dropMark
        let dropping = KernelRules.comment("kubernetes firewall for dropping marked packets")
        let guarding = KernelRules.comment("block incoming localnet connections")
        let foreign = "-d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT"
        return RuleFrame.Chain(
            .filter, "KUBE-FIREWALL",
            head: ["\(dropping) -m mark --mark \(mark)/\(mark) -j DROP", "\(guarding) \(foreign) -j DROP"])
    }

    static func postrouting(_ settings: RuleSettings) -> RuleFrame.Chain {
        let mark = settings.masqueradeMark
        let text = KernelRules.comment("kubernetes service traffic requiring SNAT")
        return RuleFrame.Chain(
            .nat, "KUBE-POSTROUTING",
            head: [
                "-m mark ! --mark \(mark)/\(mark) -j RETURN",
                "-j MARK --xor-mark \(mark)",
                "\(text) -j MASQUERADE" + (settings.picksRandomPorts ? " --random-fully" : ""),
            ])
    }
}
