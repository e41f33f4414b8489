internal import ClusterBase
public import ClusterModel
public import ResourceModel

/// What the older endpoints take: one JSON array of messages.
///
/// All throw `WireError.badJSON` when the text is no array, `mismatch` or `missingRequired` when an entry is not the
/// message.
public enum JSONLists {
    /// Reads an array of resources (`/reserve` and the like); throws `invalid` when one of them is bad.
    public static func resources(_ json: [UInt8]) throws(WireError) -> Resources {
        var reader = try reader(json, "mesos.v1.Offer.Operation.Unreserve", "resources")
        var resources = Resources()
        while let field = try reader.next() {
            if field == Wire.Offer.Operation.Unreserve.resources {
                resources.add(try reader.resource())
            } else {
                try reader.skip()
            }
        }
        try reader.refuseBadResources()
        return resources
    }

    /// Reads an array of machines (`/machine/down`, `/machine/up`).
    public static func machines(_ json: [UInt8]) throws(WireError) -> [MachineID] {
        var reader = try reader(json, "mesos.v1.master.Call.StartMaintenance", "machines")
        var machines: [MachineID] = []
        while let field = try reader.next() {
            if field == Wire.Master.Call.StartMaintenance.machines {
                machines.append(try reader.message())
            } else {
                try reader.skip()
            }
        }
        return machines
    }

    /// A reader of a message whose one field is the array.
    private static func reader(_ json: [UInt8], _ message: String, _ field: String) throws(WireError) -> WireReader {
        let tree: JSONValue
        do { tree = try JSONValue(parsing: json) } catch { throw .badJSON("\(error)") }
        guard tree.array != nil else { throw .badJSON("Unexpected JSON type parsed") }
        let document = Array("{\"\(field)\":".utf8) + json + Array("}".utf8)
        return WireReader(
            try JSONTranscoder.wire(fromJSON: document, message: MessageDescriptor.named(message), dialect: .v0))
    }
}
