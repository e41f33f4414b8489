public import ClusterBase

extension AppSpec {
    /// The app after a partial update.
    ///
    /// Every field present replaces the stored one as a whole, then defaults and rules apply again (spec `marathon`
    /// §3.4). Fields that only responses have are ignored; a container without port mappings keeps the stored ones
    /// (acceptance I-35).
    public func updated(by update: JSONObject, defaults: AppDefaults) throws(SpecError) -> AppSpec {
        let translated = try AppTranslation.canonical(update)
        var merged = json
        for (key, value) in translated where key != "version" { merged[key] = value }
        if let submitted = translated["id"] { merged["id"] = submitted }
        if var container = translated["container"]?.object, container["portMappings"] == nil, !usesHostNetwork {
            container["portMappings"] = json["container"]?["portMappings"]
            merged["container"] = .object(container)
        }
        if translated["container"] != nil || translated["networks"] != nil { dropForeignPorts(of: &merged, translated) }
        var spec = try AppSpec(canonical: merged, id: id, defaults: defaults)
        (spec.version, spec.versionInfo) = (version, versionInfo)
        return spec
    }

    /// An app that moves between host and container networking keeps neither side's port configuration.
    private func dropForeignPorts(of merged: inout JSONObject, _ update: JSONObject) {
        let staysOnHost = (merged["networks"]?.array ?? []).allSatisfy { $0["mode"] == "host" }
        guard staysOnHost != usesHostNetwork, update["portDefinitions"] == nil else { return }
        merged["portDefinitions"] = nil
    }
}
