public import KubeModel

/// Rules that lead the traffic of services to the proxy's own sockets (`--proxy-mode=userspace`).
///
/// What comes from elsewhere, containers among it, is redirected to a socket of the proxy; what the host itself sends
/// gets the node's address and that socket's port. Source: upstream `pkg/proxy/userspace` (1.20); spec `kubernetes/06`
/// §6.3.
public enum PortalRules {
    static let containers = ChainName(.nat, "KUBE-PORTALS-CONTAINER")
    static let host = ChainName(.nat, "KUBE-PORTALS-HOST")
    static let nodePortContainers = ChainName(.nat, "KUBE-NODEPORT-CONTAINER")
    static let nodePortHost = ChainName(.nat, "KUBE-NODEPORT-HOST")
    static let nodePortPassage = ChainName(.filter, "KUBE-NODEPORT-NON-LOCAL")

    /// What is there whatever the services.
    public static func frame() -> RuleFrame {
        let portals = KernelRules.comment("handle ClusterIPs; NOTE: this must be before the NodePort rules")
        let nodePorts =
            "-m addrtype --dst-type LOCAL "
            + KernelRules.comment("handle service NodePorts; NOTE: this must be the last rule in the chain")
        let passage =
            KernelRules.comment("Ensure that non-local NodePort traffic can flow") + " -m conntrack --ctstate NEW"
        return RuleFrame(
            jumps: [
                RuleJump(.filter, "INPUT", to: nodePortPassage.name, match: passage),
                RuleJump(.nat, "OUTPUT", to: host.name, match: portals),
                RuleJump(.nat, "OUTPUT", to: nodePortHost.name, match: nodePorts, place: .end),
                RuleJump(.nat, "PREROUTING", to: containers.name, match: portals),
                RuleJump(.nat, "PREROUTING", to: nodePortContainers.name, match: nodePorts, place: .end),
            ],
            chains: [
                RuleFrame.Chain(.filter, nodePortPassage.name),
                RuleFrame.Chain(.nat, nodePortContainers.name), RuleFrame.Chain(.nat, nodePortHost.name),
                RuleFrame.Chain(.nat, containers.name), RuleFrame.Chain(.nat, host.name), CommonRules.mark,
            ])
    }

    /// The rules of a port whose traffic the proxy takes at a socket of its own.
    ///
    /// - Parameters:
    ///   - socket: the port of the proxy's socket, which listens at all addresses of the node.
    ///   - nodeAddress: the node's own address.
    public static func rules(for port: ServicePort, socket: Int, nodeAddress: IPAddress) -> ServiceRules {
        let transport = port.transport.rawValue
        let match = "\(KernelRules.comment("\(port.name)")) -p \(transport) -m \(transport)"
        let redirection = "-j REDIRECT --to-ports \(socket)"
        let translation = "-j DNAT --to-destination \(nodeAddress):\(socket)"
        let isLocal = "-m addrtype --dst-type LOCAL"
        var rules = ServiceRules()
        let clusterMatch = "\(match) -d \(port.clusterIP)/32 --dport \(port.port)"
        rules.add(containers, "\(clusterMatch) \(redirection)")
        rules.add(host, "\(clusterMatch) \(translation)")
        for address in port.externalIPs + port.ingressIPs {
            let match = "\(match) -d \(address)/32 --dport \(port.port)"
            rules.add(containers, "\(match) -m physdev ! --physdev-is-in \(redirection)")
            rules.add(containers, "\(match) \(isLocal) \(redirection)")
            rules.add(host, "\(match) \(isLocal) \(translation)")
        }
        if let number = port.nodePort {
            rules.add(nodePortContainers, "\(match) --dport \(number) \(redirection)")
            rules.add(nodePortHost, "\(match) --dport \(number) \(translation)")
            rules.add(nodePortPassage, "\(match) --dport \(socket) -m conntrack --ctstate NEW -j ACCEPT")
        }
        return rules
    }
}
