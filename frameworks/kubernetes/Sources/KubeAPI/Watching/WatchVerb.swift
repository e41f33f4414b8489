internal import HTTPTransport
internal import KubeModel
internal import KubeRegistry

// GET with `watch`.

extension ResourceCall {
    /// Begins a watch; the answer's head leaves at once, the events follow as they come.
    ///
    /// `shortest` is how long a watch lasts at least that names no time.
    func watch(_ registry: Registry, shortest: Duration) async throws(APIError) -> HTTPResponse {
        guard form.encoding == .json else {
            throw .notAcceptable(["application/json", "application/json;stream=watch"])
        }
        let options = try watchOptions()
        let seconds = max(0, try query.integer("timeoutSeconds") ?? 0)
        let timeout = seconds > 0 ? Duration.seconds(seconds) : shortest * Double.random(in: 1..<2)
        let writer = EventWriter(try representation(), form: form, includes: query.text("includeObject"))
        let session = WatchSession(writer)
        session.began(try await registry.watch(target, options) { session.receive($0) }, endsAfter: timeout)
        var response = Answers.response([], contentType: form.contentType)
        response.body = .stream(session.stream)
        return response
    }
}
