internal import ClusterBase
internal import ClusterModel
internal import ResourceModel

/// Model values in the shapes of the v0 JSON endpoints (spec `mesos/08` §8.2).
enum ModelJSON {
    /// `{cpus, gpus, mem, disk, …}` with revocable amounts apart, ranges and sets as text.
    static func resources(_ resources: some Sequence<Resource>) -> JSONValue {
        var scalars: [(name: String, amount: Scalar)] = [
            ("cpus", .zero), ("gpus", .zero), ("mem", .zero), ("disk", .zero),
        ]
        var ranges: [(name: String, amount: ValueRanges)] = []
        var sets: [(name: String, amount: [String])] = []
        for resource in resources {
            let name = resource.isRevocable ? resource.name + "_revocable" : resource.name
            switch resource.value {
            case .scalar(let amount): merge(&scalars, name, amount) { $0 + $1 }
            case .ranges(let value): merge(&ranges, name, value) { $0 + $1 }
            case .set(let value): merge(&sets, name, value) { Set($0).union($1).sorted() }
            }
        }
        var object = JSONObject()
        for (name, amount) in scalars { object[name] = number(amount.value) }
        for (name, value) in ranges { object[name] = .string(value.description) }
        for (name, value) in sets { object[name] = .string("{" + value.joined(separator: ", ") + "}") }
        return .object(object)
    }

    private static func merge<Key: Equatable, Value>(
        _ list: inout [(name: Key, amount: Value)], _ name: Key, _ value: Value, _ combine: (Value, Value) -> Value
    ) {
        if let at = list.firstIndex(where: { $0.name == name }) {
            list[at].amount = combine(list[at].amount, value)
        } else {
            list.append((name, value))
        }
    }

    /// Resources by the role they are reserved for.
    static func reserved(_ resources: Resources) -> JSONValue {
        var roles: [String] = []
        for resource in resources where resource.isReserved && !roles.contains(resource.role) {
            roles.append(resource.role)
        }
        var object = JSONObject()
        for role in roles.sorted() {
            object[role] = self.resources(resources.filter { $0.isReserved && $0.role == role })
        }
        return .object(object)
    }

    /// `{name: amount}`.
    static func amounts(_ amounts: [(name: String, amount: Scalar)]) -> JSONValue {
        var object = JSONObject()
        for (name, amount) in amounts { object[name] = number(amount.value) }
        return .object(object)
    }

    /// Whole numbers without a fraction, as upstream writes them.
    static func number(_ value: Double) -> JSONValue { Int64(exactly: value).map { .integer($0) } ?? .double(value) }

    static func time(_ instant: Instant) -> JSONValue { .double(instant.seconds) }

    static func attributes(_ attributes: [Attribute]) -> JSONValue {
        var object = JSONObject()
        for attribute in attributes {
            switch attribute.value {
            case .scalar(let value): object[attribute.name] = number(value)
            case .ranges(let value): object[attribute.name] = .string(value.description)
            case .text(let value): object[attribute.name] = .string(value)
            }
        }
        return .object(object)
    }

    static func domain(_ domain: FaultDomain) -> JSONValue {
        [
            "fault_domain": [
                "region": ["name": .string(domain.region)], "zone": ["name": .string(domain.zone)],
            ]
        ]
    }

    static func labels(_ labels: [Label]) -> JSONValue {
        .array(
            labels.map { label in
                var object: JSONObject = ["key": .string(label.key)]
                if let value = label.value { object["value"] = .string(value) }
                return .object(object)
            })
    }

    static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }
}
