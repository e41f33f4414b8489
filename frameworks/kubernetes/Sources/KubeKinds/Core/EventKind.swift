internal import KubeModel

extension CoreKinds {
    /// Something that happened to an object.
    static let event: KindRow = {
        var row = coreRow("Event", plural: "events")
        row.shortNames = ["ev"]
        row.createsOnUpdate = true
        row.timeToLive = 3_600
        return row
    }()
}
