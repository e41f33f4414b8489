internal import ClusterBase
internal import HTTPTransport
internal import MesosProtocol

/// How calls and events travel: encoding, place and credentials; what scheduler and executor have in common.
struct CallChannel: Sendable {
    var url: String
    var format: WireFormat
    var authorization: String?
    var streamID: String?
    var timeout: Duration
    var pool: HTTPClientPool

    /// The most bytes read of a refusal's words.
    static let refusalLimit = 64 << 10
    /// How long the words of a refusal may take to come.
    static let refusalPatience = Duration.seconds(5)

    /// The request that carries a call.
    private func request(_ body: [UInt8]) -> ClientRequest {
        var headers: HeaderFields = ["Content-Type": format.contentType, "Accept": format.contentType]
        headers["Authorization"] = authorization
        headers["Mesos-Stream-Id"] = streamID
        return ClientRequest(.post, url, headers: headers, body: body, timeout: timeout, bodyLimit: Self.refusalLimit)
    }

    /// Sends a call and reads the whole answer.
    func send(_ body: [UInt8]) async throws -> ClientResponse { try await pool.send(request(body)) }

    /// Sends a call and returns when the head of the answer is there.
    func open(_ body: [UInt8]) async throws -> StreamingResponse { try await pool.stream(request(body)) }

    /// The words of a refusal, shortened; whatever of them came before the stream broke or the patience ended.
    static func words(of response: StreamingResponse) async -> String {
        let body = await withTaskGroup(of: [UInt8].self) { group in
            group.addTask { await beginning(of: response.body) }
            group.addTask {
                try? await Task.sleep(for: refusalPatience)
                return []
            }
            let bytes = await group.next() ?? []
            group.cancelAll()
            return bytes
        }
        return words(body, status: response.status)
    }

    private static func beginning(of body: StreamingBody) async -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                bytes += part
                if bytes.count >= refusalLimit { break }
            }
        } catch {
            // The status says enough.
        }
        return bytes
    }

    /// A body as a line of text; the status line's words when it is empty.
    static func words(_ body: [UInt8], status: HTTPStatus) -> String {
        let text = String(decoding: body.prefix(2_048), as: UTF8.self).split(separator: "\n").joined(separator: " ")
        return text.isEmpty ? status.description : text
    }
}

/// Why an event stream ended, in words for people.
struct StreamBreak: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The events of a streaming response.
struct EventReader: Sendable {
    let liveness: StreamLiveness
    let recordLimit: Int

    /// Hands every record to `handle`, in order; always ends by throwing: a `StreamBreak`, or what `handle` threw.
    func read(_ body: StreamingBody, handle: ([UInt8]) async throws -> Void) async throws -> Never {
        var decoder = RecordIODecoder(maximumRecordBytes: recordLimit)
        var chunks = body.makeAsyncIterator()
        while true {
            liveness.heard()
            let chunk: [UInt8]?
            do { chunk = try await chunks.next() } catch let error as ClusterError {
                throw StreamBreak("the event stream broke: \(error)")
            }
            guard let chunk else { break }
            liveness.pause()
            let records: [[UInt8]]
            do { records = try decoder.decode(chunk) } catch {
                throw StreamBreak("the event stream is malformed: \(error)")
            }
            for record in records { try await handle(record) }
        }
        try Task.checkCancellation()
        guard decoder.isBetweenRecords else { throw StreamBreak("the event stream ended in the middle of a record") }
        throw StreamBreak("the event stream was closed")
    }

    /// Returns nil when cancelled, else throws after too long a silence.
    func watch() async throws {
        if let limit = await liveness.silence() {
            throw StreamBreak("nothing was heard for \(UnitText.text(limit))")
        }
    }
}

/// The value of an `Authorization` field of the basic scheme.
func basicAuthorization(user: String, secret: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    let bytes = Array("\(user):\(secret)".utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        var bits: UInt32 = 0
        for index in 0..<3 { bits = bits << 8 | (index < group.count ? UInt32(group[start + index]) : 0) }
        for index in 0..<4 {
            let letter = letters[Int(bits >> UInt32(18 - 6 * index) & 63)]
            text.append(index <= group.count ? letter : UInt8(ascii: "="))
        }
    }
    return "Basic " + String(decoding: text, as: UTF8.self)
}
