internal import ClusterBase
internal import KubeModel

/// Rules that ConfigMaps and Secrets share.
enum DataRules {
    /// The bytes that all values of an object may have together.
    static let limit = 1_048_576

    /// How many bytes a base64 text stands for.
    static func size(_ base64: String) -> Int {
        let padding = base64.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return (base64.utf8.count - padding) * 3 / 4
    }

    static func keyErrors(_ key: String, _ field: FieldPath) -> [FieldError] {
        Validation.invalid(field.key(key), key, NameRules.configMapKey(key))
    }

    /// Once `immutable` is set, neither it nor the values change any more.
    static func immutabilityErrors(_ new: KubeObject, _ old: KubeObject, fields: [String]) -> [FieldError] {
        guard old.flag("immutable") else { return [] }
        var changed = new.flag("immutable") ? [] : ["immutable"]
        changed += fields.filter { (new[$0] ?? [:]) != (old[$0] ?? [:]) }
        return changed.map { .forbidden(FieldPath($0), "field is immutable when `immutable` is set") }
    }
}
