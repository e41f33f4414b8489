import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Addresses and node ports of services: who gets what, and what goes back.
@Suite struct CoreAddressTests {
    /// Services with what they claim, and the rules that hold between them after every step.
    private struct Town {
        let addresses: ServiceAddresses
        var random: SeededRandom
        var services: [String: KubeObject] = [:]
        var taken: Set<ServiceClaim> = []

        init(range: String = ServiceAddresses.defaultRange, seed: UInt64 = 1) throws {
            addresses = try #require(ServiceAddresses(range: range))
            random = SeededRandom(seed: seed)
        }

        /// Writes a service as the registry does: prepares, validates, plans, and takes over the claims.
        @discardableResult mutating func put(_ name: String, _ spec: JSONObject) throws(APIError) -> KubeObject {
            var object = KubeObject(["metadata": ["name": .string(name), "namespace": "default"]])
            object["spec"] = .object(spec)
            object["spec", "sessionAffinity"] = "None"
            let row = CoreKinds.service
            ServiceStrategy.fillDefaults(&object)
            let old = services[name]
            if let old { row.prepareForUpdate(&object, old) } else { row.prepareForCreate(&object) }
            let errors = row.validate(object)
            guard errors.isEmpty else { throw .invalid(row.hubKind, name, errors) }
            var generator = random
            let changes: ServiceAddresses.Changes
            if let old {
                changes = try addresses.update(
                    &object, old: old, isTaken: taken.contains, random: { generator.next() })
            } else {
                changes = try addresses.create(&object, isTaken: taken.contains, random: { generator.next() })
            }
            random = generator
            apply(changes)
            services[name] = object
            return object
        }

        mutating func delete(_ name: String) {
            guard let service = services.removeValue(forKey: name) else { return }
            apply(addresses.delete(service))
        }

        private mutating func apply(_ changes: ServiceAddresses.Changes) {
            for claim in changes.claims { #expect(taken.insert(claim).inserted) }
            for claim in changes.releases { #expect(taken.remove(claim) != nil) }
        }

        /// No claim is held twice, and exactly the held ones are taken.
        func check() throws {
            let held = services.values.flatMap(ServiceClaim.held)
            try #require(Set(held).count == held.count)
            try #require(Set(held) == taken)
        }
    }

    private static func spec(_ type: String, _ ports: [JSONValue] = [["port": 80, "protocol": "TCP"]]) -> JSONObject {
        ["type": .string(type), "ports": .array(ports)]
    }

    private func error(_ body: () throws -> Void) -> APIError? {
        do { try body() } catch { return error as? APIError }
        return nil
    }

    @Test func addressesComeFromTheRange() throws {
        var town = try Town()
        let service = try town.put("a", Self.spec("ClusterIP"))
        let address = service.text("spec", "clusterIP")
        #expect(address.hasPrefix("10.10.10.") && !["10.10.10.0", "10.10.10.1", "10.10.10.255"].contains(address))
        #expect(service["spec", "clusterIPs"] == [.string(address)])
        #expect(town.taken == [.address(address)])
        #expect(ServiceClaim.address(address).key == "/claims/serviceips/" + address)
        #expect(ServiceClaim.nodePort(30_080).key == "/claims/nodeports/30080")
    }

    @Test(arguments: ["10.10.10.0/30", "10.10.10.0", "fd00::/64", "x/24", ""])
    func rangesThatCannotServeAreRefused(_ range: String) {
        #expect(ServiceAddresses(range: range) == nil)
    }

    @Test func aWishedAddressIsGivenOrRefused() throws {
        var town = try Town()
        var spec = Self.spec("ClusterIP")
        spec["clusterIP"] = "10.10.10.7"
        try town.put("a", spec)
        let taken = error { try town.put("b", spec) }
        #expect(
            taken?.message == #"Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.10.10.7"}: "#
                + "failed to allocated ip:10.10.10.7 with error:provided IP is already allocated")
        #expect(taken?.code == 422)
        for outside in ["10.254.249.161", "10.10.10.0", "10.10.10.255"] {
            spec["clusterIP"] = .string(outside)
            #expect(
                error { try town.put("b", spec) }?.causes.first?.message.hasSuffix(
                    "provided IP is not in the valid range. The range of valid IPs is 10.10.10.0/24") == true)
        }
        town.delete("a")
        spec["clusterIP"] = "10.10.10.7"
        try town.put("b", spec)
        try town.check()
    }

    @Test func theFirstAddressIsTheServersOwn() throws {
        var town = try Town()
        var spec = Self.spec("ClusterIP")
        spec["clusterIP"] = .string(town.addresses.first)
        #expect(town.addresses.first == "10.10.10.1")
        #expect(error { try town.put("a", spec) }?.message.hasSuffix("provided IP is already allocated") == true)
        try town.put("kubernetes", spec)
        try town.check()
    }

    @Test func aFullRangeIsAnInternalError() throws {
        var town = try Town(range: "10.0.0.0/29")
        for index in 0..<5 { try town.put("s\(index)", Self.spec("ClusterIP")) }
        let full = error { try town.put("more", Self.spec("ClusterIP")) }
        #expect(full?.code == 500 && full?.reason == "InternalError")
        #expect(full?.message == "Internal error occurred: failed to allocate a serviceIP: range is full")
        try town.put("headless", { var spec = Self.spec("ClusterIP"); spec["clusterIP"] = "None"; return spec }())
        town.delete("s3")
        try town.put("more", Self.spec("ClusterIP"))
        try town.check()
    }

    @Test func nodePortsKeepOutOfOfferedPortsUnlessAskedFor() throws {
        var town = try Town(range: "10.0.0.0/16", seed: 7)
        for index in 0..<300 {
            let port = try town.put("s\(index)", Self.spec("NodePort")).list("spec", "ports").first?.nodePort ?? 0
            #expect((30_000...32_767).contains(port) && !(31_000...32_000).contains(port))
        }
        try town.put("asked", Self.spec("NodePort", [["port": 80, "protocol": "TCP", "nodePort": 31_500]]))
        try town.check()
    }

    @Test func nodePortsAreRefusedByName() throws {
        var town = try Town()
        try town.put("a", Self.spec("NodePort", [["port": 80, "protocol": "TCP", "nodePort": 30_080]]))
        #expect(
            error { try town.put("b", Self.spec("NodePort", [["port": 1, "protocol": "TCP", "nodePort": 30_080]])) }?
                .message == #"Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: "#
                + "provided port is already allocated")
        #expect(
            error { try town.put("b", Self.spec("NodePort", [["port": 1, "protocol": "TCP", "nodePort": 80]])) }?
                .message == #"Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 80: "#
                + "provided port is not in the valid range. The range of valid ports is 30000-32767")
        try town.check()
    }

    @Test func portsOfOneNumberShareANodePort() throws {
        var town = try Town()
        let names: [JSONValue] = [
            ["name": "dns", "port": 53, "protocol": "UDP"],
            ["name": "dns-tcp", "port": 53, "protocol": "TCP", "nodePort": 30_053],
        ]
        let service = try town.put("dns", Self.spec("NodePort", names))
        #expect(service.list("spec", "ports").map(\.nodePort) == [30_053, 30_053])
        #expect(town.taken.contains(.nodePort(30_053)) && town.taken.count == 2)
        try town.check()
    }

    @Test func changesOfTypeTakeAndRelease() throws {
        var town = try Town()
        let plain = try town.put("a", Self.spec("ClusterIP"))
        let address = ServiceClaim.address(plain.text("spec", "clusterIP"))
        let open = try town.put("a", Self.spec("NodePort"))
        let port = ServiceClaim.nodePort(try #require(open.list("spec", "ports").first).nodePort)
        #expect(town.taken == [address, port])
        var balanced = Self.spec("LoadBalancer")
        balanced["externalTrafficPolicy"] = "Local"
        let check = ServiceClaim.nodePort(try town.put("a", balanced).healthCheckNodePort)
        #expect(town.taken == [address, port, check])
        try town.put("a", Self.spec("ClusterIP"))
        #expect(town.taken == [address])
        try town.put("a", ["type": "ExternalName", "externalName": "db.example"])
        #expect(town.taken == [])
        try town.put("a", Self.spec("NodePort"))
        #expect(town.taken.count == 2)
        town.delete("a")
        #expect(town.taken == [])
    }

    @Test func whatAServiceHoldsIsNotJudgedAgain() throws {
        let wide = try #require(ServiceAddresses(range: "10.0.0.0/8"))
        let narrow = try #require(ServiceAddresses())
        var service = KubeObject(["metadata": ["name": "a"], "spec": .object(Self.spec("NodePort"))])
        let held = try wide.create(&service, isTaken: { _ in false }, random: { 1 << 20 }).claims
        #expect(held.count == 2)
        var again = service
        let changes = try narrow.update(&again, old: service, isTaken: Set(held).contains, random: { 0 })
        #expect(changes == ServiceAddresses.Changes() && again == service)
    }

    @Test func aRefusedHealthCheckPortIsAnInternalError() throws {
        var town = try Town()
        try town.put("a", Self.spec("NodePort", [["port": 80, "protocol": "TCP", "nodePort": 30_100]]))
        var spec = Self.spec("LoadBalancer")
        spec["externalTrafficPolicy"] = "Local"
        spec["healthCheckNodePort"] = 30_100
        #expect(
            error { try town.put("b", spec) }?.message == "Internal error occurred: failed to allocate requested "
                + "HealthCheck NodePort 30100: provided port is already allocated")
    }

    /// Random writes: after each, no two services share an address or port, and what nobody holds is free.
    @Test(arguments: 1...40) func nothingIsGivenTwice(_ seed: UInt64) throws {
        var town = try Town(range: "10.0.0.0/27", seed: seed)
        var dice = SeededRandom(seed: seed &* 977)
        let types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Headless", "Local"]
        for _ in 0..<150 {
            let name = "s\(dice.below(20))"
            if dice.chance(0.2) {
                town.delete(name)
            } else {
                let type = types[dice.below(types.count)]
                let ports: [JSONValue] = (0...dice.below(3)).map { index in
                    var port: JSONObject = ["name": .string("p\(index)"), "port": .integer(Int64(80 + index))]
                    port["protocol"] = "TCP"
                    let wishes = type == "NodePort" && dice.chance(0.3)
                    if wishes { port["nodePort"] = .integer(Int64(30_000 + dice.below(12))) }
                    return .object(port)
                }
                var spec = Self.spec(["Headless": "ClusterIP", "Local": "LoadBalancer"][type] ?? type, ports)
                if type == "Headless" { spec["clusterIP"] = "None" }
                if type == "Local" { spec["externalTrafficPolicy"] = "Local" }
                if type == "ExternalName" { spec = ["type": "ExternalName", "externalName": "db.example"] }
                // A refusal (taken, doubled, full, headless with node ports) must change nothing.
                let before = town.taken
                do { try town.put(name, spec) } catch { #expect(town.taken == before) }
            }
            try town.check()
        }
        for name in town.services.keys.sorted() { town.delete(name) }
        #expect(town.taken.isEmpty)
    }

    @Test func theServersOwnObjectsAreValid() throws {
        let addresses = try #require(ServiceAddresses(range: "10.254.0.0/16"))
        var service = SystemObjects.apiService(address: addresses.first, targetPort: 6_443)
        #expect(service.text("spec", "clusterIP") == "10.254.0.1")
        #expect(CoreKinds.service.validate(service) == [])
        let claims = try addresses.create(&service, isTaken: { _ in false }, random: { 0 }).claims
        #expect(claims == [.address("10.254.0.1")])
        let endpoints = SystemObjects.apiEndpoints(addresses: ["10.0.0.2", "10.0.0.1", "10.0.0.2"], port: 6_443)
        #expect(CoreKinds.endpoints.validate(endpoints) == [])
        #expect(
            endpoints["subsets"] == [
                [
                    "addresses": [["ip": "10.0.0.1"], ["ip": "10.0.0.2"]],
                    "ports": [["name": "https", "port": 6_443, "protocol": "TCP"]],
                ]
            ])
        #expect(SystemObjects.namespaces.map(\.name) == ["default", "kube-system", "kube-public", "kube-node-lease"])
        #expect(SystemObjects.namespaces.allSatisfy { CoreKinds.namespace.validate($0).isEmpty })
    }
}
