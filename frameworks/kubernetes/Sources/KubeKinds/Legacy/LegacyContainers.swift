internal import ClusterBase
internal import KubeModel

/// Containers and volumes of the first versions (spec `kubernetes/08` §8.2).
enum LegacyContainers {
    /// The members of a pod's spec in `v1beta1` and `v1beta2`, where it is called the manifest.
    ///
    /// It names the version it is written in, which is the object's own.
    static func manifest(_ version: String) -> [ShapeRule] {
        [
            ShapeRule(toHub: { $0["version"] = nil }, fromHub: { $0["version"] = .string(version) }),
            restartPolicy,
            .each("volumes", volume), .each("containers", container), .each("initContainers", container),
        ]
    }

    /// What every version before `v1` has in containers rather than in their security contexts.
    static let privileges: [ShapeRule] = [
        .move("privileged", "securityContext.privileged"),
        .move("capabilities", "securityContext.capabilities"),
    ]

    private static let container: [ShapeRule] =
        [
            .move("command", "args"), .move("entrypoint", "command"),
            .words(
                "imagePullPolicy",
                ["PullAlways": "Always", "PullNever": "Never", "PullIfNotPresent": "IfNotPresent"]),
            .each("env", [.alias("key", "name")]),
            .each("volumeMounts", [.alias("path", "mountPath")]),
            limits,
        ] + privileges

    private static let volume: [ShapeRule] = [
        .lift("source", keeping: ["name"]),
        .move("hostDir", "hostPath"),
        .move("persistentDisk", "gcePersistentDisk"),
        .within(
            "secret",
            [
                ShapeRule(fromHub: { secret in
                    if secret["target"] != nil { secret["target", "kind"] = "Secret" }
                }),
                .move("target.name", "secretName"),
                ShapeRule(toHub: { $0["target"] = nil }),
            ]),
    ]

    /// `{"always":{}}` for `Always`; the words alone are accepted too, and unknown ones left for validation.
    private static let restartPolicy = ShapeRule(
        toHub: { manifest in
            guard let policy = manifest["restartPolicy"] else { return }
            let word = policy.string ?? policy.object?.keys.first ?? ""
            let known = restartPolicies.first { $0.lowercased() == word.lowercased() }
            manifest["restartPolicy"] = word.isEmpty ? nil : .string(known ?? word)
        },
        fromHub: { manifest in
            let word = manifest.text("restartPolicy")
            guard let first = word.first else { return }
            let policy: JSONObject = [String(first.lowercased() + word.dropFirst()): [:]]
            manifest["restartPolicy"] = .object(policy)
        })

    private static let restartPolicies = ["Always", "OnFailure", "Never"]

    /// `cpu` in thousandths and `memory` in bytes beside `resources.limits`, which win; both are written.
    private static let limits = ShapeRule(
        toHub: { container in
            for (name, amount) in amounts {
                guard let number = container.integer(name) else { continue }
                container[name] = nil
                guard number != 0, container["resources", "limits", name] == nil else { continue }
                container["resources", "limits", name] = .string("\(amount.quantity(number))")
            }
        },
        fromHub: { container in
            for (name, amount) in amounts {
                guard let limit = Quantity(container["resources", "limits", name]) else { continue }
                container[name] = .integer(amount.number(limit))
            }
        })

    private static let amounts: KeyValuePairs<String, LegacyAmount> = ["cpu": .milli, "memory": .whole]
}

/// How an amount of a resource is told as a whole number.
enum LegacyAmount {
    /// In thousandths: processors.
    case milli
    /// In units: everything else.
    case whole

    /// The unit of a resource.
    init(of resource: String) { self = resource == "cpu" ? .milli : .whole }

    /// The number of a quantity, rounded up.
    func number(_ quantity: Quantity) -> Int64 { self == .milli ? quantity.milliValue : quantity.value }

    /// The quantity of a number.
    func quantity(_ number: Int64) -> Quantity { self == .milli ? Quantity(milli: number) : Quantity(number) }
}
