internal import ClusterBase
internal import ClusterModel

// Calls about what is whose: quotas, weights, and the end of a framework.

extension OperatorPayload {
    static let shares: [String: OperatorPayload] = [
        "UPDATE_QUOTA": OperatorPayload(Wire.Master.Call.updateQuota, "update_quota", updateQuota),
        "SET_QUOTA": OperatorPayload(Wire.Master.Call.setQuota, "set_quota", setQuota),
        "REMOVE_QUOTA": OperatorPayload(Wire.Master.Call.removeQuota, "remove_quota") { (reader) throws(WireError) in
            .removeQuota(role: try reader.only { (reader) throws(WireError) in try reader.string() } ?? "")
        },
        "UPDATE_WEIGHTS": OperatorPayload(Wire.Master.Call.updateWeights, "update_weights") {
            (reader) throws(WireError) in .updateWeights(try reader.weights())
        },
        "TEARDOWN": OperatorPayload(Wire.Master.Call.teardown, "teardown") { (reader) throws(WireError) in
            .teardown(try reader.only { (reader) throws(WireError) in try reader.id() } ?? "")
        },
    ]

    private static let updateQuota: Read = { (reader) throws(WireError) in
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

    private static let setQuota: Read = { (reader) throws(WireError) in
        var request = QuotaRequest(role: nil, guarantee: [])
        while let field = try reader.next() {
            if field == Wire.Master.Call.SetQuota.quotaRequest {
                request = try reader.message()
            } else {
                try reader.skip()
            }
        }
        return .setQuota(request)
    }
}
