import ClusterBase
import HTTPTransport
import KubeClient
import Logging
import TestSupport

/// An API server that answers request by request what a test tells it, and remembers what was asked.
final class ScriptedAPI: Sendable {
    /// What has been asked, and what is to be answered.
    private actor Script {
        private(set) var requests: [HTTPRequest] = []
        private var answers: [HTTPResponse] = []
        private var waiting: [CheckedContinuation<HTTPResponse, Never>] = []

        func answer(_ request: HTTPRequest) async -> HTTPResponse {
            requests.append(request)
            if !answers.isEmpty { return answers.removeFirst() }
            return await withCheckedContinuation { waiting.append($0) }
        }

        func add(_ response: HTTPResponse) {
            if waiting.isEmpty { answers.append(response) } else { waiting.removeFirst().resume(returning: response) }
        }
    }

    let url: String
    private let server: HTTPServer
    private let script = Script()

    private init() async throws {
        let script = script
        let service = HTTPService(routes: [], fallback: .async { await script.answer($0) })
        server = HTTPServer(HTTPServerConfiguration(), service: service, logger: .quiet)
        url = "http://\(try await server.start())"
    }

    /// Runs a test on a fresh server and a client of it.
    static func with(
        _ configure: (inout KubeClientConfiguration) -> Void = { _ in },
        _ body: (ScriptedAPI, KubeClient) async throws -> Void
    ) async throws {
        let api = try await ScriptedAPI()
        var configuration = KubeClientConfiguration(server: api.url)
        configure(&configuration)
        let client = try KubeClient(configuration)
        let result: Result<Void, any Error>
        do { result = .success(try await body(api, client)) } catch { result = .failure(error) }
        await client.shutdown()
        for _ in 0..<8 { await api.script.add(.error(503)) }
        await api.server.stop()
        try result.get()
    }

    /// The next request that has no answer yet gets this one.
    func answer(_ json: String, status: HTTPStatus = 200, headers: [(String, String)] = []) async {
        var response = HTTPResponse.json(Array(json.utf8), status: status)
        for (name, value) in headers { response.headers.add(name, value) }
        await script.add(response)
    }

    /// The next request that has no answer yet gets a stream; the lines are its beginning.
    func answerWatch(_ lines: String...) async -> ResponseStream {
        let stream = ResponseStream()
        await script.add(HTTPResponse(.ok, headers: ["Content-Type": "application/json"], body: .stream(stream)))
        for line in lines { stream.write(Array((line + "\n").utf8)) }
        return stream
    }

    /// What was asked so far, as method and target.
    var requests: [String] { get async { await script.requests.map { "\($0.method) \($0.target)" } } }

    /// The last request.
    var lastRequest: HTTPRequest? { get async { await script.requests.last } }

    /// Waits until so many requests were made.
    func requests(_ count: Int) async throws -> [String] {
        try await eventually("\(count) requests") {
            let requests = await requests
            return requests.count >= count ? requests : nil
        }
    }
}

extension Logger {
    /// Says nothing but what is wrong.
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }
}
