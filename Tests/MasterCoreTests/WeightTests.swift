import ClusterModel
import MasterCore
import ResourceModel
import Testing

/// Weights: rules with their texts, and what follows from a change.
struct WeightTests {
    static let refusal = "Failed to validate update weights request JSON"
    static let bad: [(entry: RoleWeight, text: String)] = [
        (
            RoleWeight(role: " /eng", weight: 1),
            "\(refusal): Invalid role '/eng': Role '/eng' cannot start with a slash"
        ),
        (RoleWeight(role: " ", weight: 1), "\(refusal): Invalid role '': Role names cannot be the empty string"),
        (RoleWeight(role: "unlisted", weight: 1), "\(refusal): Unknown role 'unlisted'"),
        (
            RoleWeight(role: "eng", weight: 0),
            "\(refusal) for role 'eng': Invalid weight '0': Weights must be positive"
        ),
        (
            RoleWeight(role: "eng", weight: -2.5),
            "\(refusal) for role 'eng': Invalid weight '-2.5': Weights must be positive"
        ),
        (
            RoleWeight(role: "eng", weight: .infinity),
            "\(refusal) for role 'eng': Invalid weight 'inf': Weights must be positive"
        ),
        (
            RoleWeight(role: "eng", weight: .nan),
            "\(refusal) for role 'eng': Invalid weight 'nan': Weights must be positive"
        ),
    ]

    @Test(arguments: bad) func badWeightsAreRefusedAndNothingChanges(_ entry: RoleWeight, _ text: String) {
        var world = QuotaTests.world { $0.roles = ["eng", "ops"] }
        let before = world.records.count
        let update = ShareChange.updateWeights([RoleWeight(role: "ops", weight: 2), entry])
        #expect(world.change(update) == .refused(status: 400, text: text))
        #expect(world.records.count == before && world.core.state.weights.isEmpty)
    }

    @Test func weightsAreTrimmedStoredAndShown() {
        var world = QuotaTests.world()
        let update = [RoleWeight(role: " eng\t", weight: 2.5), RoleWeight(role: "eng/dev", weight: 0.5)]
        #expect(world.change(.updateWeights(update)) == .ok)
        let stored = [RoleWeight(role: "eng", weight: 2.5), RoleWeight(role: "eng/dev", weight: 0.5)]
        #expect(Array(world.records.suffix(2)) == stored.map { .putWeight($0) })
        #expect(world.core.state.roleWeights == stored)
        #expect(world.core.state.roles.first { $0.name == "eng" }?.weight == 2.5)
    }

    @Test func offersAreRescindedWhenAnUpdatedRoleIsInUse() {
        var world = QuotaTests.world()
        world.subscribe("f", QuotaTests.framework("f", "eng"))
        let before = world.offers("f").map(\.id)
        world.change(.updateWeights([RoleWeight(role: "other", weight: 3)]))
        #expect(world.offers("f").map(\.id) == before)
        let effects = world.effects.count
        world.change(.updateWeights([RoleWeight(role: "eng", weight: 3)]))
        let rescinded = world.events(in: Array(world.effects[effects...])).compactMap { event in
            if case .rescind(let id) = event { id } else { nil }
        }
        #expect(rescinded == before && world.offers("f").count == 2, "and made anew")
    }

    @Test func weightsDecideWhoIsServed() {
        var world = MasterWorld()
        world.change(.updateWeights([RoleWeight(role: "heavy", weight: 3)]))
        world.subscribe("h", QuotaTests.framework("h", "heavy"))
        world.subscribe("l", QuotaTests.framework("l", "light"))
        for number in 1...8 { world.register("a\(number)", [.scalar("cpus", 1), .scalar("mem", 64)]) }
        #expect(world.offers("h").count == 6 && world.offers("l").count == 2)
    }

    @Test func theFlagCountsOnlyWhereTheRegistryHasNone() {
        let first = MasterWorld { $0.weights = ["a": 2, "b": 3] }
        let stored = [RoleWeight(role: "a", weight: 2), RoleWeight(role: "b", weight: 3)]
        #expect(first.records.contains(.putWeight(stored[0])) && first.records.contains(.putWeight(stored[1])))
        let kept = [RoleWeight(role: "c", weight: 5)]
        let second = MasterWorld(RegistrySnapshot(weights: kept)) { $0.weights = ["a": 2] }
        #expect(second.core.state.roleWeights == kept)
        #expect(!second.records.contains { if case .putWeight = $0 { true } else { false } })
    }
}
