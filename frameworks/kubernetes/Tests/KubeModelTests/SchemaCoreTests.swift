import ClusterBase
import KubeModel
import KubeSchemas
import Testing

/// The schemas of the core kinds against what is known of them.
struct SchemaCoreTests {
    private static let library = Result { try SchemaLibrary(parsing: KubeSchemas.all) }

    @Test func everythingIsDescribed() throws {
        for type in try Self.library.get().types {
            #expect(!type.description.isEmpty, "\(type.name)")
            for field in type.fields { #expect(!field.description.isEmpty, "\(type.name).\(field.name)") }
            #expect(Set(type.fields.map(\.name)).count == type.fields.count, "\(type.name) has a field twice")
        }
    }

    @Test func typesHaveTheKnownFields() throws {
        let library = try Self.library.get()
        var count = 0
        for (type, fields) in facts {
            let schema = try #require(library[type], "\(type)")
            for (name, isRequired, text) in fields {
                count += 1
                let field = try #require(schema[name], "\(type).\(name)")
                #expect(Self.text(field.type) == text, "\(type).\(name)")
                if isRequired { #expect(field.isRequired, "\(type).\(name)") }
            }
        }
        #expect(count > 950)
    }

    /// The facts as rows: a type, and its fields' names, whether they are required, and types.
    private var facts: [(String, [(String, Bool, String)])] {
        let lines = SchemaFacts.text.split(separator: "\n").reduce(into: [String]()) { lines, line in
            if line.hasPrefix(" "), let last = lines.indices.last {
                lines[last] += line
            } else {
                lines.append(String(line))
            }
        }
        return lines.map { line in
            let halves = line.split(separator: ":", maxSplits: 1)
            let fields = halves[1].split(separator: ",").map { field in
                let words = field.split(separator: " ").map(String.init)
                return (words[0].filter { $0 != "!" }, words[0].hasSuffix("!"), words[1])
            }
            return (String(halves[0]), fields)
        }
    }

    private static func text(_ type: FieldType) -> String {
        switch type {
        case .string: "string"
        case .bool: "bool"
        case .int32, .int64: "int"
        case .double: "double"
        case .bytes: "bytes"
        case .quantity: "Quantity"
        case .intOrString: "IntOrString"
        case .time: "Time"
        case .microTime: "MicroTime"
        case .any: "any"
        case .list(let element): "[\(text(element))]"
        case .map(let element): "{\(text(element))}"
        case .object(let reference): reference.name.split(separator: ".").last.map(String.init) ?? ""
        }
    }

    /// Spec `kubernetes/02` §2.12; an empty key merges a set of scalars, nil replaces.
    private static let mergeKeys: [(String, String, String?)] = [
        ("meta.v1.ObjectMeta", "ownerReferences", "uid"), ("meta.v1.ObjectMeta", "finalizers", ""),
        ("core.v1.PodSpec", "containers", "name"), ("core.v1.PodSpec", "initContainers", "name"),
        ("core.v1.PodSpec", "ephemeralContainers", "name"), ("core.v1.PodSpec", "volumes", "name"),
        ("core.v1.PodSpec", "imagePullSecrets", "name"), ("core.v1.PodSpec", "hostAliases", "ip"),
        ("core.v1.PodSpec", "topologySpreadConstraints", "topologyKey"), ("core.v1.PodSpec", "tolerations", nil),
        ("core.v1.PodSpec", "readinessGates", nil), ("core.v1.Container", "env", "name"),
        ("core.v1.Container", "volumeMounts", "mountPath"), ("core.v1.Container", "volumeDevices", "devicePath"),
        ("core.v1.Container", "ports", "containerPort"), ("core.v1.Container", "command", nil),
        ("core.v1.Container", "args", nil), ("core.v1.Container", "envFrom", nil),
        ("core.v1.PodStatus", "podIPs", "ip"), ("core.v1.PodStatus", "containerStatuses", nil),
        ("core.v1.PodStatus", "conditions", "type"), ("core.v1.NodeStatus", "conditions", "type"),
        ("core.v1.NamespaceStatus", "conditions", "type"),
        ("core.v1.ReplicationControllerStatus", "conditions", "type"),
        ("apps.v1.ReplicaSetStatus", "conditions", "type"), ("apps.v1.DeploymentStatus", "conditions", "type"),
        ("extensions.v1beta1.ReplicaSetStatus", "conditions", "type"),
        ("extensions.v1beta1.DeploymentStatus", "conditions", "type"),
        ("core.v1.ServiceStatus", "conditions", "type"), ("core.v1.ComponentStatus", "conditions", "type"),
        ("core.v1.NodeStatus", "addresses", "type"), ("core.v1.NodeStatus", "images", nil),
        ("core.v1.NodeStatus", "volumesAttached", nil), ("core.v1.NodeSpec", "podCIDRs", ""),
        ("core.v1.NodeSpec", "taints", nil), ("core.v1.ServiceSpec", "ports", "port"),
        ("core.v1.ServiceSpec", "externalIPs", nil), ("core.v1.ServiceSpec", "loadBalancerSourceRanges", nil),
        ("core.v1.ServiceSpec", "clusterIPs", nil), ("core.v1.ServiceAccount", "secrets", "name"),
        ("core.v1.ServiceAccount", "imagePullSecrets", nil), ("core.v1.Endpoints", "subsets", nil),
        ("meta.v1.LabelSelector", "matchExpressions", nil),
    ]

    @Test(arguments: mergeKeys)
    func patchesMerge(type: String, field: String, key: String?) throws {
        let schema = try #require(try Self.library.get().mergeSchema(of: type))
        let rule = try #require(schema.mergeRule(of: field))
        #expect(rule.mergesLists == (key != nil))
        #expect(rule.mergeKey ?? "" == key ?? "")
    }

    @Test func patchesRetainKeys() throws {
        let library = try Self.library.get()
        for (type, field) in [
            ("core.v1.PodSpec", "volumes"), ("apps.v1.DeploymentSpec", "strategy"),
            ("extensions.v1beta1.DeploymentSpec", "strategy"),
        ] {
            #expect(library.mergeSchema(of: type)?.mergeRule(of: field)?.retainsKeys == true, "\(type).\(field)")
        }
        let pod = library.mergeSchema(of: "core.v1.Pod")
        let containers = pod?.mergeRule(of: "spec")?.element?.mergeRule(of: "containers")
        #expect(containers?.element?.mergeRule(of: "env")?.mergeKey == "name")
        #expect(pod?.mergeRule(of: "bogus") == nil)
        #expect(library.mergeSchema(of: "core.v1.Bogus") == nil)
    }

    @Test func emptyDocumentsAreStable() throws {
        let library = try Self.library.get()
        for type in library.types {
            let once = try library.decode(.object(JSONObject()), as: type.name)
            #expect(try library.decode(once.value, as: type.name).value.text == once.value.text, "\(type.name)")
        }
    }
}
