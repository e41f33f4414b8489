internal import ClusterBase

/// Defaults and limits that come from the server's flags.
public struct AppDefaults: Hashable, Sendable {
    /// `--mesos_role`: the role of apps that name none.
    public var role: String
    /// `--default_network_name`: the name of unnamed container networks.
    public var networkName: String?

    /// Makes defaults.
    public init(role: String = "*", networkName: String? = nil) { (self.role, self.networkName) = (role, networkName) }
}

extension AppSpec {
    /// Fills in what was not said (spec `marathon` §2.5 steps 3–7); `given` tells which fields were.
    mutating func complete(given: JSONObject, defaults: AppDefaults) {
        if role.isEmpty { role = defaults.role }
        if networks.isEmpty { networks = [AppNetwork(mode: .host)] }
        let unnamed = networks.indices.filter { networks[$0].mode == .container && networks[$0].name == nil }
        if unnamed.count == 1 { networks[unnamed[0]].name = defaults.networkName }
        if usesHostNetwork {
            completeHostPorts(given: given)
        } else {
            completeMappings(given: given)
        }
        let hasPorts = given["portDefinitions"]?.array?.isEmpty == false || !usesHostNetwork && !mappings.isEmpty
        for index in healthChecks.indices {
            let check = healthChecks[index]
            if check.kind.needsPort, check.port == nil, check.portIndex == nil, hasPorts || !portDefinitions.isEmpty {
                healthChecks[index].portIndex = 0
            }
            if check.kind.hasPath, check.path == nil { healthChecks[index].path = "/" }
        }
        if labels["MARATHON_SINGLE_INSTANCE_APP"] == "true", given["upgradeStrategy"] == nil {
            upgradeStrategy = UpgradeStrategy(minimumHealthCapacity: 0, maximumOverCapacity: 0)
        }
        carried["residency"] = nil
        versionInfo = nil
    }

    private var mappings: [PortMapping] { container?.portMappings ?? [] }

    private mutating func completeHostPorts(given: JSONObject) {
        container?.portMappings = []
        if given["portDefinitions"] == nil { portDefinitions = [PortDefinition(name: "default")] }
    }

    private mutating func completeMappings(given: JSONObject) {
        if container == nil { container = AppContainer(kind: .mesos) }
        let isBridge = networks.contains { $0.mode == .bridge }
        if given["container"]?["portMappings"] == nil {
            container?.portMappings = [PortMapping(name: "default")]
        }
        while mappings.count < portDefinitions.count { container?.portMappings.append(PortMapping()) }
        for index in mappings.indices where isBridge && mappings[index].hostPort == nil {
            container?.portMappings[index].hostPort = 0
        }
        portDefinitions = []
        requirePorts = false
    }
}
