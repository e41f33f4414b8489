internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import ResourceModel

/// Model values in the shapes of the v0 JSON endpoints (spec `mesos/08` §8.2).
enum ValueJSON {
    /// `{cpus, gpus, mem, disk, …}`; revocable amounts by names of their own, ranges and sets as text.
    static func resources(_ resources: Resources) -> JSONValue {
        var object: JSONObject = ["cpus": 0, "gpus": 0, "mem": 0, "disk": 0]
        var sums: [String: Scalar] = [:]
        for resource in resources {
            let name = resource.isRevocable ? resource.name + "_revocable" : resource.name
            switch resource.value {
            case .scalar(let amount):
                let sum = sums[name, default: .zero] + amount
                sums[name] = sum
                object[name] = number(sum.value)
            case .ranges:
                let all = resources.filter { $0.isRevocable == resource.isRevocable }
                object[name] = .string(all.ranges(resource.name).description)
            case .set(let items):
                let before = object[name]?.string.map {
                    $0.dropFirst().dropLast().split(separator: ", ").map(String.init)
                }
                object[name] = .string("{" + Set((before ?? []) + items).sorted().joined(separator: ", ") + "}")
            }
        }
        return .object(object)
    }

    /// Resources by the role they are reserved for, each rendered by `render`.
    static func byRole(_ resources: Resources, _ render: (Resources) -> JSONValue) -> JSONValue {
        var object = JSONObject()
        for role in Set(resources.reserved.map(\.role)).sorted() {
            object[role] = render(resources.filter { $0.isReserved && $0.role == role })
        }
        return .object(object)
    }

    /// Resources as the generic mapping shows them.
    static func full(_ resources: Resources) -> JSONValue { .array(resources.map { tree($0) }) }

    /// Whole numbers without a fraction, as upstream writes them.
    static func number(_ value: Double) -> JSONValue { Int64(exactly: value).map { .integer($0) } ?? .double(value) }

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

    static func labels(_ labels: [Label]) -> JSONValue {
        .array(
            labels.map { label in
                var object: JSONObject = ["key": .string(label.key)]
                if let value = label.value { object["value"] = .string(value) }
                return .object(object)
            })
    }

    /// A model value as the generic mapping shows it (spec `mesos.md` §B).
    static func tree(_ model: some WireModel) -> JSONValue {
        (try? JSONValue(parsing: model.encoded(as: .json, style: .full))) ?? .null
    }
}
