internal import ClusterBase

/// An explanation as text for people; the keys are those of the master's `/explain`.
enum ExplanationText {
    static func lines(_ explanation: JSONValue) -> String {
        var text = "\(explanation["subject"]?.string ?? "") \(explanation["verdict"]?.string ?? "")\n"
        let reasons = (explanation["reasons"]?.array ?? []).map { reason in
            [reason["count"]?.integer.map { "\($0)" } ?? "-", reason["text"]?.string ?? ""]
        }
        let figures = (explanation["figures"]?.array ?? []).map { figure in
            [figure["name"]?.string ?? "", figure["value"]?.string ?? ""]
        }
        text += TextTable(rows: reasons, indent: "  ").text
        if !reasons.isEmpty, !figures.isEmpty { text += "\n" }
        text += TextTable(rows: figures, indent: "  ").text
        return text
    }

    static func reason(_ cause: String, _ text: String, count: Int64? = nil) -> JSONValue {
        var object: JSONObject = ["cause": .string(cause), "text": .string(text)]
        if let count { object["count"] = .integer(count) }
        return .object(object)
    }

    static func figure(_ name: String, _ value: String) -> JSONValue {
        ["name": .string(name), "value": .string(value)]
    }
}

/// What Marathon knows of an app: its instances, and why its launch queue is not empty.
enum AppExplanation {
    static func of(_ app: JSONValue, queued entry: JSONValue?) -> JSONValue {
        let (running, wanted) = (app["tasksRunning"]?.integer ?? 0, app["instances"]?.integer ?? 0)
        var reasons: [JSONValue] = []
        var verdict = "runs as wanted: \(running) of \(wanted) instances"
        if running != wanted { verdict = "has \(running) of \(wanted) instances running" }
        if let entry {
            verdict += ", \(entry["count"]?.integer ?? 0) wait for an offer"
            if let seconds = entry["delay"]?["timeLeftSeconds"]?.integer, seconds > 0 {
                let text = "launches are delayed for \(seconds) s more, because instances failed"
                reasons.append(ExplanationText.reason("BACKOFF", text))
            }
            let offers = entry["processedOffersSummary"]?["rejectSummaryLastOffers"]?.array ?? []
            for row in offers where (row["declined"]?.integer ?? 0) > 0 {
                let cause = row["reason"]?.string ?? ""
                let text = "of the newest offers lack what it needs: \(cause)"
                reasons.append(ExplanationText.reason(cause, text, count: row["declined"]?.integer))
            }
        }
        for deployment in app["deployments"]?.array ?? [] {
            reasons.append(
                ExplanationText.reason("DEPLOYMENT", "the deployment \(deployment["id"]?.string ?? "") is under way"))
        }
        if let failure = app["lastTaskFailure"], let state = failure["state"]?.string {
            let text = "the newest failure: \(state) \(failure["message"]?.string ?? "")"
            reasons.append(ExplanationText.reason("FAILURE", text))
        }
        return [
            "subject": .string("app \(app["id"]?.string ?? "")"), "verdict": .string(verdict),
            "reasons": .array(reasons),
            "figures": [
                ExplanationText.figure("healthy", "\(app["tasksHealthy"]?.integer ?? 0)"),
                ExplanationText.figure("unhealthy", "\(app["tasksUnhealthy"]?.integer ?? 0)"),
                ExplanationText.figure("staged", "\(app["tasksStaged"]?.integer ?? 0)"),
            ],
        ]
    }
}

/// What the Kubernetes API knows of a pod: phase, conditions, containers that wait, newest events.
enum PodExplanation {
    static func of(_ pod: JSONValue, events: [JSONValue]) -> JSONValue {
        let status = pod["status"]
        let phase = status?["phase"]?.string ?? "Unknown"
        let node = pod["spec"]?["nodeName"]?.string
        var reasons: [JSONValue] = []
        for condition in status?["conditions"]?.array ?? [] where condition["status"]?.string != "True" {
            let (type, message) = (condition["type"]?.string ?? "", condition["message"]?.string ?? "")
            let text = "\(type) is not true" + (message.isEmpty ? "" : ": \(message)")
            reasons.append(ExplanationText.reason(condition["reason"]?.string ?? type, text))
        }
        for container in status?["containerStatuses"]?.array ?? [] {
            guard let waiting = container["state"]?["waiting"], let cause = waiting["reason"]?.string else { continue }
            let text =
                "container \(container["name"]?.string ?? "") waits: \(cause) \(waiting["message"]?.string ?? "")"
            reasons.append(ExplanationText.reason(cause, text))
        }
        let newest = events.sorted { ($0["lastTimestamp"]?.string ?? "") > ($1["lastTimestamp"]?.string ?? "") }
        for event in newest.prefix(3) where event["type"]?.string == "Warning" {
            let cause = event["reason"]?.string ?? ""
            let text = "\(cause): \(event["message"]?.string ?? "")"
            reasons.append(ExplanationText.reason(cause, text, count: event["count"]?.integer))
        }
        let name = "\(pod["metadata"]?["namespace"]?.string ?? "")/\(pod["metadata"]?["name"]?.string ?? "")"
        return [
            "subject": .string("pod \(name)"),
            "verdict": .string("is \(phase)" + (node.map { " on \($0)" } ?? ", on no node yet")),
            "reasons": .array(reasons), "figures": [],
        ]
    }
}
