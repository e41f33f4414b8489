public import HTTPTransport

extension ControllerManager {
    /// What a manager in a process of its own answers over HTTP: `/healthz` and `/metrics`.
    public nonisolated var endpoints: HTTPService {
        HTTPService(routes: [
            Route(.get, "/healthz") { _ in .text("ok") },
            Route(.get, "/metrics") { [weak self] _ in
                var text = PrometheusWriter()
                await self?.write(to: &text)
                return HTTPResponse(
                    .ok, headers: ["Content-Type": PrometheusWriter.contentType], body: .bytes(Array(text.text.utf8)))
            },
        ])
    }

    private func write(to text: inout PrometheusWriter) async {
        let metrics = await metrics
        text.single(
            "leader_election_master_status", .gauge, "Whether this manager leads.", isLeading ? 1 : 0)
        let rows: [(name: String, PrometheusWriter.Kind, help: String, KeyPath<ControllerMetrics, Int>)] = [
            ("workqueue_depth", .gauge, "Keys that wait for a worker.", \.depth),
            ("workqueue_delayed", .gauge, "Keys that wait for their time.", \.delayed),
            ("workqueue_adds_total", .counter, "Keys added.", \.added),
            ("workqueue_retries_total", .counter, "Tries after failures.", \.retries),
            ("workqueue_processed_total", .counter, "Keys looked at.", \.processed),
            ("controller_requests_total", .counter, "Requests made.", \.requests),
            ("controller_request_failures_total", .counter, "Requests that failed.", \.failures),
        ]
        for (name, kind, help, path) in rows {
            text.family(name, kind, help)
            for controller in metrics {
                text.sample(name, "name=\"\(controller.name)\"", Double(controller[keyPath: path]))
            }
        }
    }
}
