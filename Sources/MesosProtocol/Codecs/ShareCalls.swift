internal import ClusterModel

/// The calls that change quotas and weights: which field each reads.
enum ShareCalls {
    static let table: [String: (field: Int, name: String)] = [
        "UPDATE_QUOTA": (Wire.Master.Call.updateQuota, "update_quota"),
        "SET_QUOTA": (Wire.Master.Call.setQuota, "set_quota"),
        "REMOVE_QUOTA": (Wire.Master.Call.removeQuota, "remove_quota"),
        "UPDATE_WEIGHTS": (Wire.Master.Call.updateWeights, "update_weights"),
    ]

    static let fields = Set(table.values.map(\.field))

    /// Reads the content of one of the fields.
    static func read(_ field: Int, from reader: inout WireReader) throws(WireError) -> OperatorCall {
        try reader.nested { (reader) throws(WireError) in
            switch field {
            case Wire.Master.Call.updateQuota: try updateQuota(&reader)
            case Wire.Master.Call.setQuota: .setQuota(try setQuota(&reader))
            case Wire.Master.Call.removeQuota: .removeQuota(role: try removedRole(&reader))
            default: .updateWeights(try reader.weights())
            }
        }
    }

    private static func updateQuota(_ reader: inout WireReader) throws(WireError) -> OperatorCall {
        var (configs, force): ([QuotaConfig], Bool) = ([], false)
        while let field = try reader.next() {
            switch field {
            case Wire.Master.Call.UpdateQuota.force: force = try reader.bool()
            case Wire.Master.Call.UpdateQuota.quotaConfigs: configs.append(try reader.message())
            default: try reader.skip()
            }
        }
        return .updateQuota(configs, force: force)
    }

    private static func setQuota(_ reader: inout WireReader) throws(WireError) -> QuotaRequest {
        var request = QuotaRequest(role: nil, guarantee: [])
        while let field = try reader.next() {
            if field == Wire.Master.Call.SetQuota.quotaRequest {
                request = try reader.message()
            } else {
                try reader.skip()
            }
        }
        return request
    }

    private static func removedRole(_ reader: inout WireReader) throws(WireError) -> String {
        var role = ""
        while let field = try reader.next() {
            if field == Wire.Master.Call.RemoveQuota.role { role = try reader.string() } else { try reader.skip() }
        }
        return role
    }
}
