internal import ClusterBase
public import KubeModel

/// A file of a volume that is made from objects of the API.
public struct VolumeFile: Hashable, Sendable {
    /// The path below the volume, relative, with no `.` or `..` in it.
    public var path: String
    /// What is in it.
    public var bytes: [UInt8]
    /// Its permission bits.
    public var mode: UInt32

    /// Makes a file.
    public init(path: String, bytes: [UInt8], mode: UInt32) {
        (self.path, self.bytes, self.mode) = (path, bytes, mode)
    }
}

/// Works out the files of `secret`, `configMap`, `downwardAPI` and `projected` volumes.
///
/// Source: spec `kubernetes/04` §4.8.
public enum VolumeFiles {
    private static let standardMode: Int64 = 0o644

    /// The files of a volume, by path, of two with the same path the later one; nil when it is of another type.
    public static func files(
        of volume: KubeObject, pod: KubeObject, objects: ConfigObjects, _ facts: PodFacts
    ) throws(ConfigError) -> [VolumeFile]? {
        var builder = Builder(pod: pod, objects: objects, facts: facts)
        if let source = KubeObject(volume["secret"]) {
            let holder = ValueHolder(
                kind: .secret, name: source.text("secretName"), isOptional: source.flag("optional"))
            try builder.add(holder, source, mode(source))
        } else if let source = KubeObject(volume["configMap"]) {
            let holder = ValueHolder(kind: .configMap, name: source.text("name"), isOptional: source.flag("optional"))
            try builder.add(holder, source, mode(source))
        } else if let source = KubeObject(volume["downwardAPI"]) {
            try builder.addFields(source, mode(source))
        } else if let source = KubeObject(volume["projected"]) {
            for projection in source.list("sources").compactMap({ KubeObject($0) }) {
                try builder.add(projection: projection, mode(source))
            }
        } else {
            return nil
        }
        return builder.files.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func mode(_ source: KubeObject) -> Int64 { source.integer("defaultMode") ?? standardMode }
}

private struct Builder {
    var pod: KubeObject
    var objects: ConfigObjects
    var facts: PodFacts
    var files: [String: VolumeFile] = [:]

    mutating func add(projection: KubeObject, _ mode: Int64) throws(ConfigError) {
        if let source = KubeObject(projection["secret"]) {
            try add(ValueHolder(kind: .secret, source), source, mode)
        } else if let source = KubeObject(projection["configMap"]) {
            try add(ValueHolder(kind: .configMap, source), source, mode)
        } else if let source = KubeObject(projection["downwardAPI"]) {
            try addFields(source, mode)
        } else if let source = KubeObject(projection["serviceAccountToken"]) {
            guard let token = objects.accountToken else {
                throw ConfigError("the service account \"\(account)\" has no token")
            }
            try put(source.text("path"), token, mode)
        } else {
            let kind = projection.fields.keys.first ?? ""
            throw ConfigError("projection of \"\(kind)\" is not supported")
        }
    }

    private var account: String {
        let name = pod.text("spec", "serviceAccountName")
        return pod.namespace + "/" + (name.isEmpty ? "default" : name)
    }

    /// The entries of a secret or config map: those of `items`, or all of them.
    mutating func add(_ holder: ValueHolder, _ source: KubeObject, _ mode: Int64) throws(ConfigError) {
        guard let object = try holder.find(in: objects) else { return }
        let items = source.list("items").compactMap { KubeObject($0) }
        if items.isEmpty {
            for file in holder.files(object) { try put(file.key, file.bytes, mode) }
            return
        }
        for item in items {
            guard let bytes = holder.bytes(object, item.text("key")) else {
                if holder.isOptional { continue }
                let kind =
                    holder.kind == .secret
                    ? "references non-existent secret" : "configmap references non-existent config"
                throw ConfigError("\(kind) key: \(item.text("key"))")
            }
            try put(item.text("path"), bytes, item.integer("mode") ?? mode)
        }
    }

    /// The files of a downward API source.
    mutating func addFields(_ source: KubeObject, _ mode: Int64) throws(ConfigError) {
        for item in source.list("items").compactMap({ KubeObject($0) }) {
            let value: String
            if let reference = KubeObject(item["resourceFieldRef"]) {
                value = try DownwardValue.resource(reference, of: pod, container: nil, facts)
            } else {
                value = try DownwardValue.field(item.text("fieldRef", "fieldPath"), of: pod, facts)
            }
            try put(item.text("path"), Array(value.utf8), item.integer("mode") ?? mode)
        }
    }

    private mutating func put(_ path: String, _ bytes: [UInt8], _ mode: Int64) throws(ConfigError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isBad = parts.isEmpty || parts.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.count > 255 }
        guard !isBad, !path.hasPrefix(".."), path.utf8.count < 4096, !path.utf8.contains(0) else {
            throw ConfigError("invalid path of a file: \"\(path)\"")
        }
        files[path] = VolumeFile(path: path, bytes: bytes, mode: UInt32(truncatingIfNeeded: mode) & 0o7777)
    }
}
