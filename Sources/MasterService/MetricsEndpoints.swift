internal import ClusterBase
internal import HTTPTransport
internal import MasterCore
internal import NIOConcurrencyHelpers

/// `/metrics/snapshot` and `/metrics` (spec `mesos/10`).
struct MetricsEndpoints: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] { [Route(.get, "/metrics/snapshot", snapshot), Route(.get, "/metrics", prometheus)] }

    /// Names and numbers; with `timeout` without those that are not known in time.
    @Sendable private func snapshot(_ request: HTTPRequest) async throws -> HTTPResponse {
        var limit: Duration?
        if let text = request.query["timeout"] {
            guard let duration = UnitText.duration(text) else {
                let problem = "Invalid timeout '\(text)': expected a duration such as 15secs or 10mins.\n"
                return .error(.badRequest, problem)
            }
            limit = duration
        }
        var object = JSONObject()
        for (name, value) in try await endpoints.allMetrics(within: limit) { object[name] = .double(value) }
        return .json(JSONValue.object(object).bytes, for: request)
    }

    @Sendable private func prometheus(_ request: HTTPRequest) async throws -> HTTPResponse {
        var response = HTTPResponse.text(PrometheusText.document(try await endpoints.allMetrics(within: nil)))
        response.headers["content-type"] = PrometheusWriter.contentType
        return response
    }
}

extension MasterEndpoints {
    /// The core's metrics and those of the process, by name (spec `mesos/10`).
    ///
    /// - Parameter limit: how long to wait for the core; nil = until it answers.
    func allMetrics(within limit: Duration?) async throws -> [(name: String, value: Double)] {
        // What waits is looked at first: nothing that waits now does when the core has answered.
        let (backlog, queued) = (driver.backlog, driver.metrics.queuedRecords.withLockedValue { $0 })
        let view = try await coreMetrics(within: limit)
        let (core, oldestOffer) = (view?.rows ?? [], view?.state.oldestOffer)
        let now = driver.now
        var process: [(name: String, value: Double)] = [
            ("master/elected", leadership.isLeading ? 1 : 0),
            ("master/uptime_secs", (now - startTime).totalSeconds),
            ("master/event_queue_messages", Double(backlog.messages)),
            ("master/event_queue_dispatches", Double(backlog.own)),
            ("master/event_queue_http_requests", Double(reads.waiting)),
            ("master/http_cache_hits", Double(reads.hits)),
            ("master/operator_event_stream_subscribers", Double(driver.operators.count)),
            ("master/oldest_offer_secs", oldestOffer.map { max(0, (now - $0).totalSeconds) } ?? 0),
            ("registrar/queued_operations", Double(queued)),
        ]
        if let size = await driver.registrySize { process.append(("registrar/registry_size_bytes", Double(size))) }
        let dropped = driver.limiter.dropped
        for (principal, calls) in view?.processedCalls ?? [:] {
            let received = Double(calls + (dropped[principal] ?? 0))
            process.append(("frameworks/\(principal)/messages_received", received))
        }
        let system = SystemStatistics.read().metrics
        var seen = Set<String>()
        let all = core + process + driver.metrics.rows + system
        return all.filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
    }

    private func coreMetrics(within limit: Duration?) async throws -> MetricsView? {
        guard leadership.isLeading else { return nil }
        guard let limit else { return try await driver.read { $0.metricsView } }
        return await driver.read(within: limit) { $0.metricsView }
    }
}
