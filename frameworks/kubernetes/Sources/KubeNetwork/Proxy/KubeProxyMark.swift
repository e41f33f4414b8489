internal import KubeNetworkCore

/// By what the rules of a service proxy are known.
enum KubeProxyMark {
    /// The chain that only this project's proxy writes.
    static let owner = ChainName(.nat, "KUBE-ROOST-PROXY")

    /// The jumps by which packets come to the rules of any service proxy.
    static let entrances = ["KUBE-SERVICES", "KUBE-PORTALS-CONTAINER"].map {
        RuleJump(.nat, "PREROUTING", to: $0, match: "")
    }
}
