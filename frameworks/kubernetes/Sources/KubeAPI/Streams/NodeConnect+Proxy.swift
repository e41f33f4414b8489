internal import HTTPTransport
internal import KubeModel
internal import KubeStreams

/// `proxy` of pods, services and nodes: plain HTTP to an address within the cluster (spec `kubernetes/02` §2.14).
extension NodeConnect {
    func proxyPod(_ info: RequestInfo, _ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try ProxyName(info.name)
        let pod = try await object("pods", info.namespace, name.name)
        let host = pod.text("status", "podIP")
        guard !host.isEmpty else { throw .unavailable("pod \"\(name.name)\" has no address yet") }
        let ports = pod.list("spec", "containers").compactMap { KubeObject($0) }.flatMap { container in
            container.list("ports").compactMap { KubeObject($0) }
        }
        let port: Int64?
        if name.port.isEmpty {
            port = ports.first.flatMap { $0.integer("containerPort") } ?? 80
        } else {
            port = Int64(name.port) ?? ports.first { $0.text("name") == name.port }?.integer("containerPort")
        }
        return try await proxy(info, request, name, host: host, port: port)
    }

    func proxyService(_ info: RequestInfo, _ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try ProxyName(info.name)
        let service = try await object("services", info.namespace, name.name)
        let unavailable = APIError.unavailable("no endpoints available for service \"\(name.name)\"")
        // A port is named as the service names it, by name or number; without one the service must have one port.
        let ports = service.list("spec", "ports").compactMap { KubeObject($0) }
        let wanted = name.port.isEmpty
            ? ports.count == 1 ? ports.first : nil
            : ports.first { $0.text("name") == name.port || $0.integer("port").map { "\($0)" } == name.port }
        guard let wanted else { throw unavailable }
        let endpoints: KubeObject
        do { endpoints = try await object("endpoints", info.namespace, name.name) } catch { throw unavailable }
        var candidates: [(String, Int64)] = []
        for subset in endpoints.list("subsets").compactMap({ KubeObject($0) }) {
            let port = subset.list("ports").compactMap { KubeObject($0) }
                .first { $0.text("name") == wanted.text("name") }?.integer("port")
            guard let port else { continue }
            candidates += subset.list("addresses").compactMap { KubeObject($0)?.text("ip") }.map { ($0, port) }
        }
        guard let (host, port) = candidates.randomElement() else { throw unavailable }
        return try await proxy(info, request, name, host: host, port: port)
    }

    func proxyNode(_ info: RequestInfo, _ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let name = try ProxyName(info.name)
        let (host, own) = try await nodeAddress(name.name)
        return try await proxy(info, request, name, host: host, port: name.port.isEmpty ? Int64(own) : Int64(name.port))
    }

    private func proxy(
        _ info: RequestInfo, _ request: HTTPRequest, _ name: ProxyName, host: String, port: Int64?
    ) async throws(APIError) -> HTTPResponse {
        guard let port, 1...65_535 ~= port else { throw .unavailable("no port \"\(name.port)\" at \"\(name.name)\"") }
        guard !name.isTLS else { throw .unavailable("https is not spoken to \(host):\(port) in this version") }
        let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
        if info.rest.isEmpty, request.method == .get || request.method == .head {
            // Relative links of the page behind work only below a directory.
            return HTTPResponse(HTTPStatus(301), headers: ["Location": info.path + "/" + query])
        }
        let base = String(info.path.dropLast(info.rest.count))
        var headers = Self.passed(request.headers, upgrades: Self.wantsUpgrade(request))
        headers["X-Forwarded-Uri"] = info.path
        headers["X-Forwarded-Host"] = request.headers["host"]
        headers["X-Forwarded-Proto"] = request.isSecure ? "https" : "http"
        if let peer = request.remoteAddress { headers.add("X-Forwarded-For", peer) }
        var upstream = UpstreamRequest(
            host: host, port: Int(port), method: request.method, target: (info.rest.isEmpty ? "/" : info.rest) + query,
            headers: headers, body: request.body)
        let own = "http://\(host):\(port)"
        upstream.adjust = { headers in
            // A redirect within the server behind stays behind the prefix.
            guard let location = headers["Location"] else { return }
            if location.hasPrefix("/"), !location.hasPrefix("//") {
                headers["Location"] = base + location
            } else if location.hasPrefix(own + "/") {
                headers["Location"] = base + location.dropFirst(own.count)
            }
        }
        return try await pass(upstream)
    }
}

/// What a proxy path calls its target: `[scheme:]name[:port]`.
struct ProxyName {
    /// The object.
    var name: String
    /// The port, by name or number; empty when none is given.
    var port = ""
    /// Whether TLS is to be spoken to it.
    var isTLS = false

    /// Reads a segment of a path; 400 when it is of another form.
    init(_ text: String) throws(APIError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: name = parts[0]
        case 2: (name, port) = (parts[0], parts[1])
        case 3 where ["http", "https", ""].contains(parts[0]):
            (isTLS, name, port) = (parts[0] == "https", parts[1], parts[2])
        default: throw .badRequest("invalid proxy request \"\(text)\": expected [scheme:]name[:port]")
        }
        guard !name.isEmpty else { throw .badRequest("invalid proxy request \"\(text)\": expected a name") }
    }
}
