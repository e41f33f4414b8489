internal import ClusterBase
internal import KubeModel

/// Works out what a container's processes may do: its own security context over the pod's.
///
/// Source: spec `kubernetes/04` §4.9.
public enum SecurityBuilder {
    /// A prefix of `Security.options` entries whose rest is the path, below the node's directory of seccomp profiles,
    /// of a profile that is still to be read.
    public static let localSeccomp = "seccomp=localhost/"

    /// The rights of a container.
    ///
    /// - Parameter imageUser: the user the image names; empty for root, nil when it is not known.
    ///
    /// Throws when the pod asks not to be run as root and it would be.
    public static func build(
        _ pod: PodView, _ container: ContainerView, imageUser: String?
    ) throws(ConfigError) -> ContainerConfig.Security {
        let own = KubeObject(container.object["securityContext"]) ?? KubeObject()
        let shared = KubeObject(pod.object["spec", "securityContext"]) ?? KubeObject()
        let merged = Merged(own: own, shared: shared)
        try merged.checkUser(pod, container, imageUser: imageUser)

        var security = ContainerConfig.Security()
        security.isPrivileged = own.flag("privileged")
        security.addedCapabilities = own.list("capabilities", "add").compactMap(\.string).map(capability)
        security.droppedCapabilities = own.list("capabilities", "drop").compactMap(\.string).map(capability)
        security.user = merged.user(imageUser: imageUser)
        security.groups = ([shared.integer("fsGroup")] + shared.list("supplementalGroups").map(\.integer))
            .compactMap(\.self)
        security.hasReadOnlyRoot = own.flag("readOnlyRootFilesystem")
        security.hasNoNewPrivileges = own["allowPrivilegeEscalation"]?.bool == false
        security.options = labels(merged) + seccomp(pod, container, merged) + profile(pod, container)
        return security
    }

    /// Whether `build` needs to know the image's user.
    public static func needsImageUser(_ pod: PodView, _ container: ContainerView) -> Bool {
        let own = KubeObject(container.object["securityContext"]) ?? KubeObject()
        let shared = KubeObject(pod.object["spec", "securityContext"]) ?? KubeObject()
        let merged = Merged(own: own, shared: shared)
        return merged["runAsUser"] == nil && (merged["runAsNonRoot"]?.bool == true || merged["runAsGroup"] != nil)
    }

    private static func capability(_ name: String) -> String {
        name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name
    }

    private static func labels(_ merged: Merged) -> [String] {
        guard let context = KubeObject(merged["seLinuxOptions"]) else { return [] }
        return ["user", "role", "type", "level"].compactMap { part in
            let value = context.text(part)
            return value.isEmpty ? nil : "label=\(part):\(value)"
        }
    }

    /// Without a profile the runtime's default is left as it is.
    private static func seccomp(_ pod: PodView, _ container: ContainerView, _ merged: Merged) -> [String] {
        var text = ""
        if let profile = KubeObject(merged["seccompProfile"]) {
            switch profile.text("type") {
            case "Unconfined": text = "unconfined"
            case "Localhost": text = "localhost/" + profile.text("localhostProfile")
            default: break
            }
        } else {
            let prefix = "seccomp.security.alpha.kubernetes.io/"
            text =
                pod.object.annotation("container." + prefix + container.name) ?? pod.object.annotation(prefix + "pod")
                ?? ""
        }
        return text == "unconfined" || text.hasPrefix("localhost/") ? ["seccomp=" + text] : []
    }

    private static func profile(_ pod: PodView, _ container: ContainerView) -> [String] {
        let key = "container.apparmor.security.beta.kubernetes.io/" + container.name
        let text = pod.object.annotation(key) ?? ""
        if text == "unconfined" { return ["apparmor=unconfined"] }
        return text.hasPrefix("localhost/") ? ["apparmor=" + text.dropFirst("localhost/".utf8.count)] : []
    }
}

/// The two security contexts of a container as one.
private struct Merged {
    var own: KubeObject
    var shared: KubeObject

    subscript(member: String) -> JSONValue? {
        guard let value = own[member], !value.isNull else { return shared[member] }
        return value
    }

    /// `uid[:gid]`; empty when the image's user is to be kept.
    func user(imageUser: String?) -> String {
        let user = self["runAsUser"]?.integer.map { "\($0)" }
        guard let group = self["runAsGroup"]?.integer else { return user ?? "" }
        let named = (imageUser ?? "").split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
        return "\(user ?? (named?.isEmpty == false ? named ?? "0" : "0")):\(group)"
    }

    /// Refuses root where root is not wanted.
    func checkUser(_ pod: PodView, _ container: ContainerView, imageUser: String?) throws(ConfigError) {
        guard self["runAsNonRoot"]?.bool == true else { return }
        let place = "(pod: \"\(pod.longName)\", container: \(container.name))"
        if let user = self["runAsUser"]?.integer {
            if user == 0 { throw ConfigError("container's runAsUser breaks non-root policy \(place)") }
            return
        }
        guard let imageUser else {
            throw ConfigError("the image's user is not known, cannot verify that it is not root \(place)")
        }
        let name = imageUser.prefix { $0 != ":" }
        if name.isEmpty || Int64(name) == 0 {
            throw ConfigError("container has runAsNonRoot and image will run as root \(place)")
        }
        if Int64(name) == nil {
            throw ConfigError(
                "container has runAsNonRoot and image has non-numeric user (\(name)), cannot verify user is non-root "
                    + place)
        }
    }
}
