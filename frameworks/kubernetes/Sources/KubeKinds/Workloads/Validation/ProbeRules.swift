internal import ClusterBase
internal import KubeModel

/// Rules of probes and of the hooks at a container's start and end (upstream `validateProbe`, `validateHandler`).
enum ProbeRules {
    /// A probe, if there is one.
    static func probe(_ probe: FieldView) -> [FieldError] {
        guard probe.isPresent else { return [] }
        let numbers = [
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
        ]
        return handler(probe) + numbers.flatMap { probe[$0].notNegative }
    }

    /// A probe whose failure restarts the container: the first success counts.
    static func decisiveProbe(_ probe: FieldView) -> [FieldError] {
        let threshold = probe["successThreshold"]
        let isDecisive = !probe.isPresent || threshold.integer == 1
        return self.probe(probe) + (isDecisive ? [] : [threshold.invalid("must be 1")])
    }

    /// The hooks, if there are any.
    static func lifecycle(_ lifecycle: FieldView) -> [FieldError] {
        ["postStart", "preStop"].map { lifecycle[$0] }.filter(\.isPresent).flatMap(handler)
    }

    /// What is done, in the order in which members are looked at; exactly one may be given.
    private static let handlers: [(name: String, check: @Sendable (FieldView) -> [FieldError])] = [
        ("exec", { $0["command"].requiredErrors }),
        ("httpGet", httpGet),
        ("tcpSocket", { port($0["port"]) }),
        ("grpc", { $0["port"].checkNumber(NameRules.portNumber) }),
    ]

    private static func handler(_ owner: FieldView) -> [FieldError] {
        let given = handlers.filter { owner[$0.name].isPresent }
        guard let first = given.first else { return [owner.required("must specify a handler type")] }
        return first.check(owner[first.name])
            + given.dropFirst().map { owner[$0.name].forbidden("may not specify more than 1 handler type") }
    }

    private static func httpGet(_ action: FieldView) -> [FieldError] {
        action["path"].requiredErrors + port(action["port"])
            + action["scheme"].oneOfIfGiven(["HTTP", "HTTPS"])
            + action["httpHeaders"].elements.flatMap { header in
                header["name"].at(action["httpHeaders"].path).check(NameRules.headerName)
            }
    }

    /// The number of a port, or the name of one of the container's.
    private static func port(_ port: FieldView) -> [FieldError] {
        if port.json?.string != nil { return port.check(NameRules.portName) }
        return Validation.invalid(port.path, .integer(port.integer ?? 0), NameRules.portNumber(port.integer ?? 0))
    }
}
