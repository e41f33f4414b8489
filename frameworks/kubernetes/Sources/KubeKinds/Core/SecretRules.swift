internal import ClusterBase
internal import KubeModel

/// What a Secret must hold (upstream 1.20's `ValidateSecret`).
enum SecretRules {
    private static let account = "kubernetes.io/service-account.name"
    /// Types whose values must hold a JSON object under a key.
    private static let documents = [
        "kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    ]

    /// Moves `stringData`, which is only ever written, into `data`.
    static func takeInTexts(_ secret: inout KubeObject) {
        for (key, value) in secret.strings("stringData") {
            secret["data", key] = .string(String(decoding: Base64.encode(Array(value.utf8)), as: UTF8.self))
        }
        secret["stringData"] = nil
    }

    static func validate(_ secret: KubeObject) -> [FieldError] {
        let data = secret["data"]?.object ?? JSONObject()
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in data {
            errors += DataRules.keyErrors(key, "data")
            size += DataRules.size(value.string ?? "")
        }
        if size > DataRules.limit { errors.append(.tooLong("data", "", limit: DataRules.limit)) }
        return errors + typeErrors(secret, data)
    }

    private static func typeErrors(_ secret: KubeObject, _ data: JSONObject) -> [FieldError] {
        let type = secret.text("type")
        // Upstream writes the fields of these two types with the placeholder left in.
        let odd: FieldPath = "data[%s]"
        switch type {
        case "kubernetes.io/service-account-token":
            guard (secret.annotation(account) ?? "").isEmpty else { return [] }
            return [.required(FieldPath("metadata.annotations").key(account))]
        case "kubernetes.io/basic-auth":
            if data["username"] != nil || data["password"] != nil { return [] }
            return [.required(odd.key("username")), .required(odd.key("password"))]
        case "kubernetes.io/ssh-auth":
            return (data["ssh-privatekey"]?.string ?? "").isEmpty ? [.required(odd.key("ssh-privatekey"))] : []
        case "kubernetes.io/tls":
            return ["tls.crt", "tls.key"].filter { data[$0] == nil }.map { .required(FieldPath("data").key($0)) }
        default:
            return documents[type].map { documentErrors(data[$0], FieldPath("data").key($0)) } ?? []
        }
    }

    private static func documentErrors(_ value: JSONValue?, _ path: FieldPath) -> [FieldError] {
        guard let value else { return [.required(path)] }
        let bytes = Base64.decode((value.string ?? "").utf8) ?? []
        let problem: String
        do {
            if try JSONValue(parsing: bytes).object != nil { return [] }
            problem = "json: cannot unmarshal into Go value of type map[string]interface {}"
        } catch {
            problem = bytes.isEmpty ? "unexpected end of JSON input" : "\(error)"
        }
        return [.invalid(path, "<secret contents redacted>", problem)]
    }
}
