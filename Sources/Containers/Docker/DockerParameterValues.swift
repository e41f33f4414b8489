internal import ClusterBase

/// The options of `docker run` whose values have a form of their own.
enum DockerParameterValues {
    /// A size in bytes: a number with `b`, `k`, `m`, `g` or `t` (powers of 1024); -1 stays.
    static func bytes(_ text: String) -> Int64? {
        if text == "-1" { return -1 }
        var digits = text.lowercased()[...]
        if digits.hasSuffix("ib") {
            digits = digits.dropLast(2)
        } else if digits.hasSuffix("b") {
            digits = digits.dropLast()
        }
        let shifts: [Character: Double] = ["k": 1024, "m": 1_048_576, "g": 1_073_741_824, "t": 1_099_511_627_776]
        var factor = 1.0
        if let last = digits.last, let shift = shifts[last] { (factor, digits) = (shift, digits.dropLast()) }
        guard let number = Double(digits), number >= 0, number * factor < 9e18 else { return nil }
        return Int64(number * factor)
    }

    /// `source:target[:mode]`, or a path alone (an anonymous volume).
    static let volume: DockerParameters.Row = { value, request in
        if value.contains(":") {
            request.append("Binds", value)
        } else {
            guard value.hasPrefix("/") else { return "not an absolute path" }
            var volumes = request.config["Volumes"]?.object ?? JSONObject()
            volumes[value] = [:]
            request.config["Volumes"] = .object(volumes)
        }
        return nil
    }

    /// The network's name or mode; it replaces the one of the container's description.
    static let network: DockerParameters.Row = { value, request in
        if request.hasNetworkParameter { return "only one network can be chosen" }
        request.hasNetworkParameter = true
        request.host["NetworkMode"] = .string(value)
        return value.isEmpty ? "empty" : nil
    }

    /// A fixed address in the joined network.
    static func address(_ key: String) -> DockerParameters.Row {
        { value, request in
            var addresses = request.endpoint["IPAMConfig"]?.object ?? JSONObject()
            addresses[key] = .string(value)
            request.endpoint["IPAMConfig"] = .object(addresses)
            return nil
        }
    }

    /// `[[address:][hostPort]:]containerPort[/protocol]`, ports also as ranges of equal length.
    static let publish: DockerParameters.Row = { value, request in
        let halves = value.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let name = halves.count == 2 ? protocolName(halves[1]) : "tcp" else {
            return "no such protocol"
        }
        var parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let inside = ports(parts.removeLast()) else { return "not a port" }
        let outside = parts.popLast() ?? ""
        let address = parts.joined(separator: ":").filter { $0 != "[" && $0 != "]" }
        if outside.isEmpty {
            for port in inside { request.publish(address: address, hostPort: "", "\(port)/\(name)") }
            return nil
        }
        guard let onHost = ports(outside) else { return "not a port" }
        if inside.count == 1 {
            request.publish(address: address, hostPort: outside, "\(inside.lowerBound)/\(name)")
            return nil
        }
        guard inside.count == onHost.count else { return "the ranges differ in length" }
        for (port, hostPort) in zip(inside, onHost) {
            request.publish(address: address, hostPort: "\(hostPort)", "\(port)/\(name)")
        }
        return nil
    }

    /// `port[-port][/protocol]`.
    static let expose: DockerParameters.Row = { value, request in
        let halves = value.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let name = halves.count == 2 ? protocolName(halves[1]) : "tcp",
            let range = ports(String(halves[0]))
        else { return "not a port" }
        for port in range { request.expose("\(port)/\(name)") }
        return nil
    }

    /// `host[:container[:permissions]]`.
    static let device: DockerParameters.Row = { value, request in
        let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), !parts[0].isEmpty else { return "not a device" }
        var (inside, permissions) = (parts[0], "rwm")
        if parts.count == 3 { (inside, permissions) = (parts[1], parts[2]) }
        if parts.count == 2 {
            if parts[1].allSatisfy({ "rwm".contains($0) }) { permissions = parts[1] } else { inside = parts[1] }
        }
        request.append(
            "Devices",
            value: [
                "PathOnHost": .string(parts[0]), "PathInContainer": .string(inside),
                "CgroupPermissions": .string(permissions),
            ])
        return nil
    }

    /// `name=soft[:hard]`.
    static let ulimit: DockerParameters.Row = { value, request in
        let (name, limits) = DockerParameters.pair(value)
        let numbers = limits.split(separator: ":").map { Int64($0) }
        guard (1...2).contains(numbers.count), let soft = numbers[0], let hard = numbers[numbers.count - 1] else {
            return "not of the form name=soft:hard"
        }
        request.append("Ulimits", value: ["Name": .string(name), "Soft": .integer(soft), "Hard": .integer(hard)])
        return nil
    }

    /// `no`, `always`, `unless-stopped` or `on-failure[:times]`.
    static let restart: DockerParameters.Row = { value, request in
        let parts = value.split(separator: ":").map(String.init)
        guard let name = parts.first, ["no", "always", "unless-stopped", "on-failure"].contains(name) else {
            return "no such policy"
        }
        var policy: JSONObject = ["Name": .string(name)]
        if parts.count == 2 {
            guard name == "on-failure", let times = Int64(parts[1]) else { return "not a number of times" }
            policy["MaximumRetryCount"] = .integer(times)
        }
        request.host["RestartPolicy"] = .object(policy)
        return nil
    }

    /// One word; empty takes the image's entry point away.
    static let entrypoint: DockerParameters.Row = { value, request in
        request.config["Entrypoint"] = .array([.string(value)])
        return nil
    }

    /// `type=bind|volume|tmpfs,source=…,target=…[,readonly]`.
    static let mount: DockerParameters.Row = { value, request in
        var mount: JSONObject = ["Type": "volume"]
        for part in value.split(separator: ",").map(String.init) {
            let (key, text) = DockerParameters.pair(part)
            switch key {
            case "type": mount["Type"] = .string(text)
            case "source", "src": mount["Source"] = .string(text)
            case "target", "destination", "dst": mount["Target"] = .string(text)
            case "readonly", "ro": mount["ReadOnly"] = .bool(text.isEmpty || text == "true" || text == "1")
            case "bind-propagation": mount["BindOptions"] = ["Propagation": .string(text)]
            default: return "unsupported part '\(key)'"
            }
        }
        request.append("Mounts", value: .object(mount))
        return mount["Target"] == nil ? "no target" : nil
    }

    /// `all` or a number of GPUs.
    static let gpus: DockerParameters.Row = { value, request in
        guard let count = value == "all" ? -1 : Int64(value) else { return "neither 'all' nor a number" }
        request.append("DeviceRequests", value: ["Count": .integer(count), "Capabilities": [["gpu"]]])
        return nil
    }

    /// `path:amount`.
    static func rate(_ key: String, amount: String = "Rate") -> DockerParameters.Row {
        { value, request in
            guard let colon = value.lastIndex(of: ":"), let number = bytes(String(value[value.index(after: colon)...]))
            else {
                return "not of the form path:amount"
            }
            request.append(key, value: ["Path": .string(String(value[..<colon])), amount: .integer(number)])
            return nil
        }
    }

    /// Sets one field of the container's own health check.
    static func health(_ request: inout DockerRunRequest, _ key: String, _ value: JSONValue) -> String? {
        var check = request.config["Healthcheck"]?.object ?? JSONObject()
        check[key] = value
        request.config["Healthcheck"] = .object(check)
        return nil
    }

    /// A duration such as `1m30s` of the container's own health check.
    static func healthDuration(_ key: String) -> DockerParameters.Row {
        { value, request in
            guard let nanoseconds = nanoseconds(value) else { return "not a duration" }
            return health(&request, key, .integer(nanoseconds))
        }
    }

    /// A duration in Go's form.
    static func nanoseconds(_ text: String) -> Int64? {
        let units: [(String, Double)] = [("ns", 1), ("us", 1e3), ("ms", 1e6), ("h", 3.6e12), ("m", 6e10), ("s", 1e9)]
        var (rest, total) = (text[...], 0.0)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest[digits.endIndex...]
            guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
                return nil
            }
            total += number * unit.1
            rest = rest.dropFirst(unit.0.count)
        }
        return text.isEmpty || total > 9e18 ? nil : Int64(total)
    }

    private static func protocolName(_ text: Substring) -> String? {
        let name = text.lowercased()
        return ["tcp", "udp", "sctp"].contains(name) ? name : nil
    }

    private static func ports(_ text: String) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
            return nil
        }
        return first...last
    }
}
