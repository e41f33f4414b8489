internal import ClusterBase
internal import KubeModel

/// What is still in a terminating namespace, and how that is told in its conditions.
///
/// Texts and reasons are upstream's (`pkg/controller/namespace/deletion/status_condition_utils.go`).
struct NamespaceRemains {
    private struct Condition {
        var type: String
        var isTrue: Bool
        var reason: String
        var message: String
    }

    /// The objects by kind, in the order listed; kinds without objects are left out.
    private(set) var objects: [ResourceKind: [KubeObject]] = [:]
    private var order: [ResourceKind] = []

    /// Reads the results of lists.
    init(_ progress: Progress) {
        for outcome in progress.outcomes {
            guard case .list(let kind, _) = outcome.intent, case .objects(let found) = outcome.answer else { continue }
            if found.isEmpty { continue }
            objects[kind] = found
            order.append(kind)
        }
    }

    /// Whether nothing is left.
    var isEmpty: Bool { order.isEmpty }

    /// How long to wait for what is left: half the longest grace of a pod and a second, as upstream guesses.
    func estimate(finalizers: Int64) -> Duration {
        let graces = (objects[.pods] ?? []).compactMap { pod -> Int64? in
            guard pod.isDeleting else { return nil }
            return pod.deletionGracePeriodSeconds ?? pod.integer("spec", "terminationGracePeriodSeconds")
        }
        let longest = max(graces.max() ?? 0, order.contains { $0 != .pods } ? finalizers : 0)
        return .seconds((longest > 0 ? longest : finalizers) / 2 + 1)
    }

    /// Writes the conditions; false when they say what they said before.
    func writeConditions(to namespace: inout KubeObject, errors: [String], now: UnixTime) -> Bool {
        var list = namespace.list("status", "conditions")
        var hasNews = false
        for condition in conditions(errors: errors) {
            let at = list.firstIndex { $0["type"]?.string == condition.type }
            let status = condition.isTrue ? "True" : "False"
            if let at, list[at]["status"]?.string == status, list[at]["reason"]?.string == condition.reason,
                list[at]["message"]?.string == condition.message
            {
                continue
            }
            let isTransition = at.map { list[$0]["status"]?.string != status } ?? true
            let since = isTransition ? .string(KubeTime.text(now)) : at.flatMap { list[$0]["lastTransitionTime"] }
            let entry: JSONValue = [
                "type": .string(condition.type), "status": .string(status), "lastTransitionTime": since ?? .null,
                "reason": .string(condition.reason), "message": .string(condition.message),
            ]
            if let at { list[at] = entry } else { list.append(entry) }
            hasNews = true
        }
        namespace["status", "conditions"] = .array(list)
        return hasNews
    }

    private func conditions(errors: [String]) -> [Condition] {
        var byFinalizer: [String: Int] = [:]
        for object in order.flatMap({ objects[$0] ?? [] }) {
            for finalizer in object.finalizers { byFinalizer[finalizer, default: 0] += 1 }
        }
        let kinds = order.map { kind in
            "\(kind.plural).\(kind.groupVersion.group) has \(objects[kind]?.count ?? 0) resource instances"
        }
        let finalizers = byFinalizer.map { "\($0.key) in \($0.value) resource instances" }
        return [
            Condition(
                type: "NamespaceDeletionDiscoveryFailure", isTrue: false, reason: "ResourcesDiscovered",
                message: "All resources successfully discovered"),
            Condition(
                type: "NamespaceDeletionGroupVersionParsingFailure", isTrue: false, reason: "ParsedGroupVersions",
                message: "All legacy kube types successfully parsed"),
            errors.isEmpty
                ? Condition(
                    type: "NamespaceDeletionContentFailure", isTrue: false, reason: "ContentDeleted",
                    message: "All content successfully deleted, may be waiting on finalization")
                : Condition(
                    type: "NamespaceDeletionContentFailure", isTrue: true, reason: "ContentDeletionFailed",
                    message: "Failed to delete all resource types, \(errors.count) remaining: "
                        + errors.sorted().joined(separator: ", ")),
            kinds.isEmpty
                ? Condition(
                    type: "NamespaceContentRemaining", isTrue: false, reason: "ContentRemoved",
                    message: "All content successfully removed")
                : Condition(
                    type: "NamespaceContentRemaining", isTrue: true, reason: "SomeResourcesRemain",
                    message: "Some resources are remaining: " + kinds.sorted().joined(separator: ", ")),
            finalizers.isEmpty
                ? Condition(
                    type: "NamespaceFinalizersRemaining", isTrue: false, reason: "ContentHasNoFinalizers",
                    message: "All content-preserving finalizers finished")
                : Condition(
                    type: "NamespaceFinalizersRemaining", isTrue: true, reason: "SomeFinalizersRemain",
                    message: "Some content in the namespace has finalizers remaining: "
                        + finalizers.sorted().joined(separator: ", ")),
        ]
    }
}
