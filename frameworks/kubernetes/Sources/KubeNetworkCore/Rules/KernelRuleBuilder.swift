internal import ClusterBase
internal import KubeModel

/// Writes down the kernel's rules of one port of a service.
struct KernelRuleBuilder {
    private(set) var rules = ServiceRules()
    private let port: ServicePort
    private let endpoints: [ServiceEndpoint]
    private let settings: RuleSettings
    private let balancing: ChainName
    private let external: ChainName
    private let protocolMatch: String

    init(_ port: ServicePort, _ endpoints: [ServiceEndpoint], _ settings: RuleSettings) {
        (self.port, self.endpoints, self.settings) = (port, endpoints, settings)
        balancing = .of("KUBE-SVC-", port.name, port.transport)
        external = .of("KUBE-XLB-", port.name, port.transport)
        protocolMatch = "-m \(port.transport.rawValue) -p \(port.transport.rawValue)"
    }

    mutating func build() {
        guard !endpoints.isEmpty else {
            refuse()
            return
        }
        clusterAddress()
        externalAddresses()
        balancerAddresses()
        nodePort()
        balance()
        if port.isLocalOnly { balanceLocally() }
    }

    private func comment(_ suffix: String = "") -> String { KernelRules.comment("\(port.name)\(suffix)") }

    private func match(_ address: IPAddress, _ suffix: String) -> String {
        "\(comment(suffix)) \(protocolMatch) -d \(address)/32 --dport \(port.port)"
    }

    // MARK: Without endpoints

    private mutating func refuse() {
        let suffix = " has no endpoints"
        rules.add(KernelRules.refusals, "\(match(port.clusterIP, suffix)) -j REJECT")
        for address in port.externalIPs + port.ingressIPs {
            rules.add(KernelRules.externalRefusals, "\(match(address, suffix)) -j REJECT")
        }
        if let number = port.nodePort {
            let local = "-m addrtype --dst-type LOCAL"
            let rule = "\(comment(suffix)) \(local) \(protocolMatch) --dport \(number) -j REJECT"
            rules.add(KernelRules.externalRefusals, rule)
        }
    }

    // MARK: Ways to the service

    private mutating func clusterAddress() {
        let match = match(port.clusterIP, " cluster IP")
        if settings.masqueradeAll {
            rules.add(KernelRules.services, "\(match) -j \(KernelRules.toMasquerade)")
        } else if let range = settings.clusterCIDR {
            rules.add(KernelRules.services, "\(match) ! -s \(range) -j \(KernelRules.toMasquerade)")
        }
        rules.add(KernelRules.services, "\(match) -j \(balancing.name)")
    }

    /// Addresses that the cluster's owner leads to its nodes: for what comes from outside, or is at home here.
    private mutating func externalAddresses() {
        for address in port.externalIPs {
            let match = match(address, " external IP")
            if !port.isLocalOnly { rules.add(KernelRules.services, "\(match) -j \(KernelRules.toMasquerade)") }
            let target = port.isLocalOnly ? external.name : balancing.name
            let fromOutside = "-m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL"
            rules.add(KernelRules.services, "\(match) \(fromOutside) -j \(target)")
            rules.add(KernelRules.services, "\(match) -m addrtype --dst-type LOCAL -j \(target)")
        }
    }

    private mutating func balancerAddresses() {
        guard !port.ingressIPs.isEmpty else { return }
        let firewall = ChainName.of("KUBE-FW-", port.name, port.transport)
        for address in port.ingressIPs {
            rules.add(KernelRules.services, "\(match(address, " loadbalancer IP")) -j \(firewall.name)")
        }
        let match = comment(" loadbalancer IP")
        let target = port.isLocalOnly ? external.name : balancing.name
        var lines: [String] = []
        if !port.isLocalOnly { lines.append("\(match) -j \(KernelRules.toMasquerade)") }
        if port.sourceRanges.isEmpty { lines.append("\(match) -j \(target)") }
        for range in port.sourceRanges { lines.append("\(match) -s \(range) -j \(target)") }
        if port.sourceRanges.contains(where: { $0.contains(settings.nodeAddress) }) {
            // The host's own connections have the balancer's address as their source.
            for address in port.ingressIPs { lines.append("\(match) -s \(address)/32 -j \(target)") }
        }
        lines.append("\(match) -j \(KernelRules.toDrop)")
        rules.own.append(RuleChain(firewall, lines))
    }

    private mutating func nodePort() {
        guard let number = port.nodePort else { return }
        let match = "\(comment()) \(protocolMatch) --dport \(number)"
        if port.isLocalOnly {
            rules.add(KernelRules.nodePorts, "\(match) -s 127.0.0.0/8 -j \(KernelRules.toMasquerade)")
            rules.add(KernelRules.nodePorts, "\(match) -j \(external.name)")
        } else {
            rules.add(KernelRules.nodePorts, "\(match) -j \(KernelRules.toMasquerade)")
            rules.add(KernelRules.nodePorts, "\(match) -j \(balancing.name)")
        }
    }

    // MARK: Ways from the service

    private mutating func balance() {
        let names = endpoints.map { ChainName.of($0.address, behind: port.name, port.transport) }
        rules.own.append(RuleChain(balancing, choices(names) { _ in comment() }))
        for (endpoint, name) in zip(endpoints, names) {
            let keeping = port.affinitySeconds == nil ? "" : "-m recent --name \(name.name) --set "
            rules.own.append(
                RuleChain(
                    name,
                    [
                        "\(comment()) -s \(endpoint.address.ip)/32 -j \(KernelRules.toMasquerade)",
                        "\(comment()) \(keeping)\(protocolMatch) -j DNAT --to-destination \(endpoint.address)",
                    ]))
        }
    }

    private mutating func balanceLocally() {
        var lines: [String] = []
        if let range = settings.clusterCIDR {
            let text = "Redirect pods trying to reach external loadbalancer VIP to clusterIP"
            lines.append("\(KernelRules.comment(text)) -s \(range) -j \(balancing.name)")
        }
        let local = "-m addrtype --src-type LOCAL"
        let masquerade = KernelRules.comment("masquerade LOCAL traffic for \(port.name) LB IP")
        lines.append("\(masquerade) \(local) -j \(KernelRules.toMasquerade)")
        let route = KernelRules.comment("route LOCAL traffic for \(port.name) LB IP to service chain")
        lines.append("\(route) \(local) -j \(balancing.name)")
        let names = endpoints.filter(\.isLocal).map { ChainName.of($0.address, behind: port.name, port.transport) }
        if names.isEmpty {
            lines.append("\(comment(" has no local endpoints")) -j \(KernelRules.toDrop)")
        } else {
            lines += choices(names) { KernelRules.comment("Balancing rule \($0) for \(port.name)") }
        }
        rules.own.append(RuleChain(external, lines))
    }

    /// Rules that choose one of some chains: the one the client had lately, else any, each as likely as the others.
    private func choices(_ names: [ChainName], comment balance: (Int) -> String) -> [String] {
        var lines: [String] = []
        if let seconds = port.affinitySeconds {
            for name in names {
                let lately = "-m recent --name \(name.name) --rcheck --seconds \(seconds) --reap"
                lines.append("\(comment()) \(lately) -j \(name.name)")
            }
        }
        for (place, name) in names.enumerated() {
            let left = names.count - place
            let chance = left > 1 ? "-m statistic --mode random --probability \(Self.probability(left)) " : ""
            lines.append("\(balance(place)) \(chance)-j \(name.name)")
        }
        return lines
    }

    /// One in so many, with ten decimals.
    static func probability(_ count: Int) -> String {
        let scale = 10_000_000_000
        let digits = String((scale + count / 2) / count)
        return "0." + String(repeating: "0", count: 10 - digits.count) + digits
    }
}
