public import ClusterBase

/// Checks that many kinds share, with upstream's messages (apimachinery `pkg/api/validation`, `pkg/apis/meta/v1/validation`).
public enum Validation {
    /// `field is immutable`.
    public static let immutableMessage = "field is immutable"
    /// `must be greater than or equal to 0`.
    public static let notNegativeMessage = "must be greater than or equal to 0"

    /// `Invalid value` errors, one per message.
    public static func invalid(_ field: FieldPath, _ value: JSONValue, _ messages: [String]) -> [FieldError] {
        messages.map { .invalid(field, value, $0) }
    }

    /// `Invalid value` errors of a text, one per message.
    public static func invalid(_ field: FieldPath, _ text: String, _ messages: [String]) -> [FieldError] {
        invalid(field, .string(text), messages)
    }

    /// A number that must not be negative; an absent one is good.
    public static func notNegative(_ field: FieldPath, _ number: Int64?) -> [FieldError] { [] }

    /// A value that an update may not change; absent and null are the same.
    public static func immutable(_ field: FieldPath, _ new: JSONValue?, _ old: JSONValue?) -> [FieldError] { [] }

    /// A map of labels (`metadata.labels`, `matchLabels`, a plain selector).
    public static func labels(_ field: FieldPath, _ labels: JSONValue?) -> [FieldError] { [] }

    /// The key of a label.
    public static func labelName(_ field: FieldPath, _ name: String) -> [FieldError] { [] }

    /// A map of annotations: keys and the total of 256 KiB.
    public static func annotations(_ field: FieldPath, _ annotations: JSONValue?) -> [FieldError] { [] }

    /// A label selector in object form; an absent one is good.
    public static func labelSelector(_ field: FieldPath, _ selector: JSONValue?) -> [FieldError] { [] }

    /// One of some words; an empty text is `Required value`.
    public static func oneOf(_ field: FieldPath, _ text: String, _ allowed: [String]) -> [FieldError] { [] }

    /// An address of IP version 4 or 6.
    public static func ip(_ field: FieldPath, _ text: String) -> [FieldError] { [] }

    /// The metadata of a new object, its name made already; the namespace was cleared for objects of the cluster.
    public static func metadata(
        _ object: KubeObject, namespaced: Bool, nameRule: NameRule, at field: FieldPath = "metadata"
    ) -> [FieldError] { [] }

    /// The metadata of an update.
    public static func metadataUpdate(
        _ new: KubeObject, old: KubeObject, at field: FieldPath = "metadata"
    ) -> [FieldError] { [] }
}
