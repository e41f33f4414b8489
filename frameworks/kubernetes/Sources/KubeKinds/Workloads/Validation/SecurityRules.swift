internal import ClusterBase
internal import KubeModel

/// Rules of privileges (upstream `ValidatePodSecurityContext`, `ValidateSecurityContext`).
enum SecurityRules {
    /// The privileges all containers of a pod have; takes the pod's `spec`.
    static func pod(_ spec: FieldView) -> [FieldError] {
        let context = spec["securityContext"]
        var errors = NetworkRules.hostNetworkPorts(spec)
        errors += ["fsGroup", "runAsUser", "runAsGroup"].flatMap { context[$0].checkNumber(NameRules.userNumber) }
        errors += context["supplementalGroups"].elements.flatMap { $0.checkNumber(NameRules.userNumber) }
        let sharing = spec["shareProcessNamespace"]
        if sharing.flag, spec["hostPID"].flag {
            let shown = sharing.at(context.path.child("shareProcessNamespace"))
            errors.append(shown.invalid("ShareProcessNamespace and HostPID cannot both be enabled"))
        }
        errors += sysctls(context["sysctls"])
        errors += context["fsGroupChangePolicy"].oneOfIfGiven(["Always", "OnRootMismatch"])
        return errors + seccomp(context["seccompProfile"]) + windows(context["windowsOptions"])
    }

    /// The privileges of one container.
    static func container(_ context: FieldView) -> [FieldError] {
        guard context.isPresent else { return [] }
        var errors = ["runAsUser", "runAsGroup"].flatMap { context[$0].checkNumber(NameRules.userNumber) }
        errors += context["procMount"].oneOfIfGiven(["Default", "Unmasked"])
        errors += seccomp(context["seccompProfile"])
        if context["allowPrivilegeEscalation"].json?.bool == false {
            let refused = "cannot set `allowPrivilegeEscalation` to false and "
            if context["privileged"].flag { errors.append(context.invalid(refused + "`privileged` to true")) }
            if context["capabilities"]["add"].texts.contains("CAP_SYS_ADMIN") {
                errors.append(context.invalid(refused + "`capabilities.Add` CAP_SYS_ADMIN"))
            }
        }
        return errors + windows(context["windowsOptions"])
    }

    private static let maximumSysctlLength = 253
    private static let sysctlFormat =
        "([a-z0-9]([-_a-z0-9]*[a-z0-9])?\\.)*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"

    private static func sysctls(_ list: FieldView) -> [FieldError] {
        var names: Set<String> = []
        return list.elements.flatMap { sysctl in
            let name = sysctl["name"]
            if name.isEmpty { return [name.required()] }
            guard isSysctl(name.text) else {
                return [
                    name.invalid(
                        "must have at most \(maximumSysctlLength) characters and match regex \(sysctlFormat)")
                ]
            }
            return names.insert(name.text).inserted ? [] : [name.duplicate()]
        }
    }

    private static func isSysctl(_ name: String) -> Bool {
        let segments = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return name.utf8.count <= maximumSysctlLength
            && segments.allSatisfy { segment in
                guard let first = segment.first, let last = segment.last else { return false }
                return isSysctlEdge(first) && isSysctlEdge(last)
                    && segment.allSatisfy { isSysctlEdge($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            }
    }

    private static func isSysctlEdge(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func seccomp(_ profile: FieldView) -> [FieldError] {
        guard profile.isPresent else { return [] }
        let (type, local) = (profile["type"], profile["localhostProfile"])
        var errors =
            type.isEmpty
            ? [type.required("type is required when seccompProfile is set")]
            : type.oneOf(["Localhost", "RuntimeDefault", "Unconfined"])
        if type.text == "Localhost" {
            errors +=
                local.isPresent
                ? PathRules.descending(local) : [local.required("must be set when seccomp type is Localhost")]
        } else if local.isPresent {
            errors.append(local.invalid("can only be set when seccomp type is Localhost"))
        }
        return errors
    }

    private static let maximumCredentialBytes = 64 << 10

    private static func windows(_ options: FieldView) -> [FieldError] {
        let (name, spec, user) = (
            options["gmsaCredentialSpecName"], options["gmsaCredentialSpec"], options["runAsUserName"]
        )
        var errors = name.isPresent ? name.check(NameRules.dns1123Subdomain) : []
        if spec.isPresent, spec.isEmpty {
            errors.append(spec.invalid("gmsaCredentialSpec cannot be an empty string"))
        } else if spec.text.utf8.count > maximumCredentialBytes {
            errors.append(spec.invalid("gmsaCredentialSpec size must be under 64 KiB"))
        }
        if user.isPresent, user.isEmpty {
            errors.append(user.invalid("runAsUserName cannot be an empty string"))
        } else if user.text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            errors.append(user.invalid("runAsUserName cannot contain control characters"))
        } else if user.text.count(where: { $0 == "\\" }) > 1 {
            errors.append(user.invalid("runAsUserName cannot contain more than one backslash"))
        }
        return errors
    }
}
