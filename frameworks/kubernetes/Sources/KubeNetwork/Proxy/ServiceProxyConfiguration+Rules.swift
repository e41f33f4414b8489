internal import ClusterBase
internal import KubeModel
internal import KubeNetworkCore

extension ServiceProxyConfiguration {
    /// Throws `ClusterError` `invalidArgument` for what cannot be.
    func check() throws {
        let bits = [("masqueradeBit", masqueradeBit), ("dropBit", dropBit)]
        for (field, bit) in bits where !(0...31).contains(bit) {
            throw ClusterError(.invalidArgument, "must be 0 to 31, is \(bit)", field: field)
        }
        if masqueradeBit == dropBit {
            throw ClusterError(.invalidArgument, "must not be the bit for masquerading", field: "dropBit")
        }
        if nodeAddress.isV6 || nodeAddress.isUnspecified {
            throw ClusterError(.invalidArgument, "must be an address of version 4", field: "nodeAddress")
        }
        if clusterCIDR?.base.isV6 == true {
            throw ClusterError(.invalidArgument, "must be a range of version 4", field: "clusterCIDR")
        }
        if syncPeriod <= .zero { throw ClusterError(.invalidArgument, "must be positive", field: "syncPeriod") }
        if minSyncPeriod < .zero {
            throw ClusterError(.invalidArgument, "must not be negative", field: "minSyncPeriod")
        }
        if udpTimeout <= .zero { throw ClusterError(.invalidArgument, "must be positive", field: "udpTimeout") }
    }

    var ruleSettings: RuleSettings {
        var settings = RuleSettings(nodeAddress: nodeAddress)
        settings.clusterCIDR = clusterCIDR
        settings.masqueradeAll = masqueradeAll
        (settings.masqueradeBit, settings.dropBit) = (masqueradeBit, dropBit)
        return settings
    }

    func frame(_ settings: RuleSettings) -> RuleFrame {
        mode == .iptables ? KernelRules.frame(settings) : PortalRules.frame()
    }

    /// The frame of the mode that is not in use.
    func otherFrame(_ settings: RuleSettings) -> RuleFrame {
        mode == .iptables ? PortalRules.frame() : KernelRules.frame(settings)
    }
}
