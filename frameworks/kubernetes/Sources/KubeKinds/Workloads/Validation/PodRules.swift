internal import ClusterBase
internal import KubeModel

/// Rules of pods and pod templates as wholes (upstream `ValidatePodCreate`, `ValidatePodTemplateSpec`).
enum PodRules {
    /// What is wrong with a pod besides its metadata.
    static func pod(_ pod: FieldView) -> [FieldError] {
        let spec = pod["spec"]
        var errors = annotations(pod["metadata"]["annotations"], spec: spec)
        errors += PodSpecRules.check(spec)
        if spec["serviceAccountName"].isEmpty { errors += tokens(spec["volumes"]) }
        for list in ["containers", "initContainers"] { errors += images(spec[list]) }
        if !spec["ephemeralContainers"].isEmpty {
            errors.append(spec["ephemeralContainers"].forbidden("cannot be set on create"))
        }
        return errors
    }

    /// What is wrong with a pod template; its metadata's members are named without `metadata`.
    static func template(_ template: FieldView) -> [FieldError] {
        let (labels, annotations) = (template["metadata"]["labels"], template["metadata"]["annotations"])
        let annotationsPath = template.path.child("annotations")
        return Validation.labels(template.path.child("labels"), labels.json)
            + Validation.annotations(annotationsPath, annotations.json)
            + self.annotations(annotations.at(annotationsPath), spec: template["spec"])
            + PodSpecRules.check(template["spec"])
    }

    /// Images have no blanks around them; templates may, for compatibility.
    static func images(_ containers: FieldView) -> [FieldError] {
        containers.elements.map { $0["image"] }
            .filter { $0.text.first?.isWhitespace == true || $0.text.last?.isWhitespace == true }
            .map { $0.invalid("must not have leading or trailing whitespace") }
    }

    private static func tokens(_ volumes: FieldView) -> [FieldError] {
        volumes.elements.flatMap { $0["projected"]["sources"].elements }.map { $0["serviceAccountToken"] }
            .filter(\.isPresent)
            .map { $0.forbidden("must not be specified when serviceAccountName is not set") }
    }
}

extension PodRules {
    /// The annotation of pods that stand for ones a node runs by itself.
    static let mirrorAnnotation = "kubernetes.io/config.mirror"
    /// The annotations that name a container's AppArmor profile begin so.
    static let appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"
    private static let seccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod"
    private static let seccompContainerPrefix = "container.seccomp.security.alpha.kubernetes.io/"

    /// Annotations that mean something to nodes.
    static func annotations(_ annotations: FieldView, spec: FieldView) -> [FieldError] {
        var errors: [FieldError] = []
        let mirror = annotations[key: mirrorAnnotation]
        if mirror.isPresent, spec["nodeName"].isEmpty {
            errors.append(mirror.invalid("must set spec.nodeName if mirror pod annotation is set"))
        }
        let containers = Set(
            (spec["initContainers"].elements + spec["containers"].elements).map { $0["name"].text })
        for (key, value) in annotations.entries {
            if key == seccompPodAnnotation || key.hasPrefix(seccompContainerPrefix) {
                errors += seccomp(value.at(annotations.path.child(key)))
            } else if key.hasPrefix(appArmorPrefix) {
                let container = String(key.dropFirst(appArmorPrefix.count))
                if !containers.contains(container) {
                    errors.append(.invalid(value.path, .string(container), "container not found"))
                }
                errors += appArmor(value)
            }
        }
        return errors
    }

    private static func seccomp(_ profile: FieldView) -> [FieldError] {
        if ["runtime/default", "docker/default", "unconfined"].contains(profile.text) { return [] }
        if profile.text.hasPrefix("localhost/") {
            let path = FieldView(.string(String(profile.text.dropFirst("localhost/".count))), profile.path)
            return PathRules.descending(path)
        }
        return [profile.invalid("must be a valid seccomp profile")]
    }

    private static func appArmor(_ profile: FieldView) -> [FieldError] {
        let isKnown = ["", "runtime/default", "unconfined"].contains(profile.text)
        let isLocal = profile.text.hasPrefix("localhost/")
        return isKnown || isLocal
            ? [] : [profile.invalid("invalid AppArmor profile name: \"\(profile.text)\"")]
    }
}
