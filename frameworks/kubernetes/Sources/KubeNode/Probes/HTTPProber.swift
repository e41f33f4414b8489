internal import ClusterBase
internal import HTTPTransport
internal import KubeletCore

/// Sends the HTTP requests of probes and hooks: no certificates are checked, redirects are followed on the same host.
final class HTTPProber: Sendable {
    private static let redirectLimit = 10
    private static let late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"

    private let pool: HTTPClientPool
    private let bodyLimit: Int

    init(bodyLimit: Int) throws {
        var configuration = HTTPClientConfiguration()
        configuration.trust.verifiesCertificates = false
        // A connection that is kept would speak for a server that takes no new ones.
        configuration.idleTimeout = .seconds(1)
        configuration.connectionsPerHost = 1_024
        pool = try HTTPClientPool(configuration)
        self.bodyLimit = bodyLimit
    }

    func shutdown() async { await pool.shutdown() }

    /// Asks, and judges the answer's status.
    func get(
        _ request: HTTPRequestView, address: String, port: Int, timeout: Duration
    ) async -> ProbeOutcome {
        let host = request.host.isEmpty ? address : request.host
        let origin = (request.isSecure ? "https" : "http") + "://" + TCPProber.authority(host, port)
        return await withTaskGroup(of: ProbeOutcome?.self) { group in
            group.addTask { await self.follow(origin, request, host: host, timeout: timeout) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return (await group.next() ?? nil) ?? .failure("Get \"\(origin)\(request.path)\": \(Self.late)")
        }
    }

    private func follow(
        _ origin: String, _ request: HTTPRequestView, host: String, timeout: Duration
    ) async -> ProbeOutcome {
        var url = origin + request.path
        for _ in 0...Self.redirectLimit {
            let answer: (status: Int, location: String?, body: [UInt8])
            do { answer = try await send(url, request, timeout: timeout) } catch {
                return .failure("Get \"\(url)\": \(Self.words(error, url: url))")
            }
            if let location = answer.location, (300..<400).contains(answer.status) {
                guard let here = WebAddress(url), let next = here.resolve(location), next.host == here.host else {
                    let body = String(decoding: answer.body, as: UTF8.self)
                    return .warning("Probe terminated redirects, Response body: " + body)
                }
                url = next.text
                continue
            }
            return (200..<400).contains(answer.status)
                ? .success
                : .failure("HTTP probe failed with statuscode: \(answer.status)")
        }
        return .failure("Get \"\(url)\": stopped after 10 redirects")
    }

    private func send(
        _ url: String, _ request: HTTPRequestView, timeout: Duration
    ) async throws -> (status: Int, location: String?, body: [UInt8]) {
        var headers: HeaderFields = ["Connection": "close"]
        for header in request.headers { headers.add(header.name, header.value) }
        if headers["User-Agent"] == nil { headers["User-Agent"] = "kube-probe/1.20" }
        if headers["Accept"] == nil { headers["Accept"] = "*/*" }
        let response = try await pool.stream(ClientRequest(.get, url, headers: headers, timeout: timeout))
        var body: [UInt8] = []
        for try await part in response.body {
            body += part.prefix(bodyLimit - body.count)
            if body.count >= bodyLimit { break }
        }
        return (response.status.code, response.headers["Location"], body)
    }

    /// What went wrong, in the words that Go's client has for it.
    private static func words(_ error: any Error, url: String) -> String {
        guard let error = error as? ClusterError else { return "\(error)" }
        if error.code == .timeout { return late }
        let cause = error.cause.map { "\($0)" } ?? error.message
        guard let address = WebAddress(url) else { return cause }
        return TCPProber.dialled(address.authority, cause)
    }
}
