internal import HTTPTransport
internal import KubeModel
internal import KubeRegistry

// GET with `watch`.

extension ResourceCall {
    /// Begins a watch; the answer's head leaves at once, the events follow as they come.
    ///
    /// `shortest` is how long a watch lasts at least that names no time; `onBegin` gets the sink of the watch.
    func watch(
        _ registry: Registry, shortest: Duration, onBegin: (any EventSink) -> Void
    ) async throws(APIError) -> HTTPResponse {
        guard form.encoding == .json else {
            throw .notAcceptable(["application/json", "application/json;stream=watch"])
        }
        let options = try watchOptions()
        let seconds = max(0, try query.integer("timeoutSeconds") ?? 0)
        let timeout = seconds > 0 ? Duration.seconds(seconds) : shortest * Double.random(in: 1..<2)
        let socket = WebSocketSink(request)
        let writer = EventWriter(
            try representation(), form: form, includes: query.text("includeObject"),
            framing: socket == nil ? .chunk : .frame)
        let stream = ResponseStream(limits: Self.streamLimits)
        let sink: any EventSink = socket ?? stream
        let session = WatchSession(writer, sink)
        session.began(try await registry.watch(target, options) { session.receive($0) }, endsAfter: timeout)
        onBegin(sink)
        if let socket { return socket.response }
        var response = Answers.response([], contentType: form.contentType)
        response.body = .stream(stream)
        return response
    }

    /// A slow client costs no more than this; one listing of everything must fit.
    private static let streamLimits = ResponseStream.Limits(chunks: 1 << 20, bytes: 256 << 20)
}
