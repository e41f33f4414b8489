internal import AsyncHTTPClient
internal import ClusterBase
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// The engine of `HTTPClientPool`.
final class ClientCore: Sendable {
    private let client: HTTPClient
    private let logger: Logger?

    init(_ configuration: HTTPClientConfiguration, logger: Logger?) throws {
        self.logger = logger
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.timeout.connect = TimeAmount(configuration.connectTimeout)
        settings.connectionPool.idleTimeout = TimeAmount(configuration.idleTimeout)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionsPerHost
        settings.connectionPool.retryConnectionEstablishment = false
        settings.httpVersion = .http1Only
        settings.tlsConfiguration = try configuration.trust.configuration()
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// A client that nobody holds any more closes its connections; the library insists on it.
    deinit {
        let client = client
        Task { try? await client.shutdown() }
    }

    func send(_ request: ClientRequest) async throws -> ClientResponse {
        let deadline = NIODeadline.now() + TimeAmount(request.timeout)
        do {
            let response = try await client.execute(prepare(request), deadline: deadline, logger: logger)
            var answer = ClientResponse(
                HTTPStatus(Int(response.status.code)), headers: HeaderFields(response.headers))
            if response.headers.first(name: "content-length") == "0" {
                // An empty body is read too: a body that is dropped unread costs the connection.
                for try await _ in response.body {}
            } else {
                answer.body = try await ClientCore.collect(response.body, for: request, deadline: deadline)
            }
            return answer
        } catch {
            throw ClientCore.translate(error, request)
        }
    }

    func stream(_ request: ClientRequest) async throws -> StreamingResponse {
        do {
            let deadline = NIODeadline.now() + TimeAmount(request.timeout)
            let response = try await client.execute(prepare(request), deadline: deadline, logger: logger)
            return StreamingResponse(
                status: HTTPStatus(Int(response.status.code)), headers: HeaderFields(response.headers),
                body: StreamingBody(body: response.body, request: request))
        } catch {
            throw ClientCore.translate(error, request)
        }
    }

    func shutdown() async { try? await client.shutdown() }

    private func prepare(_ request: ClientRequest) throws -> HTTPClientRequest {
        guard let scheme = request.url.firstIndex(of: ":").map({ request.url[..<$0] }),
            ["http", "https", "http+unix", "https+unix"].contains(scheme)
        else { throw ClusterError(.invalidArgument, "'\(request.url)' is no http URL", field: "url") }
        var prepared = HTTPClientRequest(url: request.url)
        prepared.method = HTTPMethod(rawValue: request.method.name)
        prepared.headers = request.headers.storage
        if scheme.hasSuffix("+unix"), !prepared.headers.contains(name: "host") {
            prepared.headers.add(name: "Host", value: "localhost")
        }
        if let body = request.body { prepared.body = .bytes(ByteBuffer(bytes: body)) }
        return prepared
    }

    /// Reads a body to its end, within the request's size and time.
    private static func collect(
        _ body: HTTPClientResponse.Body, for request: ClientRequest, deadline: NIODeadline
    ) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await part in body {
                    guard bytes.count + part.readableBytes <= request.bodyLimit else {
                        throw ClusterError(.limitExceeded, "the response is larger than \(request.bodyLimit) bytes")
                    }
                    part.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(max(0, (deadline - .now()).nanoseconds)))
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// The project's error for a library's.
    static func translate(_ error: any Error, _ request: ClientRequest) -> any Error {
        let what = "\(request.method) \(request.url)"
        switch error {
        case is CancellationError: return error
        case let error as ClusterError:
            return ClusterError(error.code, "\(what): \(error.message)", field: error.field, cause: error.cause)
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return CancellationError()
            case .deadlineExceeded, .readTimeout, .connectTimeout, .getConnectionFromPoolTimeout:
                return ClusterError(.timeout, what, cause: PlainError("no answer in time"))
            case .invalidURL, .emptyHost, .missingSocketPath, .emptyScheme:
                return ClusterError(.invalidArgument, what, field: "url", cause: error)
            default: return ClusterError(.unavailable, what, cause: PlainError(error))
            }
        default: return ClusterError(.unavailable, what, cause: PlainError(error))
        }
    }
}
