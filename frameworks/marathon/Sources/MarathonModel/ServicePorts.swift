/// Gives service ports to an app that leaves them to the server (spec `marathon` §2.6).
public struct ServicePorts: Sendable {
    /// `--local_port_min` to `--local_port_max`.
    public var range: ClosedRange<Int>

    /// Makes an allocator of a range.
    public init(range: ClosedRange<Int>) { self.range = range }

    /// The app with every service port of 0 replaced.
    ///
    /// First come ports that its older version had and it no longer names, then the lowest numbers nobody uses. Throws
    /// when the range is exhausted.
    public func assigned(_ app: AppSpec, old: AppSpec?, used: Set<Int>) throws(SpecError) -> AppSpec {
        let wanted = app.servicePorts
        guard wanted.contains(0) else { return app }
        var reusable = (old?.servicePorts ?? []).filter { range.contains($0) && !wanted.contains($0) }
        var taken = used.union(wanted).union(reusable)
        var next = range.lowerBound
        var ports: [Int] = []
        for port in wanted {
            if port != 0 {
                ports.append(port)
            } else if !reusable.isEmpty {
                ports.append(reusable.removeFirst())
            } else {
                while taken.contains(next) { next += 1 }
                guard range.contains(next) else {
                    throw .invalid(
                        "/",
                        "All ports in the range [\(range.lowerBound)-\(range.upperBound)) are already in use")
                }
                taken.insert(next)
                ports.append(next)
            }
        }
        return app.withServicePorts(ports)
    }
}

extension AppSpec {
    fileprivate func withServicePorts(_ ports: [Int]) -> AppSpec {
        var app = self
        for (index, port) in ports.enumerated() {
            if app.usesHostNetwork {
                app.portDefinitions[index].port = port
            } else {
                app.container?.portMappings[index].servicePort = port
            }
        }
        return app
    }
}
