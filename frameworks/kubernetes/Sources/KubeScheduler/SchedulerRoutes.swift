internal import ClusterBase
internal import FrameworkSDK
internal import HTTPTransport
internal import KubeClient
internal import KubeCore
internal import KubeModel
internal import KubeScheduling
internal import Logging

/// What a scheduler answers over HTTP (spec `kubernetes/05` §5.6).
///
/// `/healthz`, `/metrics` and `/km` answer on every scheduler, the rest on the one that leads; the others say 503.
struct SchedulerRoutes: Sendable {
    /// Where the program of the executor is served.
    static let programPath = "/km"

    /// The driver of the scheduler that leads, or nil.
    let driver: @Sendable () async -> SchedulingDriver?
    /// What executors are told to become when `upgrade` names no program.
    let program: String
    let logger: Logger

    var service: HTTPService {
        HTTPService(routes: [
            Route(.get, "/healthz") { _ in .text("ok") },
            Route(.get, "/metrics") { _ in await metrics() },
            Route(.get, Self.programPath) { _ in try ProgramFile(logger: logger).answer() },
            debug("/debug/registry/tasks") { Self.tasks($0) },
            debug("/debug/scheduler/podqueue") { Self.queue($0) },
            debug("/debug/scheduler/podstore") { Self.pods($0) },
            action("requestExplicit") { _ in (.reconcileExplicitly, HTTPResponse(.noContent)) },
            action("requestImplicit") { _ in (.reconcileImplicitly, HTTPResponse(.noContent)) },
            action("kamikaze") { _ in (.kamikaze, .text("OK\n")) },
            action("upgrade") { request in
                let named = request.query["program"] ?? ""
                let program = named.isEmpty ? self.program : named
                return (.upgrade(program: program), .text("\(program)\nOK\n"))
            },
        ])
    }

    private func metrics() async -> HTTPResponse {
        var text = PrometheusWriter()
        let driver = await driver()
        text.single("scheduler_leader", .gauge, "Whether this scheduler leads.", driver == nil ? 0 : 1)
        await driver?.write(to: &text)
        return HTTPResponse(
            .ok, headers: ["Content-Type": PrometheusWriter.contentType],
            body: .bytes(Array(text.text.utf8)))
    }

    // MARK: Looking

    private static let standsBy = HTTPResponse.error(.serviceUnavailable, "this scheduler does not lead\n")
    private static let unregistered = HTTPResponse.error(
        .serviceUnavailable, "the framework is not registered at a master\n")

    private func debug(_ path: String, _ body: @escaping @Sendable (PodScheduler) -> String) -> Route {
        Route(.get, path) { _ in
            guard let driver = await driver() else { return Self.standsBy }
            return .text(await driver.view(body))
        }
    }

    private static func tasks(_ core: PodScheduler) -> String {
        let tasks = core.taskReports
        return tasks.reduce(into: "task_count=\(tasks.count)\n") { text, task in
            let pod = task.pod.name.isEmpty ? "-" : "\(task.pod)"
            text +=
                [task.taskID.value, pod, task.state, task.node, task.agentID.value, task.resources]
                .joined(separator: "\t") + "\n"
        }
    }

    private static func queue(_ core: PodScheduler) -> String {
        let pods = core.queueReports
        let now = ServiceClock.steady()
        return pods.reduce(into: "pod_count=\(pods.count)\n") { text, pod in
            let due = pod.due.map { GoDuration.text(nanoseconds: max(.zero, $0 - now).totalNanoseconds) } ?? "-"
            text +=
                ["\(pod.pod)", "attempts=\(pod.attempts)", "due=\(due)", pod.message].joined(separator: "\t") + "\n"
        }
    }

    private static func pods(_ core: PodScheduler) -> String {
        let keys = core.podKeys
        return keys.reduce(into: "pod_count=\(keys.count)\n") { text, key in
            guard let pod = core.explain(key) else { return }
            text +=
                ["\(key)", pod.state, pod.node.isEmpty ? "-" : pod.node, pod.message].joined(separator: "\t") + "\n"
            for verdict in pod.verdicts {
                let words = verdict.reasons.isEmpty ? "fits" : verdict.reasons.joined(separator: ", ")
                text += "\t\(verdict.node)\t\(words)\n"
            }
        }
    }

    // MARK: Acting

    /// An action, with GET as upstream's operators type it and with POST.
    private func action(
        _ name: String,
        _ read: @escaping @Sendable (HTTPRequest) -> (command: SchedulingCommand, answer: HTTPResponse)
    ) -> Route {
        Route(.any, "/debug/actions/" + name) { request in
            guard request.method == .get || request.method == .post else {
                return .methodNotAllowed([.get, .post], received: request.method)
            }
            let (command, answer) = read(request)
            guard let driver = await driver() else { return Self.standsBy }
            return await driver.submit(command) ? answer : Self.unregistered
        }
    }
}
