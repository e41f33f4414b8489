internal import ClusterBase
internal import HTTPTransport
internal import KubeModel

/// Makes HTTP responses of documents and errors.
enum Answers {
    private static let caching = ("Cache-Control", "no-cache, private")

    /// JSON bytes in the form asked for: copied when that is plain JSON, else read and written again.
    static func json(_ bytes: consuming [UInt8], code: Int = 200, as form: OutputForm = .json) -> HTTPResponse {
        if form.encoding == .json, !form.isPretty {
            bytes.append(UInt8(ascii: "\n"))
            return response(bytes, code: code, contentType: form.contentType)
        }
        guard let value = try? JSONValue(parsing: bytes) else {
            return response(bytes, code: code, contentType: OutputForm.json.contentType)
        }
        return document(value, code: code, as: form)
    }

    /// A tree in the form asked for.
    static func document(_ value: JSONValue, code: Int = 200, as form: OutputForm = .json) -> HTTPResponse {
        var bytes: [UInt8]
        switch form.encoding {
        case .yaml: bytes = Array(YAMLText.text(value).utf8)
        case .json:
            bytes = form.isPretty ? Array(value.prettyText.utf8) : value.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return response(bytes, code: code, contentType: form.contentType)
    }

    /// Plain text.
    static func text(_ text: String, code: Int = 200, contentType: String = "text/plain; charset=utf-8") -> HTTPResponse
    {
        response(Array(text.utf8), code: code, contentType: contentType)
    }

    /// Bytes of a type.
    static func response(_ bytes: [UInt8], code: Int = 200, contentType: String) -> HTTPResponse {
        HTTPResponse(
            HTTPStatus(code), headers: HeaderFields([caching, ("Content-Type", contentType)]), body: .bytes(bytes))
    }

    /// A Status with the headers that go with it; always JSON.
    static func failure(_ error: APIError, to request: HTTPRequest? = nil) -> HTTPResponse {
        var form = OutputForm.json
        form.isPretty = request.map(OutputForm.wantsPretty) ?? false
        let status = request.map { error.status.status(below: $0.rawPath) } ?? error.status
        var answer = document(status, code: error.code, as: form)
        if let seconds = error.retryAfterSeconds { answer.headers["Retry-After"] = String(seconds) }
        return answer
    }
}

extension HTTPResponse {
    /// The same response with a `Warning` field per text (RFC 7234 §5.5, code 299).
    func warning(_ texts: [String]) -> HTTPResponse {
        var response = self
        for text in texts {
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            response.headers.add("Warning", "299 - \"\(escaped)\"")
        }
        return response
    }
}
