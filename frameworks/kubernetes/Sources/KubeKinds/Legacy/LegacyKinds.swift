internal import ClusterBase
internal import KubeModel

/// The kinds of `v1beta1`, `v1beta2` and `v1beta3` (2014 to 2015), as further versions of today's.
///
/// `v1beta1` and `v1beta2` have one form here: what only one of them took is read in both. Members that an old version
/// never had keep their present names in it, so that what a client of then reads and writes back loses nothing.
/// Source: upstream `pkg/api/v1beta{1,2,3}` at 0.17; spec `kubernetes/08`.
enum LegacyKinds {
    /// A row with its old versions, or as it is when the kind is younger.
    static func extended(_ row: KindRow) -> KindRow {
        guard row.group.isEmpty, let form = forms[row.kind] else { return row }
        var row = row
        row.versions += nested.flatMap { [version($0, of: row, form)] }
        row.versions += flat.flatMap { name in
            form.plurals.map { flatVersion(name, of: row, form, plural: $0, kind: $1) }
        }
        return row
    }

    /// What is particular about a kind.
    struct Form: Sendable {
        /// Names of the resource in paths of `v1beta1`, with the kind there.
        var plurals: KeyValuePairs<String, String>
        /// The schema in `v1beta1`.
        var flatSchema: String
        /// The differences of `v1beta1` besides the envelope; gets the version.
        var flat: @Sendable (_ version: String) -> [ShapeRule] = { _ in [] }
        /// The schema in `v1beta3`.
        var schema: String
        /// The differences of `v1beta3`.
        var nested: [ShapeRule] = []
        /// Where a pod's manifest is in `v1beta1`; empty for kinds without one.
        var manifest = ""
    }

    private static let flat = ["v1beta1", "v1beta2"]
    private static let nested = ["v1beta3"]

    static let forms: [String: Form] = [
        "Pod": Form(
            plurals: ["pods": "Pod"], flatSchema: "core.v1beta1.Pod", flat: LegacyPods.flatPod,
            schema: "core.v1beta3.Pod", nested: LegacyPods.pod, manifest: "desiredState.manifest"),
        "ReplicationController": Form(
            plurals: [
                "replicationControllers": "ReplicationController", "replicationcontrollers": "ReplicationController",
            ],
            flatSchema: "core.v1beta1.ReplicationController", flat: LegacyPods.flatController,
            schema: "core.v1beta3.ReplicationController", nested: LegacyPods.controller,
            manifest: "desiredState.podTemplate.desiredState.manifest"),
        "Service": Form(
            plurals: ["services": "Service"], flatSchema: "core.v1beta1.Service",
            flat: { _ in LegacyServices.flatService }, schema: "core.v1beta3.Service",
            nested: LegacyServices.service),
        "Endpoints": Form(
            plurals: ["endpoints": "Endpoints"], flatSchema: "core.v1beta1.Endpoints",
            flat: { _ in LegacyServices.flatEndpoints }, schema: "core.v1beta3.Endpoints",
            nested: LegacyServices.endpoints),
        "Node": Form(
            plurals: ["minions": "Minion", "nodes": "Node"], flatSchema: "core.v1beta1.Minion",
            flat: { _ in LegacyNodes.minion }, schema: "core.v1.Node"),
        "Event": Form(
            plurals: ["events": "Event"], flatSchema: "core.v1beta1.Event", flat: { _ in LegacyEvents.event },
            schema: "core.v1.Event"),
        "Binding": Form(
            plurals: ["bindings": "Binding"], flatSchema: "core.v1beta1.Binding", flat: { _ in LegacyEvents.binding },
            schema: "core.v1.Binding"),
        "Namespace": Form(
            plurals: ["namespaces": "Namespace"], flatSchema: "core.v1beta1.Namespace", schema: "core.v1.Namespace"),
        "Secret": Form(plurals: ["secrets": "Secret"], flatSchema: "core.v1beta1.Secret", schema: "core.v1.Secret"),
    ]
}

// MARK: - Versions

extension LegacyKinds {
    private static func flatVersion(
        _ version: String, of row: KindRow, _ form: Form, plural: String, kind: String
    ) -> VersionRow {
        let place = LegacyPlace(version: version, plural: plural, isFlat: true)
        let rules = LegacyEnvelope.rules(place) + form.flat(version)
        let checkVersion = manifestCheck(form.manifest)
        var result = VersionRow(
            GroupVersion(version), schema: form.flatSchema, kind: kind, plural: plural,
            toHub: { object in
                try checkVersion(object)
                rules.toHub(&object)
            },
            fromHub: { rules.fromHub(&$0) })
        var traits = LegacyTraits()
        traits.nameRule = { if case .subdomain = $0 { .anyCaseSubdomain } else { $0 } }
        traits.fieldNames = flatFields
        traits.list = { LegacyEnvelope.list($0, path: place.path) }
        traits.status = { LegacyEnvelope.status($0, version: GroupVersion(version), isFlat: true) }
        result.legacy = traits
        result.defaultPropagation = row.version(row.hub)?.defaultPropagation ?? .background
        return result
    }

    private static func version(_ version: String, of row: KindRow, _ form: Form) -> VersionRow {
        let place = LegacyPlace(version: version, plural: row.plural, isFlat: false)
        let rules = [place.selfLink] + form.nested
        var result = VersionRow(
            GroupVersion(version), schema: form.schema, toHub: { rules.toHub(&$0) }, fromHub: { rules.fromHub(&$0) })
        var traits = LegacyTraits()
        traits.fieldNames = ["name": "metadata.name", "spec.host": "spec.nodeName"]
        traits.status = { LegacyEnvelope.status($0, version: GroupVersion(version), isFlat: false) }
        result.legacy = traits
        result.defaultPropagation = row.version(row.hub)?.defaultPropagation ?? .background
        return result
    }

    /// What field selectors of `v1beta1` call the fields (spec `kubernetes/08` §8.5).
    private static let flatFields = [
        "id": "metadata.name", "name": "metadata.name", "namespace": "metadata.namespace",
        "DesiredState.Host": "spec.nodeName", "desiredState.host": "spec.nodeName", "spec.host": "spec.nodeName",
        "DesiredState.Status": "status.phase", "currentState.status": "status.phase",
        "currentState.replicas": "status.replicas", "unschedulable": "spec.unschedulable",
        "involvedObject.id": "involvedObject.name",
    ]

    /// Refuses manifests of versions there never were; one that names none is of the version of its object.
    private static func manifestCheck(_ place: String) -> @Sendable (KubeObject) throws(APIError) -> Void {
        let path = place.split(separator: ".").map(String.init) + ["version"]
        return { (object) throws(APIError) in
            guard !place.isEmpty, let value = path.reduce(Optional(object.value), { $0?[$1] }) else { return }
            guard let version = value.string, version.isEmpty || flat.contains(version.lowercased()) else {
                let error = FieldError.notSupported(FieldPath(place + ".version"), value, flat)
                let kind = GroupVersionKind(GroupVersion(object.apiVersion), object.kind)
                throw .invalid(kind, object.text("id"), [error])
            }
        }
    }
}
