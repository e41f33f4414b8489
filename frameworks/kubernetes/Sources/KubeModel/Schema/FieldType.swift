/// The type of a field's value in a schema.
public indirect enum FieldType: Hashable, Sendable {
    /// Text.
    case string
    /// `true` or `false`.
    case bool
    /// A whole number of 32 bits.
    case int32
    /// A whole number of 64 bits.
    case int64
    /// Any number.
    case double
    /// Bytes, as standard base64 text.
    case bytes
    /// An amount such as `500m` or `1Gi`; numbers are accepted too, and made text.
    case quantity
    /// A whole number, or text such as `25%`.
    case intOrString
    /// A time in whole seconds, `2026-01-02T03:04:05Z`.
    case time
    /// A time in microseconds, `2026-01-02T03:04:05.000000Z`.
    case microTime
    /// Any JSON, kept as it is.
    case any
    /// A list of values of one type.
    case list(FieldType)
    /// A map from text to values of one type.
    case map(FieldType)
    /// A value of another type of the library.
    case object(TypeReference)

    /// The type an element of a list or a value of a map has; the type itself otherwise.
    public var element: FieldType {
        switch self {
        case .list(let element), .map(let element): element.element
        default: self
        }
    }
}

/// A type of a library, by name and place.
public struct TypeReference: Hashable, Sendable {
    /// The name, such as `core.v1.Container`.
    public let name: String
    /// The place in `SchemaLibrary.types`.
    let index: Int
}
