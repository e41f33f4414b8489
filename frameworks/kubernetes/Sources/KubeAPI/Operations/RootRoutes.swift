internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeRegistry
internal import KubeStore
internal import NIOCore

// Everything outside the resource tree (spec `kubernetes/01` §1.1).

extension APICore {
    /// The routes, with and without trailing slash.
    var rootRoutes: [Route] {
        [
            get("/") { core, request throws(APIError) in
                Answers.document(core.rootPaths, as: try OutputForm(request, shapes: false))
            },
            get("/version") { core, request throws(APIError) in
                Answers.document(core.configuration.version.document, as: try OutputForm(request, shapes: false))
            },
            get("/api") { core, request throws(APIError) in try core.discovery.answer("/api", request) },
            get("/apis") { core, request throws(APIError) in try core.discovery.answer("/apis", request) },
            get("/api/{version}") { core, request throws(APIError) in try core.discovery.answer(request) },
            get("/apis/{group}") { core, request throws(APIError) in try core.discovery.answer(request) },
            get("/apis/{group}/{version}") { core, request throws(APIError) in try core.discovery.answer(request) },
            get("/metrics") { core, _ in await core.metricsText() },
        ] + HealthReport.endpoints.flatMap(healthRoutes) + openAPIRoutes
    }

    /// A route for GET and HEAD that answers errors as Status and is counted.
    func get(
        _ pattern: String,
        _ handler: @escaping @Sendable (APICore, HTTPRequest) async throws(APIError) -> HTTPResponse
    ) -> Route {
        Route(.any, pattern) { request in
            let started = NIODeadline.now()
            let response: HTTPResponse
            do throws(APIError) {
                var info = RequestInfo(verb: .get, path: String(request.rawPath))
                try self.configuration.gate(&info, request)
                guard request.method == .get || request.method == .head else { throw .methodNotAllowed }
                response = try await handler(self, request)
            } catch {
                response = Answers.failure(error, to: request)
            }
            self.metrics.record(.get, nil, "", code: response.status.code, since: started)
            return response
        }
    }

    /// What servers of 2015 listed besides (K-CMP-33), for clients that compare; nothing is served there.
    private static let earlyPaths = ["/logs/", "/static/", "/swagger-ui/", "/swaggerapi/", "/validate"]

    private var rootPaths: JSONValue {
        let fixed = ["/metrics", "/openapi/v2", "/openapi/v3", "/version"] + Self.earlyPaths
        let health = HealthReport.endpoints.flatMap { endpoint in
            ["/" + endpoint] + healthReport(endpoint).checks.map { "/\(endpoint)/\($0.name)" }
        }
        return ["paths": .array((fixed + health + discovery.paths).sorted().map { .string($0) })]
    }

    // MARK: Health

    private func healthRoutes(_ endpoint: String) -> [Route] {
        [
            get("/" + endpoint) { core, request in
                let query = request.query
                let result = await core.healthReport(endpoint).whole(
                    isVerbose: query.contains("verbose"), excluding: query.values("exclude"))
                return Answers.text(result.text, code: result.code)
            },
            get("/\(endpoint)/{check}") { core, request throws(APIError) in
                let name = request.captures["check"] ?? ""
                guard let result = await core.healthReport(endpoint).single(name) else { throw .noSuchResource }
                return Answers.text(result.text, code: result.code)
            },
        ]
    }

    private func healthReport(_ endpoint: String) -> HealthReport {
        let own = [
            HealthCheck("ping") { nil }, HealthCheck("log") { nil },
            HealthCheck("etcd") { [store = registry.store] in
                do {
                    _ = try await store.revision
                    return nil
                } catch { return "\(error)" }
            },
        ]
        return HealthReport(
            endpoint: endpoint, checks: (own + configuration.healthChecks).filter { $0.endpoints.contains(endpoint) })
    }

    // MARK: Metrics

    private func metricsText() async -> HTTPResponse {
        var text = PrometheusWriter()
        metrics.write(to: &text)
        let counts = inflight.counts
        text.family(
            "apiserver_current_inflight_requests", .gauge, "Requests being worked on, without long-running ones.")
        text.sample("apiserver_current_inflight_requests", "request_kind=\"mutating\"", Double(counts.writes))
        text.sample("apiserver_current_inflight_requests", "request_kind=\"readOnly\"", Double(counts.reads))
        if let size = await registry.store.sizeOnDisk() {
            text.single(
                "apiserver_storage_db_total_size_in_bytes", .gauge, "Bytes the store takes on disk.", Double(size))
        }
        if let revision = try? await registry.store.revision {
            text.single("apiserver_storage_revision", .gauge, "Revision of the last write.", Double(revision))
        }
        let process = ProcessStatistics.read()
        text.single("process_resident_memory_bytes", .gauge, "Memory in use, in bytes.", process.residentBytes)
        text.single("process_virtual_memory_bytes", .gauge, "Address space in use, in bytes.", process.virtualBytes)
        text.single("process_cpu_seconds_total", .counter, "Processor time used, in seconds.", process.cpuSeconds)
        text.single("process_open_fds", .gauge, "Open file descriptors.", process.openFiles)
        return Answers.text(text.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}

extension VersionInfo {
    /// The document of `/version`.
    var document: JSONValue {
        [
            "major": .string(major), "minor": .string(minor), "gitVersion": .string(gitVersion),
            "gitCommit": .string(gitCommit), "gitTreeState": "clean", "buildDate": .string(buildDate),
            "goVersion": .string(compilerVersion), "compiler": "swiftc", "platform": .string(platform),
        ]
    }
}
