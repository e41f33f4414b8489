internal import ClusterBase
internal import KubeModel

/// A value of an object with the path that names it in messages; absent values have a path too.
///
/// Validation reads objects through it, so that a rule says which field it means only once.
struct FieldView: Sendable {
    /// The value; nil when absent.
    let json: JSONValue?
    /// Where it is.
    let path: FieldPath

    /// A whole object; its members' paths begin at their names.
    init(_ object: KubeObject) { self.init(object.value, FieldPath("")) }

    /// A value at a path.
    init(_ json: JSONValue?, _ path: FieldPath) { (self.json, self.path) = (json, path) }

    /// A member.
    subscript(name: String) -> FieldView { FieldView(json?[name], path.child(name)) }

    /// A value of a map.
    subscript(key key: String) -> FieldView { FieldView(json?[key], path.key(key)) }

    /// The same value under another path.
    func at(_ path: FieldPath) -> FieldView { FieldView(json, path) }

    /// The elements of a list.
    var elements: [FieldView] {
        (json?.array ?? []).enumerated().map { FieldView($0.element, path.index($0.offset)) }
    }

    /// The values of a map with their keys.
    var entries: [(key: String, value: FieldView)] {
        (json?.object ?? JSONObject()).map { ($0.key, FieldView($0.value, path.key($0.key))) }
    }

    /// Whether there is a value.
    var isPresent: Bool { json != nil }
    /// The text; empty when absent.
    var text: String { json?.string ?? "" }
    /// The whole number, or nil.
    var integer: Int64? { json?.integer }
    /// Whether it is `true`.
    var flag: Bool { json?.bool ?? false }
    /// The texts of a list.
    var texts: [String] { (json?.array ?? []).compactMap(\.string) }
    /// Whether it is absent, an empty text, list or map.
    var isEmpty: Bool {
        switch json {
        case nil, .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}

extension FieldView {
    /// `Required value[: detail]`.
    func required(_ detail: String = "") -> FieldError { .required(path, detail) }

    /// `Invalid value: VALUE: detail`.
    func invalid(_ detail: String) -> FieldError { .invalid(path, json ?? .null, detail) }

    /// `Duplicate value: VALUE`.
    func duplicate() -> FieldError { .duplicate(path, json ?? .null) }

    /// `Forbidden: detail`.
    func forbidden(_ detail: String) -> FieldError { .forbidden(path, detail) }

    /// `Required value` when it is empty.
    var requiredErrors: [FieldError] { isEmpty ? [required()] : [] }

    /// An error for each complaint of a grammar about the text.
    func check(_ grammar: (String) -> [String]) -> [FieldError] { Validation.invalid(path, text, grammar(text)) }

    /// As `check`, and `Required value` for an empty text.
    func checkRequired(_ grammar: (String) -> [String]) -> [FieldError] { isEmpty ? [required()] : check(grammar) }

    /// As `check`, but an empty text is good.
    func checkOptional(_ grammar: (String) -> [String]) -> [FieldError] { isEmpty ? [] : check(grammar) }

    /// An error for each complaint about the number; an absent one is good.
    func checkNumber(_ grammar: (Int64) -> [String]) -> [FieldError] {
        guard let integer else { return [] }
        return Validation.invalid(path, .integer(integer), grammar(integer))
    }

    /// Complains about a number that is negative.
    var notNegative: [FieldError] { Validation.notNegative(path, integer) }

    /// Complains about a text that is none of some words; an empty one is `Required value`.
    func oneOf(_ words: [String]) -> [FieldError] { Validation.oneOf(path, text, words) }

    /// Complains about a text that is given and none of some words.
    func oneOfIfGiven(_ words: [String]) -> [FieldError] {
        isPresent && !words.contains(text) ? [.notSupported(path, .string(text), words)] : []
    }
}
