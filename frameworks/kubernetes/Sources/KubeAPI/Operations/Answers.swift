internal import ClusterBase
internal import HTTPTransport
internal import KubeKinds
internal import KubeModel
internal import KubeText

/// Makes HTTP responses of documents and errors.
enum Answers {
    private static let caching = ("Cache-Control", "no-cache, private")

    /// JSON bytes in the form asked for: copied when that is plain JSON, else read and written again.
    static func json(_ bytes: consuming [UInt8], code: Int = 200, as form: OutputForm = .json) -> HTTPResponse {
        if form.encoding == .json, !form.isPretty {
            bytes.append(UInt8(ascii: "\n"))
            return response(bytes, code: code, contentType: form.contentType)
        }
        guard let value = try? JSONValue(parsing: copy bytes) else {
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

    /// A Status with the headers that go with it, in the form of the version asked for; always JSON.
    static func failure(
        _ error: APIError, to request: HTTPRequest? = nil, in version: VersionRow? = nil
    ) -> HTTPResponse {
        var form = OutputForm.json
        form.isPretty = request.map(OutputForm.wantsPretty) ?? false
        var answer = document(status(error.status, in: version), code: error.code, as: form)
        if let seconds = error.retryAfterSeconds { answer.headers["Retry-After"] = String(seconds) }
        return answer
    }

    /// A Status in the form of a version.
    static func status(_ status: JSONValue, in version: VersionRow?) -> JSONValue {
        guard let legacy = version?.legacy, let object = KubeObject(status) else { return status }
        return legacy.status(object).value
    }
}

extension HTTPResponse {
    /// The same response with a `Warning` field per text (RFC 7234 §5.5, code 299).
    func warning(_ texts: [String]) -> HTTPResponse {
        var (response, room) = (self, 4_096)
        for text in texts {
            // Clients read only so many fields; upstream stops at the same size.
            room -= text.utf8.count
            guard room >= 0 else { break }
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            response.headers.add("Warning", "299 - \"\(escaped)\"")
        }
        return response
    }
}
