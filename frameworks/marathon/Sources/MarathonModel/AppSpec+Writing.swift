public import ClusterBase

extension AppSpec {
    /// The canonical document, as the API shows and the store keeps it (spec `marathon` §2.1).
    public var json: JSONObject {
        var object: JSONObject = ["id": .string(id.description)]
        if let acceptedResourceRoles { object["acceptedResourceRoles"] = .strings(acceptedResourceRoles) }
        if !args.isEmpty { object["args"] = .strings(args) }
        object["backoffFactor"] = .number(backoff.factor)
        object["backoffSeconds"] = .integer(Int64(backoff.seconds))
        object["cmd"] = cmd.map(JSONValue.string)
        if !constraints.isEmpty { object["constraints"] = .array(constraints.map { .strings($0.words) }) }
        object["container"] = container.map { .object($0.json(showsMappings: !usesHostNetwork)) }
        object["cpus"] = .number(cpus)
        if !dependencies.isEmpty { object["dependencies"] = .strings(dependencies.map(\.description)) }
        object["disk"] = .number(disk)
        if !env.isEmpty { object["env"] = .map(env) }
        object["executor"] = .string(executor)
        if !fetch.isEmpty { object["fetch"] = .array(fetch.map(\.json)) }
        if !healthChecks.isEmpty { object["healthChecks"] = .array(healthChecks.map(\.json)) }
        object["instances"] = .integer(Int64(instances))
        object["labels"] = .map(labels)
        object["maxLaunchDelaySeconds"] = .integer(Int64(backoff.maximumSeconds))
        object["mem"] = .number(mem)
        object["gpus"] = .integer(Int64(gpus))
        object["networks"] = .array(networks.map(\.json))
        if usesHostNetwork { object["portDefinitions"] = .array(portDefinitions.map(\.json)) }
        object["requirePorts"] = .bool(requirePorts)
        writeStrategies(to: &object)
        for (key, value) in carried { object[key] = value }
        object["version"] = .string(version.description)
        if let versionInfo {
            object["versionInfo"] = [
                "lastScalingAt": .string(versionInfo.lastScalingAt.description),
                "lastConfigChangeAt": .string(versionInfo.lastConfigChangeAt.description),
            ]
        }
        return object
    }

    private func writeStrategies(to object: inout JSONObject) {
        object["taskKillGracePeriodSeconds"] = taskKillGracePeriodSeconds.map { .integer(Int64($0)) }
        object["upgradeStrategy"] = [
            "maximumOverCapacity": .number(upgradeStrategy.maximumOverCapacity),
            "minimumHealthCapacity": .number(upgradeStrategy.minimumHealthCapacity),
        ]
        object["user"] = user.map(JSONValue.string)
        object["killSelection"] = .string(killSelection.rawValue)
        object["unreachableStrategy"] =
            unreachableStrategy.times.map { times in
                [
                    "inactiveAfterSeconds": .integer(Int64(times.inactiveAfterSeconds)),
                    "expungeAfterSeconds": .integer(Int64(times.expungeAfterSeconds)),
                ]
            } ?? "disabled"
        object["role"] = .string(role)
    }
}

extension AppContainer {
    func json(showsMappings: Bool) -> JSONObject {
        var object: JSONObject = ["type": .string(kind.rawValue)]
        object["docker"] = docker.map { docker in
            var object: JSONObject = ["forcePullImage": .bool(docker.forcePullImage), "image": .string(docker.image)]
            if kind == .docker {
                object["parameters"] = .array(
                    docker.parameters.map { ["key": .string($0.key), "value": .string($0.value)] })
                object["privileged"] = .bool(docker.privileged)
            }
            return .object(object)
        }
        object["linuxInfo"] = linuxInfo
        object["volumes"] = .array(
            volumes.map { volume in
                [
                    "containerPath": .string(volume.containerPath), "hostPath": .string(volume.hostPath),
                    "mode": volume.isReadOnly ? "RO" : "RW",
                ]
            })
        if showsMappings { object["portMappings"] = .array(portMappings.map(\.json)) }
        return object
    }
}

extension PortMapping {
    var json: JSONValue {
        var object: JSONObject = ["containerPort": .integer(Int64(containerPort))]
        object["hostPort"] = hostPort.map { .integer(Int64($0)) }
        object["labels"] = .map(labels)
        object["name"] = name.map(JSONValue.string)
        if !networkNames.isEmpty { object["networkNames"] = .strings(networkNames) }
        object["protocol"] = .string(networkProtocol)
        object["servicePort"] = .integer(Int64(servicePort))
        return .object(object)
    }
}

extension PortDefinition {
    var json: JSONValue {
        var object: JSONObject = ["labels": .map(labels)]
        object["name"] = name.map(JSONValue.string)
        object["port"] = .integer(Int64(port))
        object["protocol"] = .string(networkProtocol)
        return .object(object)
    }
}

extension AppNetwork {
    var json: JSONValue {
        var object = JSONObject()
        if !labels.isEmpty { object["labels"] = .map(labels) }
        object["mode"] = .string(mode.rawValue)
        object["name"] = name.map(JSONValue.string)
        return .object(object)
    }
}

extension FetchURI {
    var json: JSONValue {
        var object: JSONObject = ["uri": .string(uri), "extract": .bool(extract)]
        object["executable"] = .bool(executable)
        object["cache"] = .bool(cache)
        object["destPath"] = destPath.map(JSONValue.string)
        return .object(object)
    }
}

extension AppHealthCheck {
    /// The document of the check.
    public var json: JSONValue {
        var object = JSONObject()
        object["command"] = command.map { ["value": .string($0)] }
        object["gracePeriodSeconds"] = .integer(Int64(gracePeriodSeconds))
        object["ignoreHttp1xx"] = ignoreHttp1xx.map(JSONValue.bool)
        object["intervalSeconds"] = .integer(Int64(intervalSeconds))
        object["maxConsecutiveFailures"] = .integer(Int64(maxConsecutiveFailures))
        object["path"] = path.map(JSONValue.string)
        object["port"] = port.map { .integer(Int64($0)) }
        object["portIndex"] = portIndex.map { .integer(Int64($0)) }
        object["protocol"] = .string(kind.rawValue)
        if kind.needsPort { object["ipProtocol"] = .string(ipProtocol) }
        object["timeoutSeconds"] = .integer(Int64(timeoutSeconds))
        object["delaySeconds"] = .integer(Int64(delaySeconds))
        return .object(object)
    }
}
