internal import ClusterBase
internal import KubeModel

/// Values in the notation of Go, in which upstream's messages show lists, maps and structs.
enum GoText {
    /// `[]string{"a", "b"}`.
    static func list(_ texts: [String]) -> String { "[]string{" + texts.map(quoted).joined(separator: ", ") + "}" }

    /// `map[string]string{"a":"b"}`, keys sorted.
    static func map(_ object: JSONValue?) -> String {
        guard let object = object?.object else { return "map[string]string(nil)" }
        let pairs = object.map { (key: $0.key, value: $0.value.string ?? "") }.sorted { $0.key < $1.key }
        return "map[string]string{" + pairs.map { quoted($0.key) + ":" + quoted($0.value) }.joined(separator: ", ")
            + "}"
    }

    /// `v1.LabelSelector{MatchLabels:…, MatchExpressions:…}`.
    static func labelSelector(_ selector: JSONValue?) -> String {
        let type = "[]v1.LabelSelectorRequirement"
        let expressions = selector?["matchExpressions"]?.array?.map { requirement in
            let values = (requirement["values"]?.array).map { list($0.compactMap(\.string)) } ?? "[]string(nil)"
            let (key, op) = (requirement["key"]?.string ?? "", requirement["operator"]?.string ?? "")
            return "v1.LabelSelectorRequirement{Key:\(quoted(key)), Operator:\(quoted(op)), Values:\(values)}"
        }
        let shown = expressions.map { type + "{" + $0.joined(separator: ", ") + "}" } ?? type + "(nil)"
        return "v1.LabelSelector{MatchLabels:\(map(selector?["matchLabels"])), MatchExpressions:\(shown)}"
    }

    /// `intstr.IntOrString{Type:1, IntVal:0, StrVal:"25%"}`.
    static func intOrString(_ value: JSONValue?) -> String {
        let type = value?.string == nil ? 0 : 1
        return "intstr.IntOrString{Type:\(type), IntVal:\(value?.integer ?? 0), StrVal:\(quoted(value?.string ?? ""))}"
    }

    /// `core.Toleration{Key:"k", Operator:"Exists", …}`.
    static func toleration(_ value: FieldView) -> String {
        let texts = [("Key", "key"), ("Operator", "operator"), ("Value", "value"), ("Effect", "effect")].map {
            "\($0.0):\(quoted(value[$0.1].text))"
        }
        let seconds = value["tolerationSeconds"].integer.map(String.init) ?? "(*int64)(nil)"
        return "core.Toleration{" + texts.joined(separator: ", ") + ", TolerationSeconds:\(seconds)}"
    }

    private static func quoted(_ text: String) -> String { JSONValue.string(text).text }
}
