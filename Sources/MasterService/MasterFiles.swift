internal import AccessControl
internal import DaemonEndpoints
internal import HTTPTransport

/// The master's files as operators see them: its log as `/master/log` (spec `mesos/08` §8.5).
struct MasterFiles: Sendable {
    let endpoints: MasterEndpoints

    var routes: [Route] {
        let files = FileEndpoints(endpoints.configuration.files)
        return [
            Route(.get, "/files/browse", guarding(files.browse)), Route(.get, "/files/read", guarding(files.read)),
            Route(.get, "/files/download", guarding(files.download)), Route(.get, "/files/debug", files.debug),
        ]
    }

    private func guarding(
        _ handler: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) -> @Sendable (HTTPRequest) async throws -> HTTPResponse {
        { request in
            guard endpoints.isAllowed(request, .accessMesosLog) else { return .error(.forbidden, "403 Forbidden.") }
            return try await handler(request)
        }
    }
}
