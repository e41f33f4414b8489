internal import KubeModel

extension CoreKinds {
    /// Bytes that few may read.
    static let secret: KindRow = {
        let row = coreRow("Secret", plural: "secrets")
        return row
    }()

    /// Settings as texts.
    static let configMap: KindRow = {
        var row = coreRow("ConfigMap", plural: "configmaps")
        row.shortNames = ["cm"]
        return row
    }()
}
