internal import ClusterBase
internal import KubeModel

/// Rules of what a pod consists of, alike in pods and in the templates of controllers.
///
/// Errors come in the order and in the words of upstream 1.20 (`pkg/apis/core/validation/validation.go`,
/// `ValidatePodSpec`); spec `kubernetes/03` §3.4.
enum PodSpecRules {
    /// What is wrong with a pod's `spec`.
    static func check(_ spec: FieldView) -> [FieldError] {
        let volumes = VolumeRules.volumes(spec["volumes"])
        return volumes.errors
            + ContainerRules.containers(spec["containers"], volumes: volumes.named)
            + ContainerRules.initContainers(spec["initContainers"], beside: spec["containers"], volumes: volumes.named)
            + parts.flatMap { $0(spec) }
    }

    private static let parts: [@Sendable (FieldView) -> [FieldError]] = [
        { $0["restartPolicy"].oneOf(["Always", "OnFailure", "Never"]) },
        { $0["dnsPolicy"].oneOf(["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]) },
        { Validation.labels($0["nodeSelector"].path, $0["nodeSelector"].json) },
        SecurityRules.pod,
        imagePullSecrets,
        { SchedulingRules.affinity($0["affinity"]) },
        NetworkRules.dnsConfig,
        { $0["readinessGates"].elements.flatMap { $0["conditionType"].check(NameRules.qualifiedName) } },
        { SchedulingRules.topologySpread($0["topologySpreadConstraints"]) },
        { $0["serviceAccountName"].checkOptional(NameRules.dns1123Subdomain) },
        { $0["nodeName"].checkOptional(NameRules.dns1123Subdomain) },
        { $0["activeDeadlineSeconds"].checkNumber { NameRules.inRange($0, 1...Int64(Int32.max)) } },
        { $0["terminationGracePeriodSeconds"].notNegative },
        { $0["hostname"].checkOptional(NameRules.dns1123Label) },
        { $0["subdomain"].checkOptional(NameRules.dns1123Label) },
        { SchedulingRules.tolerations($0["tolerations"]) },
        { NetworkRules.hostAliases($0["hostAliases"]) },
        { $0["priorityClassName"].checkOptional(NameRules.dns1123Subdomain) },
        { $0["runtimeClassName"].isPresent ? $0["runtimeClassName"].check(NameRules.dns1123Subdomain) : [] },
        { $0["preemptionPolicy"].isPresent ? $0["preemptionPolicy"].oneOf(preemptionPolicies) : [] },
        { ResourceRules.overhead($0["overhead"]) },
    ]

    private static let preemptionPolicies = ["PreemptLowerPriority", "Never"]

    private static func imagePullSecrets(_ spec: FieldView) -> [FieldError] {
        spec["imagePullSecrets"].elements
            .filter { secret in secret.entries.contains { $0.key != "name" } }
            .map { $0.invalid("only name may be set") }
    }
}
