internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import MarathonCore
internal import MarathonModel

/// Answers requests about Marathon itself: queue, info, leader, events, metrics (spec `marathon` §1.7, §1.8, §6.1).
struct SystemHandlers: Sendable {
    let backend: any MarathonBackend

    @Sendable func queue(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.requireJSONAccepted()
        let items = await backend.view { core, now in core.queue.map { QueueRendering.json($0, now) } }
        return .json(["queue": .array(items)])
    }

    @Sendable func resetDelay(_ request: HTTPRequest) async throws -> HTTPResponse {
        _ = try await backend.submit(.resetDelay(request.appID))
        return HTTPResponse(.noContent)
    }

    @Sendable func info(_ request: HTTPRequest) async throws -> HTTPResponse {
        try request.requireJSONAccepted()
        let frameworkID = await backend.view { core, _ in core.frameworkID }
        return .json(InfoRendering.json(backend.info, frameworkID: frameworkID))
    }

    @Sendable func leader(_ request: HTTPRequest) async throws -> HTTPResponse {
        .json(["leader": .string(backend.info.address)])
    }

    @Sendable func ping(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.accept.allows("text/plain") || request.accept.allows("text/html") { return .text("pong") }
        return request.accept.allows(.json) ? .json("pong") : HTTPResponse(.noContent)
    }

    @Sendable func events(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.headers.contains("accept"), request.accept.allows("text/event-stream") else {
            throw APIError(.notAcceptable, "Not Acceptable")
        }
        // A client that falls 1,024 events behind must connect again and re-read the state.
        let stream = ResponseStream(limits: .init(chunks: 1_024, bytes: 16 << 20))
        await backend.subscribe(
            stream, types: request.query.values("event_type"), client: request.remoteAddress ?? "")
        return HTTPResponse(.ok, headers: ["Content-Type": "text/event-stream"], body: .stream(stream))
    }

    @Sendable func metrics(_ request: HTTPRequest) async throws -> HTTPResponse {
        let gauges = await backend.view { core, _ in
            let counts = TaskCounts(core.instances.values)
            return [
                ("marathon.apps.active.gauge", core.allApps.count),
                ("marathon.deployments.active.gauge", core.runningDeployments.count),
                ("marathon.instances.running.gauge", counts.running),
                ("marathon.instances.staged.gauge", counts.staged),
            ]
        }
        var object = JSONObject()
        for (name, value) in gauges { object[name] = ["value": .integer(Int64(value))] }
        return .json([
            "version": "4.0.0", "gauges": .object(object), "counters": [:], "histograms": [:], "meters": [:],
            "timers": [:],
        ])
    }
}

/// Writes the launch queue (spec `marathon` §1.7, A.5).
enum QueueRendering {
    static func json(_ entry: QueueEntry, _ now: Instant) -> JSONValue {
        let statistics = entry.statistics
        let left = entry.readyAt.map { max(0, Int64(($0 - now).totalSeconds.rounded(.up))) } ?? 0
        var summary: JSONObject = [
            "processedOffersCount": .integer(Int64(statistics.processed)),
            "unusedOffersCount": .integer(Int64(statistics.unused)),
        ]
        summary["lastUnusedOfferAt"] = statistics.lastUnused.map { .string(Timestamp($0).description) }
        summary["lastUsedOfferAt"] = statistics.lastUsed.map { .string(Timestamp($0).description) }
        var latest: [RejectReason: Int] = [:]
        for reason in statistics.latest.values.compactMap({ $0 }) { latest[reason, default: 0] += 1 }
        summary["rejectSummaryLastOffers"] = funnel(latest, of: statistics.latest.count)
        summary["rejectSummaryLaunchAttempt"] = funnel(statistics.attempt, of: statistics.processed)
        return [
            "count": .integer(Int64(entry.count)),
            "delay": ["timeLeftSeconds": .integer(left), "overdue": .bool(entry.readyAt == nil)],
            "since": .string(Timestamp(entry.since).description), "processedOffersSummary": .object(summary),
            "app": .object(entry.app.json),
        ]
    }

    /// Each reason sees what the earlier ones let through.
    private static func funnel(_ declined: [RejectReason: Int], of offers: Int) -> JSONValue {
        var processed = offers
        return .array(
            RejectReason.allCases.map { reason in
                let count = declined[reason] ?? 0
                defer { processed -= count }
                return [
                    "reason": .string(reason.rawValue), "declined": .integer(Int64(count)),
                    "processed": .integer(Int64(processed)),
                ]
            })
    }
}

/// Writes `/v2/info`; strict clients know these keys and no others (spec `marathon` §1.8, §13.1).
enum InfoRendering {
    static func json(_ info: MarathonInfo, frameworkID: FrameworkID?) -> JSONValue {
        [
            "name": "marathon", "version": .string(info.version), "buildref": "unknown", "elected": true,
            "leader": .string(info.address), "frameworkId": frameworkID.map { .string($0.value) } ?? .null,
            "marathon_config": [
                "master": .string(info.master), "framework_name": .string(info.frameworkName),
                "failover_timeout": .integer(Int64(info.failoverTimeoutSeconds)), "ha": .bool(info.zk != nil),
                "checkpoint": true, "local_port_min": 10_000, "local_port_max": 20_000, "executor": "//cmd",
                "hostname": .string(info.hostname), "webui_url": info.webuiURL.map { .string($0) } ?? .null,
                "mesos_role": .null, "mesos_user": .string(info.user), "features": [], "default_network_name": .null,
                "env_vars_prefix": .null, "task_launch_timeout": 300_000, "task_launch_confirm_timeout": 300_000,
                "reconciliation_interval": 600_000, "decline_offer_duration": 120_000,
            ],
            "zookeeper_config": ["zk": info.zk.map { .string($0) } ?? .null],
            "http_config": ["http_port": .integer(Int64(info.httpPort)), "https_port": .null],
        ]
    }
}
