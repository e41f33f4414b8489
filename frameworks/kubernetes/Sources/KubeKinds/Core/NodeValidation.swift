internal import ClusterBase
internal import KubeModel

/// What is wrong with a node (upstream 1.20's `ValidateNode` and `ValidateNodeUpdate`).
enum NodeValidation {
    private static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
    /// Resources that are counted, beside those that extensions name.
    private static let counted: Set<String> = [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ]
    /// Fields of the spec that an update may change freely.
    private static let free = ["unschedulable", "taints", "configSource"]

    static func validate(_ node: KubeObject) -> [FieldError] {
        taintErrors(node) + resourceErrors(node) + podBlockErrors(node)
    }

    static func validateUpdate(_ new: KubeObject, _ old: KubeObject) -> [FieldError] {
        var errors = resourceErrors(new) + addressErrors(new)
        let oldBlocks = old.list("spec", "podCIDRs")
        if !oldBlocks.isEmpty && new.list("spec", "podCIDRs") != oldBlocks {
            errors.append(
                .forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"))
        }
        let provider = old.text("spec", "providerID")
        if !provider.isEmpty && new.text("spec", "providerID") != provider {
            errors.append(
                .forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid"))
        }
        errors += taintErrors(new)
        if protected(new) != protected(old) {
            // The whole object is meant; upstream's path without a name reads so.
            errors.append(
                .forbidden(
                    "[]",
                    "node updates may only change labels, taints, or capacity "
                        + "(or configSource, if the DynamicKubeletConfig feature gate is enabled)"))
        }
        return errors
    }

    /// The spec without what may change and what is judged by itself.
    private static func protected(_ node: KubeObject) -> JSONObject {
        var spec = node["spec"]?.object ?? JSONObject()
        for field in free + ["podCIDR", "podCIDRs", "providerID"] { spec[field] = nil }
        return spec
    }

    private static func taintErrors(_ node: KubeObject) -> [FieldError] {
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, value) in node.list("spec", "taints").enumerated() {
            let taint = KubeObject(value) ?? KubeObject()
            let path = FieldPath("metadata.taints").index(index)
            let (key, text, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"))
            errors += Validation.labelName(path.child("key"), key)
            let problems = NameRules.labelValue(text)
            if !problems.isEmpty {
                errors.append(.invalid(path.child("value"), .string(text), problems.joined(separator: ";")))
            }
            errors += Validation.oneOf(path.child("effect"), effect, effects)
            if !seen.insert(effect + "/" + key).inserted {
                let shown =
                    "core.Taint{Key:\"\(key)\", Value:\"\(text)\", Effect:\"\(effect)\", TimeAdded:(*v1.Time)(nil)}"
                errors.append(.duplicate(path, shown: shown, "taints must be unique by key and effect pair"))
            }
        }
        return errors
    }

    private static func resourceErrors(_ node: KubeObject) -> [FieldError] {
        ["capacity", "allocatable"].flatMap { field in
            node.strings("status", field).flatMap { name, text -> [FieldError] in
                guard let quantity = Quantity(text) else { return [] }
                let path = FieldPath("status").child(field).child(name)
                var errors: [FieldError] = []
                if quantity < .zero { errors.append(.invalid(path, .string(text), Validation.notNegativeMessage)) }
                if isCounted(name) && !quantity.isWhole {
                    errors.append(.invalid(path, .string(text), "must be an integer"))
                }
                return errors
            }
        }
    }

    private static func isCounted(_ resource: String) -> Bool {
        counted.contains(resource) || resource.contains("/") && !resource.contains("kubernetes.io/")
    }

    private static func podBlockErrors(_ node: KubeObject) -> [FieldError] {
        let path: FieldPath = "spec.podCIDRs"
        let blocks = node.list("spec", "podCIDRs")
        let shown = ServiceText.strings(blocks)
        let parsed = blocks.map { CIDR($0.string ?? "") }
        var errors: [FieldError] = []
        for (index, block) in parsed.enumerated() where block == nil {
            errors.append(.invalid(path.index(index), shown: shown, "must be valid CIDR"))
        }
        guard blocks.count > 1 else { return errors }
        if blocks.count > 2 || Set(parsed.compactMap { $0?.base.isV6 }).count < 2 {
            errors.append(.invalid(path, shown: shown, "may specify no more than one CIDR for each IP family"))
        }
        for (index, block) in blocks.enumerated() where blocks[..<index].contains(block) {
            errors.append(.duplicate(path.index(index), block))
        }
        return errors
    }

    private static func addressErrors(_ node: KubeObject) -> [FieldError] {
        let addresses = node.list("status", "addresses")
        return addresses.indices.filter { addresses[..<$0].contains(addresses[$0]) }.map { index in
            let (type, text) = (addresses[index]["type"]?.string ?? "", addresses[index]["address"]?.string ?? "")
            return .duplicate(
                FieldPath("status.addresses").index(index),
                shown: "core.NodeAddress{Type:\"\(type)\", Address:\"\(text)\"}")
        }
    }
}
