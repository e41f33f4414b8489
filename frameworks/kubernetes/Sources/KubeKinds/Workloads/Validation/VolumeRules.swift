internal import ClusterBase
internal import KubeModel

/// Rules of a pod's volumes (upstream `ValidateVolumes`); what each source demands is in `sources`.
enum VolumeRules {
    /// A kind of volume.
    struct Source: Sendable {
        /// The member.
        let name: String
        /// How errors within it name it, when differently.
        var shownAs: String?
        /// How the error of a second source names it, when differently.
        var forbiddenAs: String?
        /// What it demands.
        let rules: [SourceRule]
    }

    /// What is wrong with a volume source.
    typealias SourceRule = @Sendable (FieldView) -> [FieldError]

    /// What is wrong with the volumes, and those that are sound, by name.
    static func volumes(_ list: FieldView) -> (named: [String: FieldView], errors: [FieldError]) {
        var named: [String: FieldView] = [:]
        var errors: [FieldError] = []
        for volume in list.elements {
            let name = volume["name"]
            var own = source(of: volume) + name.checkRequired(NameRules.dns1123Label)
            if named[name.text] != nil { own.append(name.duplicate()) }
            if own.isEmpty { named[name.text] = volume }
            errors += own
        }
        return (named, errors)
    }

    private static func source(of volume: FieldView) -> [FieldError] {
        let given = sources.filter { volume[$0.name].isPresent }
        guard let first = given.first else { return [volume.required("must specify a volume type")] }
        let source = volume[first.name].at(volume.path.child(first.shownAs ?? first.name))
        var errors = first.rules.flatMap { $0(source) }
        for other in given.dropFirst() {
            let path = volume.path.child(other.forbiddenAs ?? other.name)
            errors.append(.forbidden(path, "may not specify more than 1 volume type"))
        }
        return errors + longISCSIName(volume)
    }

    private static let maximumISCSIName = 64

    private static func longISCSIName(_ volume: FieldView) -> [FieldError] {
        let (iscsi, name) = (volume["iscsi"], volume["name"])
        let combined = name.text + ":" + iscsi["targetPortal"].text
        guard iscsi["initiatorName"].isPresent, combined.utf8.count > maximumISCSIName else { return [] }
        return [
            name.invalid(
                "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
                    + "iscsi.initiatorName is specified.")
        ]
    }
}
