public import ClusterBase

/// Checks that many kinds share, with upstream's messages.
///
/// Source: apimachinery 1.20 `pkg/api/validation` and `pkg/apis/meta/v1/validation`.
public enum Validation {
    /// `field is immutable`.
    public static let immutableMessage = "field is immutable"
    /// `must be greater than or equal to 0`.
    public static let notNegativeMessage = "must be greater than or equal to 0"
    private static let annotationLimit = 256 * 1024

    /// `Invalid value` errors, one per message.
    public static func invalid(_ field: FieldPath, _ value: JSONValue, _ messages: [String]) -> [FieldError] {
        messages.map { .invalid(field, value, $0) }
    }

    /// `Invalid value` errors of a text, one per message.
    public static func invalid(_ field: FieldPath, _ text: String, _ messages: [String]) -> [FieldError] {
        invalid(field, .string(text), messages)
    }

    /// A number that must not be negative; an absent one is good.
    public static func notNegative(_ field: FieldPath, _ number: Int64?) -> [FieldError] {
        guard let number, number < 0 else { return [] }
        return [.invalid(field, .integer(number), notNegativeMessage)]
    }

    /// A value that an update may not change; absent and null are the same.
    public static func immutable(_ field: FieldPath, _ new: JSONValue?, _ old: JSONValue?) -> [FieldError] {
        let (new, old) = (new ?? .null, old ?? .null)
        return new == old ? [] : [.invalid(field, new, immutableMessage)]
    }

    /// One of some words; an empty text is `Required value`.
    public static func oneOf(_ field: FieldPath, _ text: String, _ allowed: [String]) -> [FieldError] {
        if text.isEmpty { return [.required(field)] }
        return allowed.contains(text) ? [] : [.notSupported(field, .string(text), allowed)]
    }

    /// An address of IP version 4 or 6.
    public static func ip(_ field: FieldPath, _ text: String) -> [FieldError] {
        invalid(field, text, NameRules.ip(text))
    }

    /// The key of a label.
    public static func labelName(_ field: FieldPath, _ name: String) -> [FieldError] {
        invalid(field, name, NameRules.qualifiedName(name))
    }

    /// A map of labels (`metadata.labels`, `matchLabels`, a plain selector); an absent one is good.
    public static func labels(_ field: FieldPath, _ labels: JSONValue?) -> [FieldError] {
        (labels?.object ?? JSONObject()).flatMap { key, value in
            let text = value.string ?? ""
            return labelName(field, key) + invalid(field, text, NameRules.labelValue(text))
        }
    }

    /// A map of annotations: its keys, in lower case, and the total of 256 KiB; an absent one is good.
    public static func annotations(_ field: FieldPath, _ annotations: JSONValue?) -> [FieldError] {
        guard let annotations = annotations?.object else { return [] }
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in annotations {
            errors += invalid(field, key, NameRules.qualifiedName(key.lowercased()))
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if size > annotationLimit { errors.append(.tooLong(field, "", limit: annotationLimit)) }
        return errors
    }

    /// A label selector in object form; an absent one is good.
    public static func labelSelector(_ field: FieldPath, _ selector: JSONValue?) -> [FieldError] {
        let expressions = (selector?["matchExpressions"]?.array ?? []).enumerated().flatMap { place, expression in
            labelExpression(field.child("matchExpressions").index(place), expression)
        }
        return labels(field.child("matchLabels"), selector?["matchLabels"]) + expressions
    }

    private static func labelExpression(_ field: FieldPath, _ expression: JSONValue) -> [FieldError] {
        let word = expression["operator"]?.string ?? ""
        let values = expression["values"]?.array ?? []
        var errors: [FieldError] = []
        switch LabelSelector.Requirement.Operator(objectForm: word) {
        case .isIn, .notIn:
            if values.isEmpty {
                errors = [.required(field.child("values"), "must be specified when `operator` is 'In' or 'NotIn'")]
            }
        case .exists, .doesNotExist:
            if !values.isEmpty {
                let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                errors = [.forbidden(field.child("values"), why)]
            }
        default:
            errors = [.invalid(field.child("operator"), .string(word), "not a valid selector operator")]
        }
        return errors + labelName(field.child("key"), expression["key"]?.string ?? "")
    }
}
