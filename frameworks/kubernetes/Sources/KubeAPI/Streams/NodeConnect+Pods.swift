internal import HTTPTransport
internal import KubeModel
internal import KubeStreams

/// `log`, `exec`, `attach` and `portforward` of pods.
extension NodeConnect {
    func log(_ info: RequestInfo, _ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let query = request.query
        guard query["sinceSeconds"] == nil || query["sinceTime"] == nil else {
            let error = FieldError.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")
            throw .invalid(GroupVersionKind(.v1, "PodLogOptions"), "", [error])
        }
        let pod = try await object("pods", info.namespace, info.name)
        let container = try Self.container(of: pod, named: query["container"] ?? "")
        // A pod that is on no node has said nothing yet.
        guard !pod.text("spec", "nodeName").isEmpty else { return Answers.text("") }
        let names = ["follow", "previous", "sinceSeconds", "sinceTime", "timestamps", "tailLines", "limitBytes"]
        let items = names.compactMap { name in query[name].map { (name, $0) } }
        var upstream = try await node(
            of: pod, "/containerLogs/\(Self.path(pod))/\(Self.escaped(container))", items, request)
        upstream.collectsErrors = true
        return try Self.checked(try await pass(upstream))
    }

    func command(
        _ verb: String, _ info: RequestInfo, _ request: HTTPRequest
    ) async throws(APIError) -> HTTPResponse {
        let query = request.query
        let pod = try await object("pods", info.namespace, info.name)
        let container = try Self.container(of: pod, named: query["container"] ?? "")
        try Self.requireNode(pod)
        guard Self.wantsUpgrade(request) else { throw .badRequest("Upgrade request required") }
        var items = query.values("command").map { ("command", $0) }
        for (name, theirs) in [("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")]
        where query[name].map({ QueryText.flag($0) ?? false }) ?? false {
            items.append((theirs, "1"))
        }
        return try await pass(
            await node(of: pod, "/\(verb)/\(Self.path(pod))/\(Self.escaped(container))", items, request))
    }

    func forward(_ info: RequestInfo, _ request: HTTPRequest) async throws(APIError) -> HTTPResponse {
        let pod = try await object("pods", info.namespace, info.name)
        try Self.requireNode(pod)
        guard Self.wantsUpgrade(request) else { throw .badRequest("Upgrade request required") }
        let ports = request.query.values("ports").flatMap { $0.split(separator: ",") }.map { ("port", String($0)) }
        return try await pass(await node(of: pod, "/portForward/\(Self.path(pod))", ports, request))
    }

    /// A request to the node that a pod is on.
    private func node(
        of pod: KubeObject, _ path: String, _ items: [(String, String)], _ request: HTTPRequest
    ) async throws(APIError) -> UpstreamRequest {
        let (host, port) = try await nodeAddress(pod.text("spec", "nodeName"))
        let query = items.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
        return UpstreamRequest(
            host: host, port: port, method: request.method, target: query.isEmpty ? path : path + "?" + query,
            headers: Self.passed(request.headers, upgrades: Self.wantsUpgrade(request)), body: request.body)
    }

    /// Where a node's API listens: its internal address, else any other, and the port it tells (10250 when none).
    func nodeAddress(_ name: String) async throws(APIError) -> (host: String, port: Int) {
        let node = try await object("nodes", "", name)
        let addresses = node.list("status", "addresses").compactMap(KubeObject.init)
        for type in ["InternalIP", "ExternalIP", "LegacyHostIP", "Hostname"] {
            guard let address = addresses.first(where: { $0.text("type") == type })?.text("address") else { continue }
            let port = node.integer("status", "daemonEndpoints", "kubeletEndpoint", "Port") ?? 0
            return (address, port == 0 ? 10_250 : Int(clamping: port))
        }
        throw .internalError("no preferred addresses found for node \"\(name)\"")
    }

    /// The container meant: the one named, or the only one.
    ///
    /// Errors as upstream words them.
    private static func container(of pod: KubeObject, named name: String) throws(APIError) -> String {
        func names(_ list: String) -> [String] {
            pod.list("spec", list).compactMap { KubeObject($0)?.text("name") }
        }
        let (containers, inits) = (names("containers"), names("initContainers"))
        if name.isEmpty {
            if containers.count == 1 { return containers[0] }
            var words = "a container name must be specified for pod \(pod.name), choose one of: "
            words += "[" + containers.joined(separator: " ") + "]"
            if !inits.isEmpty { words += " or one of the init containers: [" + inits.joined(separator: " ") + "]" }
            throw .badRequest(words)
        }
        guard (containers + inits + names("ephemeralContainers")).contains(name) else {
            throw .badRequest("container \(name) is not valid for pod \(pod.name)")
        }
        return name
    }

    private static func requireNode(_ pod: KubeObject) throws(APIError) {
        guard pod.text("spec", "nodeName").isEmpty else { return }
        throw .badRequest("pod \(pod.name) does not have a host assigned")
    }

    /// A node's refusal as the Status that clients parse, with the node's words; any other answer as it is.
    private static func checked(_ response: HTTPResponse) throws(APIError) -> HTTPResponse {
        guard response.status.code >= 400, case .bytes(let text) = response.body else { return response }
        let words = String(decoding: text, as: UTF8.self)
        throw reasons[response.status.code].map { APIError(response.status.code, $0, words) } ?? .internalError(words)
    }

    private static let reasons = [400: "BadRequest", 403: "Forbidden", 404: "NotFound", 503: "ServiceUnavailable"]

    /// Namespace and name as the node's paths have them.
    private static func path(_ pod: KubeObject) -> String { "\(escaped(pod.namespace))/\(escaped(pod.name))" }

    /// Percent-encodes everything but unreserved characters.
    static func escaped(_ text: String) -> String { PercentCoding.encode(text) }

    /// Whether a client wants to change the protocol.
    static func wantsUpgrade(_ request: HTTPRequest) -> Bool {
        request.headers.list("connection").contains { $0.lowercased() == "upgrade" }
    }

    /// The fields of a request that are passed on.
    static func passed(_ headers: HeaderFields, upgrades: Bool) -> HeaderFields {
        var passed = HeaderFields()
        for (name, value) in headers {
            let lower = name.lowercased()
            guard !["host", "content-length", "authorization", "expect"].contains(lower) else { continue }
            let isHop = UpstreamRequest.connectionFields.contains(lower)
            if !isHop || upgrades && (lower == "connection" || lower == "upgrade") { passed.add(name, value) }
        }
        return passed
    }
}
