internal import ClusterBase
internal import KubeModel

/// How one address or port is chosen or refused; what the Service holds already (`held`) is never judged again.
extension ServiceAddresses {
    func giveAddress(
        _ service: inout KubeObject, held: [ServiceClaim], isTaken: (ServiceClaim) -> Bool, random: () -> UInt64
    ) throws(APIError) {
        let wanted = service.text("spec", "clusterIP")
        if wanted.isEmpty {
            let free = choice(of: 0..<addresses.count, random) { isTaken(.address(addresses.text(at: $0))) }
            guard let free else { throw .internalError("failed to allocate a serviceIP: range is full") }
            service["spec", "clusterIP"] = .string(addresses.text(at: free))
            service["spec", "clusterIPs"] = .array([.string(addresses.text(at: free))])
        } else if let problem = addressProblem(wanted, held, isTaken) {
            throw Self.invalid(
                service,
                .invalid(
                    "spec.clusterIPs", shown: ServiceText.strings(service.list("spec", "clusterIPs")),
                    "failed to allocated ip:\(wanted) with error:\(problem)"))
        }
    }

    /// Gives every port without a node port one. A new Service's ports of one number (53/TCP and 53/UDP) share one.
    func giveNodePorts(
        _ service: inout KubeObject, sharing: Bool, held: [ServiceClaim], isTaken: (ServiceClaim) -> Bool,
        random: () -> UInt64
    ) throws(APIError) {
        var ports = service.list("spec", "ports")
        let wanted = Set(ports.map(\.nodePort) + [service.healthCheckNodePort])
        var given: Set<Int> = []
        var byNumber: [Int64: Int] = [:]
        for port in ports where sharing && port.nodePort != 0 {
            if let number = port["port"]?.integer, byNumber[number] == nil { byNumber[number] = port.nodePort }
        }
        for index in ports.indices {
            let number = ports[index]["port"]?.integer ?? 0
            var nodePort = ports[index].nodePort
            if nodePort != 0 {
                if !given.contains(nodePort), let problem = portProblem(nodePort, held, isTaken) {
                    let field = FieldPath("spec.ports").index(index).child("nodePort")
                    throw Self.invalid(service, .invalid(field, .integer(Int64(nodePort)), problem))
                }
            } else if sharing, let shared = byNumber[number] {
                nodePort = shared
            } else {
                let free = freePort(random) { wanted.contains($0) || given.contains($0) || isTaken(.nodePort($0)) }
                guard let free else { throw .internalError("failed to allocate a nodePort: range is full") }
                nodePort = free
                if sharing { byNumber[number] = free }
            }
            given.insert(nodePort)
            var port = ports[index].object ?? JSONObject()
            port["nodePort"] = .integer(Int64(nodePort))
            ports[index] = .object(port)
        }
        if !ports.isEmpty { service["spec", "ports"] = .array(ports) }
    }

    func giveHealthCheckPort(
        _ service: inout KubeObject, held: [ServiceClaim], isTaken: (ServiceClaim) -> Bool, random: () -> UInt64
    ) throws(APIError) {
        let wanted = service.healthCheckNodePort
        let own = Set(service.list("spec", "ports").map(\.nodePort))
        func isUsed(_ port: Int) -> Bool { own.contains(port) || isTaken(.nodePort(port)) }
        if wanted != 0 {
            guard let problem = portProblem(wanted, held, { _ in isUsed(wanted) }) else { return }
            throw .internalError("failed to allocate requested HealthCheck NodePort \(wanted): \(problem)")
        }
        guard let free = freePort(random, isUsed) else {
            throw .internalError("failed to allocate a HealthCheck NodePort 0: range is full")
        }
        service["spec", "healthCheckNodePort"] = .integer(Int64(free))
    }

    private func addressProblem(
        _ address: String, _ held: [ServiceClaim], _ isTaken: (ServiceClaim) -> Bool
    ) -> String? {
        if held.contains(.address(IPAddress(address)?.description ?? address)) { return nil }
        guard let index = addresses.index(of: address) else {
            return "provided IP is not in the valid range. The range of valid IPs is \(addresses.description)"
        }
        return isTaken(.address(addresses.text(at: index))) ? "provided IP is already allocated" : nil
    }

    private func portProblem(
        _ port: Int, _ held: [ServiceClaim], _ isTaken: (ServiceClaim) -> Bool
    ) -> String? {
        if held.contains(.nodePort(port)) { return nil }
        guard nodePorts.contains(port) else {
            let range = "\(nodePorts.lowerBound)-\(nodePorts.upperBound)"
            return "provided port is not in the valid range. The range of valid ports is \(range)"
        }
        return isTaken(.nodePort(port)) ? "provided port is already allocated" : nil
    }

    private func freePort(_ random: () -> UInt64, _ isTaken: (Int) -> Bool) -> Int? {
        choice(of: nodePorts.lowerBound..<nodePorts.upperBound + 1, random) { offered.contains($0) || isTaken($0) }
    }

    /// The first free number from a random one on, around the end; nil when none is free. O(range) at worst.
    private func choice(of range: Range<Int>, _ random: () -> UInt64, _ isTaken: (Int) -> Bool) -> Int? {
        guard !range.isEmpty else { return nil }
        let start = range.lowerBound + Int(random() % UInt64(range.count))
        for candidate in start..<range.upperBound where !isTaken(candidate) { return candidate }
        for candidate in range.lowerBound..<start where !isTaken(candidate) { return candidate }
        return nil
    }

    private static func invalid(_ service: KubeObject, _ error: FieldError) -> APIError {
        .invalid(GroupVersionKind(.v1, "Service"), service.name, [error])
    }
}
