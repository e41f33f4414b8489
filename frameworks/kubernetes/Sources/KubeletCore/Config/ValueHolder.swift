internal import ClusterBase
internal import KubeModel

/// A reference to a secret or config map, or to one of its keys.
struct ValueHolder {
    enum Kind: String {
        case configMap
        case secret
    }

    var kind: Kind
    var name: String
    /// Empty when the whole object is meant.
    var key: String
    var isOptional: Bool

    init(kind: Kind, _ reference: KubeObject) {
        self.kind = kind
        (name, key) = (reference.text("name"), reference.text("key"))
        isOptional = reference.flag("optional")
    }

    init(kind: Kind, name: String, isOptional: Bool) {
        (self.kind, self.name, self.isOptional, key) = (kind, name, isOptional, "")
    }

    /// The object; nil when it is missing and optional.
    func find(in objects: ConfigObjects) throws(ConfigError) -> KubeObject? {
        let found = kind == .secret ? objects.secrets[name] : objects.configMaps[name]
        if found == nil, !isOptional {
            throw ConfigError("\(kind == .secret ? "secret" : "configmap") \"\(name)\" not found")
        }
        return found
    }

    /// All entries that are text, by key.
    func texts(_ object: KubeObject) -> [(key: String, value: String)] {
        switch kind {
        case .configMap: object.strings("data").sorted { $0.key < $1.key }
        case .secret: files(object).map { ($0.key, String(decoding: $0.bytes, as: UTF8.self)) }
        }
    }

    /// The text of the key, or nil.
    func text(_ object: KubeObject) -> String? {
        switch kind {
        case .configMap: object["data", key]?.string
        case .secret: bytes(object, key).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// All entries, by key.
    func files(_ object: KubeObject) -> [(key: String, bytes: [UInt8])] {
        var keys = object.strings("data").map(\.key)
        if kind == .configMap { keys += object.strings("binaryData").map(\.key) }
        return keys.sorted().compactMap { key in bytes(object, key).map { (key, $0) } }
    }

    /// The bytes of an entry, or nil.
    func bytes(_ object: KubeObject, _ key: String) -> [UInt8]? {
        switch kind {
        case .secret: object["data", key]?.string.flatMap { Base64.decode($0.utf8, strictly: false) }
        case .configMap:
            object["data", key]?.string.map { Array($0.utf8) }
                ?? object["binaryData", key]?.string.flatMap { Base64.decode($0.utf8, strictly: false) }
        }
    }
}
