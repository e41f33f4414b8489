public import ClusterBase

/// `Status` objects that report success.
public enum StatusObject {
    /// What DELETE answers for kinds that do not return the object; with a code, what bindings and evictions answer.
    public static func success(
        _ resource: GroupResource? = nil, name: String = "", uid: String = "", code: Int? = nil
    ) -> JSONValue {
        var object: JSONObject = ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"]
        var details = JSONObject()
        let members = [("name", name), ("group", resource?.group), ("kind", resource?.resource), ("uid", uid)]
        for case (let key, let text?) in members where !text.isEmpty { details[key] = .string(text) }
        if !details.isEmpty { object["details"] = .object(details) }
        if let code { object["code"] = .integer(Int64(code)) }
        return .object(object)
    }
}
