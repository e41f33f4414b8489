internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeText

/// Reads the bodies of requests (spec `kubernetes/01` §1.4).
enum RequestBody {
    /// The types the error of a refusal lists.
    static let mediaTypes = ["application/json", "application/yaml"]

    /// The body as a tree; `kind` is what it must be, for messages.
    ///
    /// No content type means JSON, and so does curl's default. Throws 415 for other types and 400 for text that is not
    /// of its type.
    static func document(_ request: HTTPRequest, expecting kind: String) throws(APIError) -> JSONValue {
        switch mediaType(request) {
        case "", "application/json", "application/x-www-form-urlencoded": try json(request.body, expecting: kind)
        case "application/yaml": try yaml(request.body, expecting: kind)
        default: throw .unsupportedMediaType(mediaTypes)
        }
    }

    /// The content type without parameters, in lower case; empty when absent.
    static func mediaType(_ request: HTTPRequest) -> String {
        guard let field = request.headers["content-type"] else { return "" }
        return field.prefix { $0 != ";" }.trimmingSpaces().lowercased()
    }

    private static func json(_ bytes: [UInt8], expecting kind: String) throws(APIError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw unrecognized(kind, "json parse error: \(error)")
        }
    }

    private static func yaml(_ bytes: [UInt8], expecting kind: String) throws(APIError) -> JSONValue {
        do throws(YAMLText.Failure) {
            return try YAMLText.parse(bytes)
        } catch {
            throw unrecognized(kind, "yaml parse error: \(error.problem)")
        }
    }

    private static func unrecognized(_ kind: String, _ why: String) -> APIError {
        .badRequest("the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; \(why)")
    }
}
