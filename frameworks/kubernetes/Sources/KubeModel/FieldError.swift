public import ClusterBase

/// One thing wrong with an object (upstream `apimachinery/pkg/util/validation/field/errors.go`).
public struct FieldError: Hashable, Sendable {
    /// What kind of fault it is; the raw value is the `reason` of a Status cause.
    public enum Problem: String, Sendable {
        /// A reference to something that is not there.
        case notFound = "FieldValueNotFound"
        /// A value is missing.
        case required = "FieldValueRequired"
        /// A value occurs twice.
        case duplicate = "FieldValueDuplicate"
        /// A value is malformed or out of range.
        case invalid = "FieldValueInvalid"
        /// A value is not one of the permitted ones.
        case notSupported = "FieldValueNotSupported"
        /// A value may not be given here.
        case forbidden = "FieldValueForbidden"
        /// A value has too many bytes.
        case tooLong = "FieldValueTooLong"
        /// A list has too many elements.
        case tooMany = "FieldValueTooMany"
        /// The server could not check the value.
        case internalError = "InternalError"

        /// The words that begin a message.
        public var words: String {
            switch self {
            case .notFound: "Not found"
            case .required: "Required value"
            case .duplicate: "Duplicate value"
            case .invalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .internalError: "Internal error"
            }
        }
    }

    /// The kind of fault.
    public var problem: Problem
    /// The field.
    public var field: FieldPath
    /// The offending value; nil where upstream shows none.
    public var value: JSONValue?
    /// The value as messages show it where that is not its JSON: lists and structs appear in Go's notation.
    public var shown: String?
    /// What was expected; may be empty.
    public var detail: String

    /// Makes an error; see the named makers below for the usual ones.
    public init(_ problem: Problem, _ field: FieldPath, value: JSONValue? = nil, _ detail: String = "") {
        (self.problem, self.field, self.value, self.detail) = (problem, field, value, detail)
    }

    /// `Required value[: detail]`.
    public static func required(_ field: FieldPath, _ detail: String = "") -> FieldError {
        FieldError(.required, field, detail)
    }

    /// `Invalid value: VALUE: detail`.
    public static func invalid(_ field: FieldPath, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(.invalid, field, value: value, detail)
    }

    /// `Invalid value: SHOWN: detail`, for lists and structs, which messages show in Go's notation.
    public static func invalid(_ field: FieldPath, shown: String, _ detail: String) -> FieldError {
        var error = FieldError(.invalid, field, detail)
        error.shown = shown
        return error
    }

    /// `Duplicate value: VALUE`.
    public static func duplicate(_ field: FieldPath, _ value: JSONValue) -> FieldError {
        FieldError(.duplicate, field, value: value)
    }

    /// `Duplicate value: SHOWN[: detail]`, for structs, which messages show in Go's notation.
    public static func duplicate(_ field: FieldPath, shown: String, _ detail: String = "") -> FieldError {
        var error = FieldError(.duplicate, field, detail)
        error.shown = shown
        return error
    }

    /// `Not found: VALUE`.
    public static func notFound(_ field: FieldPath, _ value: JSONValue) -> FieldError {
        FieldError(.notFound, field, value: value)
    }

    /// `Unsupported value: VALUE: supported values: "A", "B"`, in the order given.
    public static func notSupported(_ field: FieldPath, _ value: JSONValue, _ supported: [String]) -> FieldError {
        let words = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldError(
            .notSupported, field, value: value, supported.isEmpty ? "" : "supported values: " + words)
    }

    /// `Forbidden: detail`.
    public static func forbidden(_ field: FieldPath, _ detail: String) -> FieldError {
        FieldError(.forbidden, field, detail)
    }

    /// `Too long: must have at most N bytes`.
    public static func tooLong(_ field: FieldPath, _ value: JSONValue, limit: Int) -> FieldError {
        FieldError(.tooLong, field, value: value, "must have at most \(limit) bytes")
    }

    /// `Too many: COUNT: must have at most N items`.
    public static func tooMany(_ field: FieldPath, count: Int, limit: Int) -> FieldError {
        FieldError(.tooMany, field, value: .integer(Int64(count)), "must have at most \(limit) items")
    }

    /// The message without the field: `Invalid value: 0: must be between 1 and 65535, inclusive`.
    public var body: String {
        var text = problem.words
        switch problem {
        case .required, .forbidden, .tooLong, .internalError: break
        default: text += ": " + (shown ?? Self.text(of: value ?? .null))
        }
        return detail.isEmpty ? text : text + ": " + detail
    }

    /// The message with the field.
    public var description: String { "\(field): \(body)" }

    /// A value as messages show it: strings quoted, numbers and booleans bare, nil as `null`, trees as JSON.
    private static func text(of value: JSONValue) -> String {
        value.string.map { "\"\($0)\"" } ?? value.text
    }
}
