internal import ClusterBase
internal import KubeModel

/// How many pods a budget covers at full strength, and how many of them must stay ready.
struct DisruptionCount: Sendable {
    /// Why they cannot be told.
    struct Problem: Error {
        /// In upstream's words.
        var message: String
    }

    /// How many there should be.
    let expected: Int
    /// How many must stay ready.
    let desired: Int

    /// Reckons with the pods a budget covers.
    ///
    /// Percentages, and what may be missing, are parts of what the pods' controllers want; a number that must stay
    /// needs no controllers.
    init(_ budget: KubeObject, pods: [KubeObject], scales: ControllerScales) throws(Problem) {
        if let limit = IntOrString(budget["spec", "maxUnavailable"]) {
            expected = try Self.expected(pods, scales)
            desired = max(0, expected - (try Self.scaled(limit, of: expected)))
        } else if let limit = IntOrString(budget["spec", "minAvailable"]) {
            if case .integer = limit { expected = pods.count } else { expected = try Self.expected(pods, scales) }
            desired = try Self.scaled(limit, of: expected)
        } else {
            (expected, desired) = (0, 0)
        }
    }

    private static func scaled(_ limit: IntOrString, of total: Int) throws(Problem) -> Int {
        guard let number = limit.scaled(of: total, rounding: .up) else {
            throw Problem(message: "invalid value for IntOrString: \(limit.value.string ?? "")")
        }
        return number
    }

    /// The sum of what the pods' controllers want.
    private static func expected(_ pods: [KubeObject], _ scales: ControllerScales) throws(Problem) -> Int {
        var sizes: [String: Int] = [:]
        for pod in pods {
            guard pod.controller != nil else {
                throw Problem(message: "found no controller ref for pod \"\(pod.name)\"")
            }
            guard let scale = scales.scale(of: pod) else {
                throw Problem(message: "found no controllers for pod \"\(pod.name)\"")
            }
            sizes[scale.uid] = scale.replicas
        }
        return sizes.values.reduce(0, +)
    }

    /// The status that these numbers mean with so many pods that are ready and not promised away.
    ///
    /// A budget without pods allows nothing, lest its first pods be evicted before they are counted.
    func status(of budget: KubeObject, healthy: Int, _ granted: GrantedDisruptions) -> JSONObject {
        var status = JSONObject()
        if let generation = budget.generation { status["observedGeneration"] = .integer(generation) }
        if !granted.times.isEmpty {
            status["disruptedPods"] = .object(
                granted.times.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, entry in
                    object[entry.key] = .string(entry.value)
                })
        }
        let allowed = expected > 0 ? max(0, healthy - desired) : 0
        let numbers = [
            ("disruptionsAllowed", allowed), ("currentHealthy", healthy), ("desiredHealthy", desired),
            ("expectedPods", expected),
        ]
        for (member, number) in numbers { status[member] = .integer(Int64(number)) }
        return status
    }
}
