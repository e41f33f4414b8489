internal import ClusterBase
internal import KubeModel

/// Rules of ports, name resolution and hosts files.
enum NetworkRules {
    /// The ports a container listens at.
    static func containerPorts(_ list: FieldView) -> [FieldError] {
        var names: Set<String> = []
        return list.elements.flatMap { port in
            let (name, number, host) = (port["name"], port["containerPort"], port["hostPort"])
            var errors = name.checkOptional(NameRules.portName)
            if errors.isEmpty, !name.isEmpty, !names.insert(name.text).inserted { errors.append(name.duplicate()) }
            errors += number.integer ?? 0 == 0 ? [number.required()] : number.checkNumber(NameRules.portNumber)
            if host.integer != 0 { errors += host.checkNumber(NameRules.portNumber) }
            return errors + port["protocol"].oneOf(["SCTP", "TCP", "UDP"])
        }
    }

    /// No two containers lead the same port of the node to themselves.
    static func hostPortConflicts(_ containers: [FieldView]) -> [FieldError] {
        var taken: Set<String> = []
        return containers.flatMap { $0["ports"].elements }.compactMap { port in
            guard let number = port["hostPort"].integer, number != 0 else { return nil }
            let claim = "\(port["protocol"].text)/\(port["hostIP"].text)/\(number)"
            return taken.insert(claim).inserted ? nil : .duplicate(port["hostPort"].path, .string(claim))
        }
    }

    /// In the node's network a container's ports are the node's.
    static func hostNetworkPorts(_ spec: FieldView) -> [FieldError] {
        guard spec["hostNetwork"].flag else { return [] }
        return spec["containers"].elements.flatMap { $0["ports"].elements }.compactMap { port in
            let number = port["containerPort"]
            let isSame = port["hostPort"].integer ?? 0 == number.integer ?? 0
            return isSame ? nil : number.invalid("must match `hostPort` when `hostNetwork` is true")
        }
    }

    /// Lines for the hosts file.
    static func hostAliases(_ list: FieldView) -> [FieldError] {
        list.elements.flatMap { alias in
            let ip = alias["ip"].at(list.path.child("ip"))
            let names = list.path.child("hostnames")
            return self.ip(ip)
                + alias["hostnames"].elements.flatMap { $0.at(names).check(NameRules.dns1123Subdomain) }
        }
    }

    private static let maximumNameservers = 3
    private static let maximumSearches = 6
    private static let maximumSearchCharacters = 256

    /// How names are resolved, beside `dnsPolicy`.
    static func dnsConfig(_ spec: FieldView) -> [FieldError] {
        let config = spec["dnsConfig"]
        let (servers, searches) = (config["nameservers"], config["searches"])
        if spec["dnsPolicy"].text == "None" {
            if !config.isPresent { return [config.required("must provide `dnsConfig` when `dnsPolicy` is None")] }
            if servers.texts.isEmpty {
                return [servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None")]
            }
        }
        var errors: [FieldError] = []
        if servers.texts.count > maximumNameservers {
            errors.append(invalid(servers, "must not have more than \(maximumNameservers) nameservers"))
        }
        errors += servers.elements.flatMap(ip)
        if searches.texts.count > maximumSearches {
            errors.append(invalid(searches, "must not have more than \(maximumSearches) search paths"))
        }
        if searches.texts.joined(separator: " ").utf8.count > maximumSearchCharacters {
            let detail = "must not have more than 256 characters (including spaces) in the search list"
            errors.append(invalid(searches, detail))
        }
        for search in searches.elements {
            let domain = search.text.hasSuffix(".") ? String(search.text.dropLast()) : search.text
            errors += FieldView(.string(domain), search.path).check(NameRules.dns1123Subdomain)
        }
        return errors
            + config["options"].elements.filter { $0["name"].isEmpty }.map { $0.required("must not be empty") }
    }

    private static func invalid(_ list: FieldView, _ detail: String) -> FieldError {
        .invalid(list.path, shown: GoText.list(list.texts), detail)
    }

    private static func ip(_ address: FieldView) -> [FieldError] {
        IPAddress(address.text) == nil
            ? [.invalid(address.path, .string(address.text), "must be valid IP address")] : []
    }
}
