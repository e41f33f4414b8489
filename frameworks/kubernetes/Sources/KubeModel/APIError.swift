public import ClusterBase

/// An error in the shape that clients of the Kubernetes API parse: a `Status` object with code, reason and details.
///
/// Source: apimachinery `pkg/api/errors/errors.go`; spec `kubernetes/01` §1.7.
public struct APIError: Error, Hashable, Sendable {
    /// One cause of an error, usually a field.
    public struct Cause: Hashable, Sendable {
        /// The machine-readable cause, such as `FieldValueInvalid`; may be empty.
        public var reason: String
        /// The human-readable cause.
        public var message: String
        /// The field at fault; may be empty.
        public var field: String

        /// Makes a cause.
        public init(reason: String = "", message: String, field: String = "") {
            (self.reason, self.message, self.field) = (reason, message, field)
        }
    }

    /// The HTTP status.
    public var code: Int
    /// The machine-readable reason, such as `NotFound`; may be empty.
    public var reason: String
    /// What went wrong, for people.
    public var message: String
    /// The name of the object concerned; may be empty.
    public var name = ""
    /// The group of the resource concerned; empty for core.
    public var group = ""
    /// The plural of the resource concerned (for `Invalid` the kind); may be empty.
    public var kind = ""
    /// The uid of the object concerned; may be empty.
    public var uid = ""
    /// The causes, in order.
    public var causes: [Cause] = []
    /// When to try again, in seconds; also sent as `Retry-After`.
    public var retryAfterSeconds: Int?
    /// Where an inconsistent list can go on after 410 (`metadata.continue`); may be empty.
    public var continueToken = ""

    /// Makes an error; see the named makers for the usual ones.
    public init(_ code: Int, _ reason: String, _ message: String) {
        (self.code, self.reason, self.message) = (code, reason, message)
    }

    /// The same error about a resource and an object.
    public func about(_ resource: GroupResource, _ name: String = "") -> APIError {
        var error = self
        (error.group, error.kind, error.name) = (resource.group, resource.resource, name)
        return error
    }

    /// The `Status` object.
    public var status: JSONValue {
        var metadata = JSONObject()
        if !continueToken.isEmpty { metadata["continue"] = .string(continueToken) }
        var object: JSONObject = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata), "status": "Failure",
            "message": .string(message),
        ]
        if !reason.isEmpty { object["reason"] = .string(reason) }
        var details = JSONObject()
        for (key, text) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)] where !text.isEmpty {
            details[key] = .string(text)
        }
        if !causes.isEmpty { details["causes"] = .array(causes.map(\.value)) }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .integer(Int64(retryAfterSeconds)) }
        // Newer clients look into the details of every 404, even of one that is about no object.
        if !details.isEmpty || code == 404 { object["details"] = .object(details) }
        object["code"] = .integer(Int64(code))
        return .object(object)
    }
}

extension APIError.Cause {
    var value: JSONValue {
        var object = JSONObject()
        for (key, text) in [("reason", reason), ("message", message), ("field", field)] where !text.isEmpty {
            object[key] = .string(text)
        }
        return .object(object)
    }
}

extension APIError {
    /// 400: the request makes no sense.
    public static func badRequest(_ message: String) -> APIError { APIError(400, "BadRequest", message) }

    /// 401: no or bad credentials.
    public static var unauthorized: APIError { APIError(401, "Unauthorized", "Unauthorized") }

    /// 403: `RES "NAME" is forbidden: WHY`.
    public static func forbidden(_ resource: GroupResource, _ name: String, _ why: String) -> APIError {
        let subject = name.isEmpty ? "\(resource)" : "\(resource) \"\(name)\""
        return APIError(403, "Forbidden", "\(subject) is forbidden: \(why)").about(resource, name)
    }

    /// 404: `RES "NAME" not found`.
    public static func notFound(_ resource: GroupResource, _ name: String) -> APIError {
        APIError(404, "NotFound", "\(resource) \"\(name)\" not found").about(resource, name)
    }

    /// 404 for a path that leads to no resource.
    public static var noSuchResource: APIError {
        APIError(404, "NotFound", "the server could not find the requested resource")
    }

    /// 405: `VERB is not supported on resources of kind "RES"`.
    public static func methodNotSupported(_ resource: GroupResource, _ verb: String) -> APIError {
        APIError(405, "MethodNotAllowed", "\(verb) is not supported on resources of kind \"\(resource)\"")
            .about(resource)
    }

    /// 406: none of the accepted media types can be served.
    public static func notAcceptable(_ types: [String]) -> APIError {
        APIError(
            406, "NotAcceptable",
            "only the following media types are accepted: " + types.joined(separator: ", "))
    }

    /// 409: an object of this name exists.
    public static func alreadyExists(_ resource: GroupResource, _ name: String) -> APIError {
        APIError(409, "AlreadyExists", "\(resource) \"\(name)\" already exists").about(resource, name)
    }

    /// 409: `Operation cannot be fulfilled on RES "NAME": WHY`.
    public static func conflict(_ resource: GroupResource, _ name: String, _ why: String) -> APIError {
        APIError(409, "Conflict", "Operation cannot be fulfilled on \(resource) \"\(name)\": \(why)")
            .about(resource, name)
    }

    /// 409: the stored object is newer than the one the client read.
    public static func modified(_ resource: GroupResource, _ name: String) -> APIError {
        conflict(
            resource, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    /// 410: a revision is no longer in the history.
    public static func expired(_ message: String) -> APIError { APIError(410, "Expired", message) }

    /// 413: the body has too many bytes.
    public static func tooLarge(_ message: String) -> APIError { APIError(413, "RequestEntityTooLarge", message) }

    /// 415: the body is of a type the server does not read.
    public static func unsupportedMediaType(_ types: [String]) -> APIError {
        APIError(
            415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + types.joined(separator: ", "))
    }

    /// 422: `KIND "NAME" is invalid: …`, one cause per error.
    public static func invalid(_ kind: GroupVersionKind, _ name: String, _ errors: [FieldError]) -> APIError {
        let texts = errors.map(\.description)
        let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        let full = kind.groupVersion.group.isEmpty ? kind.kind : kind.kind + "." + kind.groupVersion.group
        var error = APIError(422, "Invalid", "\(full) \"\(name)\" is invalid: \(list)")
        (error.group, error.kind, error.name) = (kind.groupVersion.group, kind.kind, name)
        error.causes = errors.map {
            Cause(reason: $0.problem.rawValue, message: $0.body, field: $0.field.description)
        }
        return error
    }

    /// 429: too many requests at a time.
    public static func tooManyRequests(
        _ message: String = "Too many requests, please try again later.", retryAfter: Int = 1
    ) -> APIError {
        var error = APIError(429, "TooManyRequests", message)
        error.retryAfterSeconds = retryAfter
        return error
    }

    /// 500: `Internal error occurred: WHY`.
    public static func internalError(_ why: String) -> APIError {
        var error = APIError(500, "InternalError", "Internal error occurred: \(why)")
        error.causes = [Cause(message: why)]
        return error
    }

    /// 500 `ServerTimeout`: the operation could not be completed now.
    public static func serverTimeout(_ resource: GroupResource, _ operation: String, retryAfter: Int = 0) -> APIError {
        var error = APIError(
            500, "ServerTimeout",
            "The \(operation) operation against \(resource) could not be completed at this time, please try again."
        ).about(resource, operation)
        error.retryAfterSeconds = retryAfter
        return error
    }

    /// 503: not ready, or nothing behind a proxy path.
    public static func unavailable(_ message: String) -> APIError { APIError(503, "ServiceUnavailable", message) }

    /// 504: `Timeout: WHY`.
    public static func timeout(_ why: String) -> APIError { APIError(504, "Timeout", "Timeout: \(why)") }
}
