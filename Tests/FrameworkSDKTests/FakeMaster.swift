internal import ClusterBase
internal import ClusterModel
internal import HTTPTransport
internal import Logging
internal import MesosProtocol
internal import Synchronization
internal import Testing

@testable internal import FrameworkSDK

/// A master that answers as a test says and remembers what it was asked.
final class FakeMaster: Sendable {
    /// How a SUBSCRIBE is answered.
    enum Answer: Sendable {
        /// With a stream; the test writes its events.
        case stream(id: String)
        /// With a status and words.
        case status(HTTPStatus, String)
        /// With a 307 to an authority, protocol-relative.
        case redirect(String)
    }

    /// A call as it came in.
    struct Received: Sendable {
        var frameworkID: FrameworkID?
        var call: SchedulerCall
        var streamID: String?
        var authorization: String?
        var format: WireFormat
    }

    /// The calls, SUBSCRIBE included, in order.
    let received = BoundedChannel<Received>(limit: 10_000)
    /// The streams opened, in order.
    let streams = BoundedChannel<ResponseStream>(limit: 100)
    private let server: HTTPServer
    private let answers: Mutex<[Answer]>
    private let refusals = Mutex<[HTTPResponse]>([])
    private let lateness = Mutex<Duration?>(nil)

    /// The first answer is for the first SUBSCRIBE and so on; the last one for all further ones.
    init(_ answers: Answer..., host: String = "127.0.0.1") {
        self.answers = Mutex(answers)
        server = HTTPServer(HTTPServerConfiguration(host: host), logger: quietLogger)
        server.install(
            HTTPService(routes: [
                Route(.post, "/api/v1/scheduler") { [weak self] request in
                    let answer = self?.answer(request) ?? .error(.internalServerError)
                    if let lateness = self?.lateness.withLock({ $0 }) { try await Task.sleep(for: lateness) }
                    return answer
                }
            ]))
    }

    /// Runs a test body with the master listening.
    static func run(_ answers: Answer..., body: (FakeMaster) async throws -> Void) async throws {
        let master = FakeMaster(answers: answers)
        try await master.server.start()
        do { try await body(master) } catch {
            await master.stop()
            throw error
        }
        await master.stop()
    }

    private convenience init(answers: [Answer]) {
        self.init()
        self.answers.withLock { $0 = answers }
    }

    func stop() async { await server.stop() }

    var authority: String { server.address.map(\.description) ?? "" }
    var location: MasterLocation { MasterLocation(.masters(["http://\(authority)"])) }

    /// Refuses the next call that is no SUBSCRIBE.
    func refuseNext(_ status: HTTPStatus, _ words: String) {
        refusals.withLock { $0.append(.error(status, words)) }
    }

    /// The next call; fails the test when none comes.
    func nextCall(_ location: SourceLocation = #_sourceLocation) async throws -> Received {
        try #require(await received.next(within: .seconds(60)), "no call came", sourceLocation: location)
    }

    /// The next subscription's stream, after SUBSCRIBED with the id was written to it.
    func nextStream(
        as id: FrameworkID = "f1", interval: Duration = .seconds(15), _ location: SourceLocation = #_sourceLocation
    ) async throws -> EventWriter {
        let stream = try #require(await streams.next(within: .seconds(60)), "no stream", sourceLocation: location)
        let writer = EventWriter(stream: stream)
        writer.send(.subscribed(id, heartbeatInterval: interval, master: FakeMaster.info))
        return writer
    }

    static let info = MasterInfo(id: "m1", ip: "127.0.0.1", port: 5050, hostname: "localhost", version: "1.12.0")

    /// Lets every answer from now on leave late.
    func delayAnswers(by lateness: Duration) { self.lateness.withLock { $0 = lateness } }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let format = WireFormat(contentType: request.headers["Content-Type"] ?? "") else { return .error(415) }
        let call: SchedulerRequest
        do { call = try SchedulerCodec.decodeCall(request.body, as: format) } catch {
            return .error(HTTPStatus(error.status), error.message)
        }
        _ = received.offer(
            Received(
                frameworkID: call.frameworkID, call: call.call, streamID: request.headers["Mesos-Stream-Id"],
                authorization: request.headers["Authorization"], format: format))
        guard case .subscribe = call.call else {
            return refusals.withLock { $0.isEmpty ? .accepted : $0.removeFirst() }
        }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .stream(id: "s1") }
        switch answer {
        case .status(let status, let words): return .error(status, words)
        case .redirect(let authority): return .redirect(request, toAuthority: authority)
        case .stream(let id):
            let stream = ResponseStream()
            _ = streams.offer(stream)
            let type: MediaType = format == .json ? .json : .protobuf
            return .stream(stream, as: type, headers: ["Mesos-Stream-Id": id])
        }
    }
}

/// The master's end of an event stream.
struct EventWriter: Sendable {
    let stream: ResponseStream
    var format = WireFormat.protobuf

    func send(_ event: SchedulerEvent) {
        stream.write(RecordIO.frame(SchedulerCodec.encodeEvent(event, as: format, for: [])))
    }
    func close() { stream.close() }
}

/// Options that let tests end soon.
func quickOptions() -> SchedulerOptions {
    var options = SchedulerOptions()
    (options.initialBackoff, options.maximumBackoff) = (.milliseconds(10), .milliseconds(50))
    return options
}

let quietLogger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// Runs a client beside a test body; the client is cancelled afterwards.
///
/// Returns what `run` threw, if anything.
@discardableResult
func withClient(
    _ master: MasterLocation, info: FrameworkInfo = FrameworkInfo(name: "test"),
    options: SchedulerOptions = quickOptions(), body: (SchedulerClient) async throws -> Void
) async throws -> (any Error)? {
    let client = SchedulerClient(framework: info, master: master, options: options, logger: quietLogger)
    return try await withThrowingTaskGroup(of: (any Error)?.self) { group in
        group.addTask {
            do {
                try await client.run()
                return nil
            } catch { return error }
        }
        do { try await body(client) } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        return try await group.next() ?? nil
    }
}

extension SchedulerClient {
    /// The next signal; fails the test when none comes.
    func nextSignal(_ location: SourceLocation = #_sourceLocation) async throws -> SchedulerSignal {
        try #require(await signals.channel.next(within: .seconds(60)), "no signal came", sourceLocation: location)
    }

    /// The next signal, which must be SUBSCRIBED.
    func expectSubscribed(as id: FrameworkID = "f1", _ location: SourceLocation = #_sourceLocation) async throws {
        let signal = try await nextSignal(location)
        guard case .event(.subscribed(id, _, _)) = signal else {
            Issue.record("expected SUBSCRIBED as \(id), got \(signal)", sourceLocation: location)
            return
        }
    }

    /// The next signal, which must be the loss of the subscription; its reason.
    func expectDisconnected(_ location: SourceLocation = #_sourceLocation) async throws -> String {
        let signal = try await nextSignal(location)
        guard case .notice(.disconnected(let reason)) = signal else {
            Issue.record("expected a disconnection, got \(signal)", sourceLocation: location)
            return ""
        }
        return reason
    }
}
