internal import KubeModel

extension CoreKinds {
    /// The addresses behind a service.
    static let endpoints: KindRow = {
        var row = coreRow("Endpoints", plural: "endpoints")
        row.shortNames = ["ep"]
        row.createsOnUpdate = true
        return row
    }()
}
