import ClusterBase
import KubeModel
import Testing

@testable import KubeKinds

/// Disruption budgets: their row, rules and table, and what evictions make of them.
@Suite struct DisruptionBudgetTests {
    private static func json(_ spec: String) -> String {
        #"{"metadata":{"name":"web","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{\#(spec)}}"#
    }

    private static let selector = #""selector":{"matchLabels":{"app":"web"}}"#

    private func fixture() throws -> WorkloadFixture {
        try WorkloadFixture("PodDisruptionBudget", "policy/v1beta1")
    }

    // MARK: The kind

    @Test func theKindIsAsDiscoveryShowsIt() throws {
        let row = try fixture().row
        #expect("\(row.resource)" == "poddisruptionbudgets.policy" && row.shortNames == ["pdb"])
        #expect(row.isNamespaced && row.verbs == .standard && row.categories == [])
        #expect(row.subresources.map(\.name) == ["status"])
        #expect(row.subresource("status")?.verbs == ["get", "patch", "update"])
        #expect(row.requiresResourceVersionOnUpdate && !row.returnsObjectOnDelete && !row.createsOnUpdate)
        let groups = KindTable.standard.groups.map(\.name)
        let policy = try #require(groups.firstIndex(of: "policy"))
        #expect(policy < (groups.firstIndex(of: "coordination.k8s.io") ?? 0))
    }

    @Test func theServerWritesTheStatus() throws {
        let fixture = try fixture()
        let budget = try fixture.valid(Self.json(#""minAvailable":1,"# + Self.selector))
        let none: JSONValue = ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0]
        #expect(budget["status"] == none)
        var changed = budget
        changed["spec", "minAvailable"] = 2
        changed["status", "disruptionsAllowed"] = 7
        fixture.row.prepareForUpdate(&changed, budget)
        #expect(changed["status"] == none && changed["spec", "minAvailable"] == 2)
        let (written, errors) = try fixture.updateStatus(budget) {
            $0["spec", "minAvailable"] = 9
            $0["status", "disruptionsAllowed"] = 3
        }
        #expect(written["spec", "minAvailable"] == 1 && written["status", "disruptionsAllowed"] == 3 && errors == [])
        let negative = try fixture.updateStatus(budget) { $0["status", "expectedPods"] = -1 }
        #expect(
            negative.errors == ["status.expectedPods: Invalid value: -1: must be greater than or equal to 0"])
    }

    @Test(arguments: [
        (
            #""minAvailable":-1,"#,
            ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]
        ),
        (
            #""maxUnavailable":"101%","#,
            [
                #"spec.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"101%"}: must not "#
                    + "be greater than 100%"
            ]
        ),
        (
            #""minAvailable":"half","#,
            [
                #"spec.minAvailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"half"}: a valid "#
                    + "percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
                    + "used for validation is '[0-9]+%')"
            ]
        ),
        ("", []), (#""maxUnavailable":"100%","#, []), (#""minAvailable":0,"#, []),
    ])
    func limitsAreNumbersOrPercentages(_ limit: String, _ errors: [String]) throws {
        #expect(try fixture().create(Self.json(limit + Self.selector)).errors == errors)
    }

    @Test func onlyOneLimitMayBeGiven() throws {
        let both = try fixture().create(Self.json(#""minAvailable":1,"maxUnavailable":1,"# + Self.selector)).errors
        #expect(both.count == 1)
        #expect(both.first?.hasPrefix("spec: Invalid value: ") == true)
        #expect(both.first?.hasSuffix(": minAvailable and maxUnavailable cannot be both set") == true)
        let selector = #""selector":{"matchExpressions":[{"key":"a","operator":"Near"}]}"#
        #expect(
            try fixture().create(Self.json(selector)).errors == [
                #"spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator"#
            ])
    }

    @Test func theTableShowsTheLimits() throws {
        let fixture = try fixture()
        #expect(
            fixture.row.columns.map(\.name)
                == ["Name", "Min Available", "Max Unavailable", "Allowed Disruptions", "Age"])
        #expect(fixture.row.columns[3].type == "integer")
        var budget = try fixture.valid(Self.json(#""minAvailable":2,"# + Self.selector))
        budget["status", "disruptionsAllowed"] = 3
        #expect(try fixture.cells(budget) == ["web", "2", "N/A", 3, "60s"])
        let part = try fixture.valid(Self.json(#""maxUnavailable":"25%","# + Self.selector))
        #expect(try fixture.cells(part) == ["web", "N/A", "25%", 0, "60s"])
    }

    // MARK: Evictions

    private static func pod(_ phase: String = "Running", labels: JSONValue = ["app": "web"]) -> KubeObject {
        KubeObject(["metadata": ["name": "p", "labels": labels], "status": ["phase": .string(phase)]])
    }

    private static func budget(_ status: JSONObject, selector: JSONValue? = nil) -> KubeObject {
        KubeObject([
            "metadata": ["name": "b", "generation": 2],
            "spec": ["selector": selector ?? ["matchLabels": ["app": "web"]]], "status": .object(status),
        ])
    }

    private static let now = UnixTime(seconds: 1_700_000_000)

    private func refusal(_ status: JSONObject) -> APIError? {
        var budget = Self.budget(status)
        let before = budget
        do throws(APIError) {
            try PodEviction.charge(&budget, for: Self.pod(), now: Self.now)
            return nil
        } catch {
            #expect(budget == before)
            return error
        }
    }

    @Test func podsThatEndOrGoNeedNoBudget() {
        for phase in ["Pending", "Succeeded", "Failed"] { #expect(!PodEviction.respectsBudgets(Self.pod(phase))) }
        #expect(PodEviction.respectsBudgets(Self.pod()))
        var going = Self.pod()
        going.deletionTimestamp = "2026-01-01T00:00:00Z"
        #expect(!PodEviction.respectsBudgets(going))
    }

    @Test func aPodHasTheBudgetThatSelectsIt() throws {
        let (one, two) = (Self.budget([:]), Self.budget([:]))
        let all = Self.budget([:], selector: [:])
        let other = Self.budget([:], selector: ["matchLabels": ["app": "db"]])
        #expect(try PodEviction.budget(for: Self.pod(), among: [all, one, other]) == one)
        #expect(try PodEviction.budget(for: Self.pod(), among: [all, other]) == nil)
        #expect(try PodEviction.budget(for: Self.pod(labels: [:]), among: [one]) == nil)
        let several = #expect(throws: APIError.self) {
            try PodEviction.budget(for: Self.pod(), among: [one, two])
        }
        #expect(several?.code == 500)
        #expect(
            several?.message
                == "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
    }

    @Test func anEvictionIsTakenOutOfTheBudget() throws {
        var budget = Self.budget(["observedGeneration": 2, "disruptionsAllowed": 2])
        try PodEviction.charge(&budget, for: Self.pod(), now: Self.now)
        #expect(budget.integer("status", "disruptionsAllowed") == 1)
        #expect(budget["status", "disruptedPods"] == ["p": "2023-11-14T22:13:20Z"])
    }

    @Test func anExhaustedBudgetRefuses() {
        let words = "Cannot evict pod as it would violate the pod's disruption budget."
        let exhausted = refusal([
            "observedGeneration": 2, "disruptionsAllowed": 0, "desiredHealthy": 3, "currentHealthy": 2,
        ])
        #expect(exhausted?.code == 429 && exhausted?.reason == "TooManyRequests" && exhausted?.message == words)
        #expect(exhausted?.retryAfterSeconds == nil)
        #expect(
            exhausted?.causes == [
                .init(
                    reason: "DisruptionBudget",
                    message: "The disruption budget b needs 3 healthy pods and has 2 currently")
            ])
        let unseen = refusal(["observedGeneration": 1, "disruptionsAllowed": 5])
        #expect(unseen?.code == 429 && unseen?.message == words && unseen?.retryAfterSeconds == 10)
        #expect(
            unseen?.causes.map(\.message) == ["The disruption budget b is still being processed by the server."])
        #expect(refusal(["observedGeneration": 2, "disruptionsAllowed": -1])?.code == 403)
        let many = (0...2_000).reduce(into: JSONObject()) { $0["p\($1)"] = "2026-01-01T00:00:00Z" }
        let full: JSONObject = ["observedGeneration": 2, "disruptionsAllowed": 1, "disruptedPods": .object(many)]
        #expect(refusal(full)?.code == 403)
    }
}
