internal import ClusterBase
internal import KubeModel
internal import KubeText

/// Reads the pods that files and web servers hold, and makes them this node's (spec `kubernetes/04` §4.12).
struct StaticPods: Sendable {
    /// Why a document holds no pods.
    struct Problem: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// A place that pods come from.
    enum Origin: Hashable, Sendable {
        /// A file, with its path.
        case file(String)
        /// A web server, with the URL.
        case http(String)
        /// The executor; the archive's files are named by annotations already.
        case executor

        /// `kubernetes.io/config.source`.
        var name: String {
            if case .http = self { return "http" }
            return "file"
        }

        var place: String {
            switch self {
            case .file(let path): path
            case .http(let url): url
            case .executor: ""
            }
        }
    }

    /// The annotation with a pod's source.
    static let sourceAnnotation = "kubernetes.io/config.source"
    /// The annotation with the hash of a static pod.
    static let hashAnnotation = "kubernetes.io/config.hash"
    /// The annotation with the time it was first seen.
    static let seenAnnotation = "kubernetes.io/config.seen"
    /// The annotation of a mirror, with the hash of the static pod it stands for.
    static let mirrorAnnotation = "kubernetes.io/config.mirror"

    let nodeName: String

    /// The pods of a document in JSON or YAML: a pod, a list of them, or a manifest of the first version.
    func read(_ bytes: [UInt8], from origin: Origin, now: UnixTime) throws(Problem) -> [KubeObject] {
        var pods: [KubeObject] = []
        for tree in try Self.trees(bytes) { pods.append(try adopt(tree, from: origin, now: now)) }
        return pods
    }

    /// Makes a pod this node's: name, uid, annotations and binding.
    func adopt(_ tree: KubeObject, from origin: Origin, now: UnixTime) throws(Problem) -> KubeObject {
        var pod = LegacyManifest.isManifest(tree) ? LegacyManifest.pod(tree) : tree
        guard pod.kind == "Pod" else { throw Problem(description: "kind '\(pod.kind)' is not Pod") }
        guard pod.apiVersion == "v1" else { throw Problem(description: "apiVersion '\(pod.apiVersion)' is not v1") }
        guard !pod.name.isEmpty else { throw Problem(description: "metadata.name: Required value") }
        try Self.validate(pod)
        let hash = StaticHash.of(Self.withoutStatus(pod).value.bytes, nodeName, origin.place)
        if pod.uid.isEmpty { pod.uid = hash }
        let suffix = "-" + nodeName.lowercased()
        if !pod.name.hasSuffix(suffix) { pod.name += suffix }
        if pod.namespace.isEmpty { pod.namespace = "default" }
        pod.setAnnotation(Self.sourceAnnotation, origin.name)
        pod.setAnnotation(Self.hashAnnotation, hash)
        pod.setAnnotation(Self.seenAnnotation, KubeTime.text(now))
        pod["spec", "nodeName"] = .string(nodeName)
        pod["status"] = ["phase": "Pending"]
        // Taints that drive pods away are no matter of a node's own.
        var tolerations = pod.list("spec", "tolerations")
        if !tolerations.contains(where: { $0["operator"]?.string == "Exists" && $0["effect"]?.string == "NoExecute" }) {
            tolerations.append(["operator": "Exists", "effect": "NoExecute"])
        }
        pod["spec", "tolerations"] = .array(tolerations)
        return pod
    }

    private static func withoutStatus(_ pod: KubeObject) -> KubeObject {
        var pod = pod
        pod["status"] = nil
        return pod
    }

    private static func trees(_ bytes: [UInt8]) throws(Problem) -> [KubeObject] {
        let value: JSONValue
        do throws(YAMLText.Failure) { value = try YAMLText.parse(bytes) } catch {
            throw Problem(description: error.problem)
        }
        guard let tree = KubeObject(value) else { throw Problem(description: "the document is no object") }
        guard tree.kind == "List" || tree.kind == "PodList" else { return [tree] }
        return tree.list("items").compactMap { KubeObject($0) }.map { item in
            var item = item
            // The items of a typed list need not say what they are.
            if item.kind.isEmpty, tree.kind == "PodList" { (item.kind, item.apiVersion) = ("Pod", tree.apiVersion) }
            return item
        }
    }

    /// What the API server would refuse and a node cannot work with.
    private static func validate(_ pod: KubeObject) throws(Problem) {
        let containers = pod.list("spec", "containers")
        guard !containers.isEmpty else { throw Problem(description: "spec.containers: Required value") }
        var names: Set<String> = []
        for (list, values) in [("initContainers", pod.list("spec", "initContainers")), ("containers", containers)] {
            for (index, value) in values.enumerated() {
                let (name, image) = (value["name"]?.string ?? "", value["image"]?.string ?? "")
                let path = "spec.\(list)[\(index)]"
                guard !name.isEmpty else { throw Problem(description: path + ".name: Required value") }
                guard names.insert(name).inserted else {
                    throw Problem(description: path + ".name: Duplicate value: \"\(name)\"")
                }
                guard !image.isEmpty else { throw Problem(description: path + ".image: Required value") }
            }
        }
    }
}

/// The hash that tells static pods apart.
enum StaticHash {
    /// 32 hex digits: two FNV-1a hashes of 64 bits with different beginnings.
    static func of(_ content: [UInt8], _ parts: String...) -> String {
        let bytes = content + parts.flatMap { [0] + Array($0.utf8) }
        return [0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142].map { (seed: UInt64) in
            let hash = bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
            let digits = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
