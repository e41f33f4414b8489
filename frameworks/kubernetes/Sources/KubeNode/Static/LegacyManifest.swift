internal import ClusterBase
internal import KubeModel

/// The container manifests of the first API versions, made into pods (`ContainerManifest` of `v1beta1` and `v1beta2`).
enum LegacyManifest {
    /// Whether a document is a manifest: it has a version and containers at the top, and no kind of today.
    static func isManifest(_ tree: KubeObject) -> Bool {
        tree["containers"] != nil && tree["spec"] == nil && ["", "ContainerManifest"].contains(tree.kind)
    }

    /// The pod that a manifest means.
    static func pod(_ manifest: KubeObject) -> KubeObject {
        var pod = KubeObject(["apiVersion": "v1", "kind": "Pod"])
        let (id, uuid) = (manifest.text("id"), manifest.text("uuid"))
        pod.name = id.isEmpty ? manifest.name : id
        if !uuid.isEmpty { pod.uid = uuid }
        pod.namespace = manifest.text("namespace")
        var spec: JSONObject = ["containers": .array(manifest.list("containers").map(container))]
        let volumes = manifest.list("volumes").map(volume)
        if !volumes.isEmpty { spec["volumes"] = .array(volumes) }
        for (word, policy) in [("always", "Always"), ("onFailure", "OnFailure"), ("never", "Never")] {
            if manifest["restartPolicy", word] != nil { spec["restartPolicy"] = .string(policy) }
        }
        for flag in ["hostNetwork", "dnsPolicy"] { spec[flag] = manifest[flag] }
        pod["spec"] = .object(spec)
        return pod
    }

    private static func container(_ value: JSONValue) -> JSONValue {
        guard var container = KubeObject(value) else { return value }
        container["env"] = renamed(container["env"]) { entry in
            if entry["name"] == nil { (entry["name"], entry["key"]) = (entry["key"], nil) }
        }
        container["volumeMounts"] = renamed(container["volumeMounts"]) { mount in
            if mount["mountPath"] == nil { (mount["mountPath"], mount["path"]) = (mount["path"], nil) }
        }
        container["ports"] = renamed(container["ports"]) { port in
            if let transport = port["protocol"]?.string { port["protocol"] = .string(transport.uppercased()) }
        }
        var limits = JSONObject()
        if let cpu = container.integer("cpu"), cpu > 0 { limits["cpu"] = .string("\(cpu)m") }
        if let memory = container.integer("memory"), memory > 0 { limits["memory"] = .string("\(memory)") }
        (container["cpu"], container["memory"]) = (nil, nil)
        if !limits.isEmpty { container["resources"] = ["limits": .object(limits)] }
        if let policy = container["imagePullPolicy"]?.string {
            container["imagePullPolicy"] = .string(policy.replacingPrefix("Pull", with: ""))
        }
        return container.value
    }

    private static func volume(_ value: JSONValue) -> JSONValue {
        guard let volume = KubeObject(value) else { return value }
        var result: JSONObject = ["name": .string(volume.text("name"))]
        for (kind, source) in volume["source"]?.object ?? JSONObject() where !source.isNull {
            result[["hostDir": "hostPath", "emptyDirectory": "emptyDir"][kind] ?? kind] = source
        }
        return .object(result)
    }

    private static func renamed(_ list: JSONValue?, _ change: (inout KubeObject) -> Void) -> JSONValue? {
        guard let values = list?.array else { return list }
        return .array(
            values.map { value in
                guard var object = KubeObject(value) else { return value }
                change(&object)
                return object.value
            })
    }
}

extension String {
    /// The text without a prefix of the old words (`PullAlways` → `Always`).
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
