public import ClusterModel
internal import ResourceModel

extension QuotaConfig: WireModel {
    /// `mesos.v1.quota.QuotaConfig`.
    public static var messageName: String { "mesos.v1.quota.QuotaConfig" }

    /// Reads a configuration; of amounts with one name the last holds.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(role: "")
        while let field = try reader.next() {
            switch field {
            case Wire.Quota.QuotaConfig.role: role = try reader.string()
            case Wire.Quota.QuotaConfig.guarantees:
                let entry = try reader.limit()
                guarantees[entry.name] = entry.value
            case Wire.Quota.QuotaConfig.limits:
                let entry = try reader.limit()
                limits[entry.name] = entry.value
            default: try reader.skip()
            }
        }
    }

    /// Writes the configuration, amounts by name.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.Quota.QuotaConfig.role, role)
        writer.amounts(Wire.Quota.QuotaConfig.guarantees, guarantees)
        writer.amounts(Wire.Quota.QuotaConfig.limits, limits)
    }
}

extension QuotaRequest: WireModel {
    /// `mesos.v1.quota.QuotaRequest`.
    public static var messageName: String { "mesos.v1.quota.QuotaRequest" }

    /// Reads a request.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(role: nil, guarantee: [])
        while let field = try reader.next() {
            switch field {
            case Wire.Quota.QuotaRequest.role: role = try reader.string()
            case Wire.Quota.QuotaRequest.guarantee: guarantee.append(try reader.message())
            case Wire.Quota.QuotaRequest.force: force = try reader.bool()
            default: try reader.skip()
            }
        }
    }

    /// Writes the request.
    public func write(to writer: inout WireWriter) {
        if force { writer.bool(Wire.Quota.QuotaRequest.force, true) }
        writer.string(Wire.Quota.QuotaRequest.role, ifPresent: role)
        for resource in guarantee { writer.message(Wire.Quota.QuotaRequest.guarantee, resource) }
    }
}

extension RoleWeight: WireModel {
    /// `mesos.v1.WeightInfo`.
    public static var messageName: String { "mesos.v1.WeightInfo" }

    /// Reads a weight.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(role: "", weight: 0)
        while let field = try reader.next() {
            switch field {
            case Wire.WeightInfo.role: role = try reader.string()
            case Wire.WeightInfo.weight: weight = try reader.double()
            default: try reader.skip()
            }
        }
    }

    /// Writes the weight.
    public func write(to writer: inout WireWriter) {
        writer.double(Wire.WeightInfo.weight, weight)
        writer.string(Wire.WeightInfo.role, role)
    }
}

/// All quotas, as operators see them (`quota.QuotaStatus`): each in the newer form and in the older, which has
/// guarantees only.
public struct QuotaStatus: WireModel, Hashable {
    /// The quotas.
    public var configs: [QuotaConfig]

    /// Makes a status.
    public init(configs: [QuotaConfig]) { self.configs = configs }

    /// `mesos.v1.quota.QuotaStatus`.
    public static var messageName: String { "mesos.v1.quota.QuotaStatus" }

    /// Reads a status; the older form is passed over.
    public init(from reader: inout WireReader) throws(WireError) {
        configs = []
        while let field = try reader.next() {
            if field == Wire.Quota.QuotaStatus.configs {
                configs.append(try reader.message())
            } else {
                try reader.skip()
            }
        }
    }

    /// Writes both forms.
    public func write(to writer: inout WireWriter) {
        for config in configs {
            writer.nested(Wire.Quota.QuotaStatus.infos) { writer in
                writer.string(Wire.Quota.QuotaInfo.role, config.role)
                for (name, amount) in config.guarantees.sorted(by: { $0.key < $1.key }) {
                    let resource = Resource(name: name, value: .scalar(Scalar(amount)))
                    writer.message(Wire.Quota.QuotaInfo.guarantee, resource)
                }
            }
        }
        for config in configs { writer.message(Wire.Quota.QuotaStatus.configs, config) }
    }
}

/// What `PUT /weights` takes: weights as one JSON array.
public enum WeightList {
    /// Reads an array of weights.
    ///
    /// Throws `WireError.mismatch` when an entry is no weight, `missingRequired` when it has none.
    public static func decode(_ json: [UInt8]) throws(WireError) -> [RoleWeight] {
        let document = Array(#"{"weight_infos":"#.utf8) + json + Array("}".utf8)
        let message = MessageDescriptor.named("mesos.v1.master.Call.UpdateWeights")
        var reader = WireReader(try JSONTranscoder.wire(fromJSON: document, message: message, dialect: .v0))
        return try reader.weights()
    }
}

extension WireReader {
    /// The content of `Call.UpdateWeights`.
    mutating func weights() throws(WireError) -> [RoleWeight] {
        var weights: [RoleWeight] = []
        while let field = try next() {
            if field == Wire.Master.Call.UpdateWeights.weightInfos { weights.append(try message()) } else { try skip() }
        }
        return weights
    }
}

extension WireWriter {
    /// Amounts as a map to `Value.Scalar`.
    fileprivate mutating func amounts(_ field: Int, _ amounts: [String: Double]) {
        for (name, amount) in amounts.sorted(by: { $0.key < $1.key }) {
            nested(field) { writer in
                writer.string(1, name)
                writer.nested(2) { $0.double(1, amount) }
            }
        }
    }
}
