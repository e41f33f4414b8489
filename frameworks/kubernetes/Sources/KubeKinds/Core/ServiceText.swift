internal import ClusterBase
internal import KubeModel

/// Values as upstream's messages show them: in Go's notation.
enum ServiceText {
    /// A list of strings: `[]string{"10.10.10.7"}`, or `[]string(nil)`.
    static func strings(_ values: [JSONValue]) -> String {
        values.isEmpty ? "[]string(nil)" : GoText.list(values.map { $0.string ?? "" })
    }

    /// A list of a Service's ports.
    static func ports(_ ports: [JSONValue]) -> String {
        "[]core.ServicePort{\(ports.map { port($0) }.joined(separator: ", "))}"
    }

    /// A Service's port.
    static func port(_ port: JSONValue) -> String {
        let (name, proto) = (port["name"]?.string ?? "", port["protocol"]?.string ?? "")
        let text = port["targetPort"]?.string
        let target = "Type:\(text == nil ? 0 : 1), IntVal:\(port["targetPort"]?.integer ?? 0), StrVal:\"\(text ?? "")\""
        return "core.ServicePort{Name:\"\(name)\", Protocol:\"\(proto)\", AppProtocol:(*string)(nil), "
            + "Port:\(port["port"]?.integer ?? 0), TargetPort:intstr.IntOrString{\(target)}, NodePort:\(port.nodePort)}"
    }
}
