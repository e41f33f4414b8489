public import KubeModel

/// The values of the downward API: what containers are told about their own pod.
///
/// Source: spec `kubernetes/04` §4.7.
public enum DownwardValue {
    /// The value of a `fieldRef`.
    ///
    /// - Parameter path: such as `metadata.labels['tier']`; a label or annotation that is absent reads as empty. Whole
    ///   maps give one line `key="value"` for each entry, by key.
    public static func field(_ path: String, of pod: KubeObject, _ facts: PodFacts) throws(ConfigError) -> String {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "metadata.labels": return lines(pod.labels)
        case "metadata.annotations": return lines(pod.annotations)
        case "spec.nodeName":
            let name = pod.text("spec", "nodeName")
            return name.isEmpty ? facts.nodeName : name
        case "spec.serviceAccountName":
            let name = pod.text("spec", "serviceAccountName")
            return name.isEmpty ? pod.text("spec", "serviceAccount") : name
        case "status.hostIP": return facts.hostAddress
        case "status.podIP": return facts.podAddresses.first ?? ""
        case "status.podIPs": return facts.podAddresses.joined(separator: ",")
        default:
            if let key = entry(path, of: "metadata.labels") { return pod.label(key) ?? "" }
            if let key = entry(path, of: "metadata.annotations") { return pod.annotation(key) ?? "" }
            throw ConfigError("unsupported fieldPath: \(path)")
        }
    }

    /// The value of a `resourceFieldRef`, rounded up to whole divisors.
    ///
    /// - Parameter container: the container that is meant when the reference names none.
    public static func resource(
        _ reference: KubeObject, of pod: KubeObject, container: KubeObject?, _ facts: PodFacts
    ) throws(ConfigError) -> String {
        let name = reference.text("containerName")
        let found = name.isEmpty ? container : Self.container(name, of: pod)
        guard let found else { throw ConfigError("container \(name) not found") }
        let resource = reference.text("resource")
        let parts = resource.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "limits" || parts[0] == "requests",
            ["cpu", "memory", "ephemeral-storage"].contains(parts[1]) || parts[1].hasPrefix("hugepages-")
        else { throw ConfigError("unsupported container resource : \(resource)") }
        var divisor = Quantity(reference["divisor"]) ?? Quantity(1)
        if divisor.sign <= 0 { divisor = Quantity(1) }
        let amount = Quantity(found["resources", parts[0], parts[1]])
        let isLimit = parts[0] == "limits" && amount?.isZero != false
        if parts[1] == "cpu" {
            let milli = isLimit ? facts.allocatableCPU : amount?.milliValue ?? 0
            return "\(quotient(milli, max(divisor.milliValue, 1)))"
        }
        let bytes = isLimit && parts[1] == "memory" ? facts.allocatableMemory : amount?.value ?? 0
        return "\(quotient(bytes, max(divisor.value, 1)))"
    }

    /// The container or init container of a name.
    static func container(_ name: String, of pod: KubeObject) -> KubeObject? {
        (pod.list("spec", "containers") + pod.list("spec", "initContainers")).lazy.compactMap { KubeObject($0) }
            .first { $0.text("name") == name }
    }

    /// Entries as `key="value"` lines, by key; the last one does not end in a newline.
    static func lines(_ entries: [(key: String, value: String)]) -> String {
        entries.sorted { $0.key < $1.key }.map { $0.key + "=" + quoted($0.value) }.joined(separator: "\n")
    }

    /// A text in double quotes, with escapes for what does not print.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += "\\v"
            default: result += printable(scalar)
            }
        }
        return result + "\""
    }

    private static func printable(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - digits.count)) + digits }
        if scalar.value < 0x20 || scalar.value == 0x7f { return "\\x" + padded(2) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return scalar.value < 0x10000 ? "\\u" + padded(4) : "\\U" + padded(8)
        case .spaceSeparator where scalar != " ": return "\\u" + padded(4)
        default: return String(scalar)
        }
    }

    private static func quotient(_ amount: Int64, _ divisor: Int64) -> Int64 {
        amount / divisor + (amount % divisor > 0 ? 1 : 0)
    }

    /// The key of a path such as `metadata.labels['key']`.
    private static func entry(_ path: String, of map: String) -> String? {
        guard path.hasPrefix(map + "['"), path.hasSuffix("']") else { return nil }
        let key = path.dropFirst(map.utf8.count + 2).dropLast(2)
        return key.isEmpty || key.contains("'") ? nil : String(key)
    }
}
