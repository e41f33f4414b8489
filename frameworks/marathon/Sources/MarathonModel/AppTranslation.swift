internal import ClusterBase

/// Rewrites deprecated fields of a submitted app or update to the canonical ones (spec `marathon` §2.5 steps 1–4).
///
/// Works on the document, so that updates are translated in exactly the fields they have. Defaults come later, in
/// `AppSpec.complete`.
enum AppTranslation {
    static func canonical(_ submitted: JSONObject) throws(SpecError) -> JSONObject {
        var app = submitted
        for (key, value) in submitted where value.isNull { app[key] = nil }
        try checkConflicts(app)
        translateURIs(&app)
        try translateNetworks(&app)
        translateContainer(&app)
        if let ports = app["ports"]?.array, app["portDefinitions"] == nil {
            app["portDefinitions"] = .array(ports.map { ["port": $0] })
        }
        for key in ["ports", "ipAddress", "uris"] { app[key] = nil }
        return app
    }

    private static func checkConflicts(_ app: JSONObject) throws(SpecError) {
        var log = ProblemLog()
        let docker = app["container"]?["docker"]
        if isFilled(app["uris"]), isFilled(app["fetch"]) {
            log.add("/uris", "may not be set in conjunction with fetch")
        }
        if app["networks"] != nil, docker?["network"].map({ !$0.isNull }) == true {
            log.add("/container/docker/network", "may not be set in conjunction with networks")
        }
        if app["networks"] != nil, app["ipAddress"] != nil {
            log.add("/ipAddress", "may not be set in conjunction with networks")
        }
        if app["ipAddress"] != nil, isFilled(app["ports"]) || isFilled(app["portDefinitions"]) {
            log.add("/ipAddress", "may not be set in conjunction with ports or portDefinitions")
        }
        if let ports = app["ports"]?.array, let definitions = app["portDefinitions"]?.array,
            ports.map(\.integer) != definitions.map({ $0["port"]?.integer ?? 0 })
        {
            log.add("/ports", "ports must be equal to the ports of portDefinitions")
        }
        if isFilled(docker?["portMappings"]), isFilled(app["container"]?["portMappings"]) {
            log.add("/container/docker/portMappings", "may not be set in conjunction with container.portMappings")
        }
        if docker?["credential"].map({ !$0.isNull }) == true {
            log.add("/container/docker/credential", "must be undefined")
        }
        if app["container"]?["type"]?.string == "MESOS" {
            for key in ["network", "parameters", "portMappings"] where isFilled(docker?[key]) {
                log.add("/container/docker/\(key)", "must be empty")
            }
        }
        try log.check(.invalid)
    }

    private static func isFilled(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null: false
        case .array(let elements): !elements.isEmpty
        default: true
        }
    }

    private static func translateURIs(_ app: inout JSONObject) {
        guard app["fetch"] == nil, let uris = app["uris"]?.array else { return }
        app["fetch"] = .array(uris.map { ["uri": $0, "extract": .bool($0.string.map(isArchive) ?? false)] })
    }

    static func isArchive(_ uri: String) -> Bool {
        let path = uri.prefix { $0 != "?" && $0 != "#" }
        return [".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".gz", ".tgz", ".tbz2", ".txz", ".zip"].contains {
            path.hasSuffix($0)
        }
    }

    private static func translateNetworks(_ app: inout JSONObject) throws(SpecError) {
        guard app["networks"] == nil else { return }
        let address = app["ipAddress"]?.object
        var network: JSONObject
        switch app["container"]?["docker"]?["network"]?.string {
        case "HOST"?: network = ["mode": "host"]
        case "BRIDGE"?: network = ["mode": "container/bridge"]
        case "USER"?:
            network = ["mode": "container"]
            network["name"] = address?["networkName"]
        case "NONE"?: throw .invalid("/container/docker/network", "NONE is no longer supported")
        case let other?:
            throw SpecError(
                .malformed,
                [
                    .init(
                        path: "/container/docker/network", errors: ["error.unknown.enum.literal: \(other)"])
                ])
        case nil:
            guard let address else { return }
            network = ["mode": "container"]
            network["name"] = address["networkName"]
        }
        if let labels = address?["labels"], network["mode"] != "host" { network["labels"] = labels }
        app["networks"] = [.object(network)]
    }

    private static func translateContainer(_ app: inout JSONObject) {
        if app["container"] == nil, app["ipAddress"] != nil { app["container"] = ["type": "MESOS", "volumes": []] }
        guard var container = app["container"]?.object else { return }
        if var docker = container["docker"]?.object {
            if let mappings = docker["portMappings"], !mappings.isNull, container["portMappings"] == nil {
                container["portMappings"] = mappings
            }
            for key in ["portMappings", "network"] { docker[key] = nil }
            container["docker"] = .object(docker)
        }
        if let ports = app["ipAddress"]?["discovery"]?["ports"]?.array, container["portMappings"] == nil {
            container["portMappings"] = .array(
                ports.map { port in
                    var mapping = port.object ?? JSONObject()
                    mapping["containerPort"] = mapping["number"]
                    mapping["number"] = nil
                    return .object(mapping)
                })
        }
        app["container"] = .object(container)
    }
}
