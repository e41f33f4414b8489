internal import ClusterBase
internal import KubeModel

/// What an update may change of a pod (upstream `ValidatePodUpdate`, `ValidatePodStatusUpdate`).
enum PodUpdateRules {
    /// What is wrong with an update beyond what is wrong with the new pod.
    static func update(_ new: FieldView, old: FieldView) -> [FieldError] {
        var errors = annotations(new["metadata"]["annotations"], old: old["metadata"]["annotations"])
        let (spec, oldSpec) = (new["spec"], old["spec"])
        for list in ["containers", "initContainers"] {
            if spec[list].elements.count != oldSpec[list].elements.count {
                return errors + [spec[list].forbidden("pod updates may not add or remove containers")]
            }
            errors += spec[list].elements.flatMap { $0["image"].requiredErrors } + PodRules.images(spec[list])
        }
        let deadline = self.deadline(spec["activeDeadlineSeconds"], old: oldSpec["activeDeadlineSeconds"])
        if !deadline.errors.isEmpty, deadline.isFinal { return errors + deadline.errors }
        errors += deadline.errors
        errors += tolerations(spec["tolerations"], old: oldSpec["tolerations"])
        return errors + fixedFields(spec, old: oldSpec)
    }

    /// What is wrong with a new status.
    static func statusUpdate(_ new: FieldView, old: FieldView) -> [FieldError] {
        var errors = annotations(new["metadata"]["annotations"], old: old["metadata"]["annotations"])
        let conditions = new["status"]["conditions"].elements.enumerated()
        for (position, condition) in conditions where !systemConditions.contains(condition["type"].text) {
            let path = FieldPath("metadata.conditions").index(position).child("Type")
            errors += condition["type"].at(path).check(NameRules.qualifiedName)
        }
        let nominated = new["status"]["nominatedNodeName"]
        if nominated.text != old["status"]["nominatedNodeName"].text {
            errors += nominated.checkOptional(NameRules.dns1123Subdomain)
        }
        for list in ["containerStatuses", "initContainerStatuses"] {
            errors += transitions(
                new["status"][list], old: old["status"][list], restartPolicy: old["spec"]["restartPolicy"].text)
        }
        return errors
    }

    private static let systemConditions = ["PodScheduled", "Ready", "Initialized"]

    private static func annotations(_ new: FieldView, old: FieldView) -> [FieldError] {
        let rules = [
            (PodRules.appArmorPrefix, "AppArmor annotations"), (PodRules.mirrorAnnotation, "mirror pod annotation"),
        ]
        func errors(_ entries: [(key: String, value: FieldView)], _ verb: String) -> [FieldError] {
            entries.flatMap { key, _ in
                rules.filter { key.hasPrefix($0.0) }
                    .map { .forbidden(new.path.key(key), "may not \(verb) \($0.1)") }
            }
        }
        return errors(old.entries.filter { $0.value.json != new.json?[$0.key] }, "remove or update")
            + errors(new.entries.filter { old.json?[$0.key] == nil }, "add")
    }

    /// The deadline may be set or lowered; whether other changes are looked at too is for the caller.
    private static func deadline(_ new: FieldView, old: FieldView) -> (errors: [FieldError], isFinal: Bool) {
        guard let seconds = new.integer else {
            let detail = "must not update from a positive integer to nil value"
            return (old.isPresent ? [new.invalid(detail)] : [], false)
        }
        let outOfRange = new.checkNumber { NameRules.inRange($0, 0...Int64(Int32.max)) }
        if !outOfRange.isEmpty { return (outOfRange, true) }
        guard let before = old.integer, before < seconds else { return ([], false) }
        return ([new.invalid("must be less than or equal to previous value")], true)
    }

    private static func tolerations(_ new: FieldView, old: FieldView) -> [FieldError] {
        func lasting(_ list: FieldView) -> [KubeObject] {
            list.elements.compactMap { KubeObject($0.json) }.map { toleration in
                var toleration = toleration
                toleration["tolerationSeconds"] = nil
                return toleration
            }
        }
        let kept = lasting(new)
        if lasting(old).contains(where: { !kept.contains($0) }) {
            return [new.forbidden("existing toleration can not be modified except its tolerationSeconds")]
        }
        return SchedulingRules.tolerations(new)
    }

    private static func fixedFields(_ new: FieldView, old: FieldView) -> [FieldError] {
        guard let newSpec = KubeObject(new.json), let oldSpec = KubeObject(old.json) else { return [] }
        var (fixed, before) = (newSpec, oldSpec)
        for key in ["activeDeadlineSeconds", "tolerations"] {
            fixed[key] = nil
            before[key] = nil
        }
        for list in ["containers", "initContainers"] {
            fixed.editEach(list) { $0["image"] = nil }
            before.editEach(list) { $0["image"] = nil }
        }
        if fixed == before { return [] }
        let detail =
            "pod updates may not change fields other than `spec.containers[*].image`, "
            + "`spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` "
            + "(only additions to existing tolerations)\n"
        return [new.forbidden(detail + TreeDifference.text(from: before.value, to: fixed.value))]
    }

    /// A container that has ended for good does not run again.
    private static func transitions(_ new: FieldView, old: FieldView, restartPolicy: String) -> [FieldError] {
        if restartPolicy == "Always" { return [] }
        let running = Set(new.elements.filter { !$0["state"]["terminated"].isPresent }.map { $0["name"].text })
        return old.elements.enumerated().compactMap { position, status in
            let end = status["state"]["terminated"]
            let isFinal = end.isPresent && (restartPolicy != "OnFailure" || end["exitCode"].integer ?? 0 == 0)
            guard isFinal, running.contains(status["name"].text) else { return nil }
            let state = new.path.index(position).child("state")
            return .forbidden(state, "may not be transitioned to non-terminated state")
        }
    }
}
