import ClusterBase
import ResourceModel
import Testing

@testable import AllocatorCore

/// Trees of several levels that grow, shrink and change (upstream's `sorter_tests`).
@Suite struct DeepRoleTreeTests {
    /// A tree with roles that hold cpus, in the words of a test.
    private struct Forest {
        var tree = RoleTree(weights: [:], template: ShareSorter())
        var numbers: [String: Int32] = [:]
        var total = ScalarVector(100, 100, 0, 0, 0, 0, 0, 0)

        mutating func role(_ path: String, _ cpus: Int64 = 0, isActive: Bool = true) {
            let number = numbers[path] ?? tree.add(path)
            numbers[path] = number
            tree.setActive(number, isActive)
            if cpus != 0 { book(path, cpus) }
        }

        mutating func book(_ path: String, _ cpus: Int64, memory: Int64 = 0) {
            let amounts = ScalarVector(cpus, memory, 0, 0, 0, 0, 0, 0)
            if let number = numbers[path] {
                tree.book(number, amounts, isAllocation: cpus > 0, total: total)
            }
        }

        mutating func remove(_ path: String) {
            if let number = numbers.removeValue(forKey: path) { tree.remove(number) }
        }

        mutating func order() -> [String] {
            let names = Dictionary(uniqueKeysWithValues: numbers.map { ($0.value, $0.key) })
            return tree.order(total: total).compactMap { names[$0] }
        }

        func share(_ path: String) -> Double? {
            tree.number(of: path).map { tree.share(of: $0, total: total) }
        }
    }

    @Test func everyLevelIsOrderedByItself() {
        var forest = Forest()
        forest.role("a/b/c/d", 10)
        forest.role("a/b/c/e", 5)
        forest.role("a/f", 12)
        forest.role("g/h", 14)
        forest.role("i", 28)
        // g has 14, a 27 and i 28; in a, f has 12 and b 15; in a/b/c, e has 5 and d 10.
        #expect(forest.order() == ["g/h", "a/f", "a/b/c/e", "a/b/c/d", "i"])
        forest.book("a/f", 20)
        #expect(forest.order() == ["g/h", "i", "a/b/c/e", "a/b/c/d", "a/f"])
        #expect(forest.share("a") == 0.47 && forest.share("a/b/c") == 0.15)
    }

    @Test func equalSharesAreOrderedByAllocationsAndThenByName() {
        var forest = Forest()
        for name in ["c", "a", "b"] { forest.role(name) }
        #expect(forest.order() == ["a", "b", "c"])
        forest.book("a", 10)
        forest.book("a", -10)
        #expect(forest.order() == ["b", "c", "a"], "a was served more often")
    }

    @Test func returnsAndTotalsChangeTheOrder() {
        var forest = Forest()
        forest.role("a", 20)
        forest.role("b")
        forest.book("b", 10, memory: 15)
        #expect(forest.order() == ["b", "a"])
        // Memory becomes scarce: now it is what b has most of.
        forest.total = ScalarVector(100, 30, 0, 0, 0, 0, 0, 0)
        #expect(forest.order() == ["a", "b"] && forest.share("b") == 0.5)
        forest.book("b", -10, memory: -15)
        #expect(forest.order() == ["b", "a"] && forest.share("b") == 0)
    }

    @Test func aLeafThatIsInactiveMayGetChildren() {
        var forest = Forest()
        forest.role("a", 10, isActive: false)
        forest.role("d", 15)
        forest.role("a/b", 8)
        #expect(forest.order() == ["d", "a/b"], "what a holds counts for its branch")
        forest.role("a")
        #expect(forest.order() == ["d", "a/b", "a"])
        forest.role("a/c")
        #expect(forest.order() == ["d", "a/c", "a/b", "a"])
    }

    @Test(arguments: [true, false]) func theParentStaysWhenItsChildrenGo(isActive: Bool) {
        var forest = Forest()
        forest.role("a", 10, isActive: isActive)
        forest.role("a/b", 6)
        forest.role("c", 12)
        #expect(forest.order().first == "c")
        forest.book("a/b", -6)
        forest.remove("a/b")
        #expect(forest.order() == (isActive ? ["a", "c"] : ["c"]))
        #expect(forest.share("a") == 0.1 && forest.tree.number(of: "a/b") == nil)
    }

    @Test func aBranchOfInactiveRolesCountsAndIsNotListed() {
        var forest = Forest()
        forest.role("a/b", 50, isActive: false)
        forest.role("a/c")
        forest.role("d", 40)
        #expect(forest.order() == ["d", "a/c"], "the branch holds more, whoever holds it")
    }

    @Test func theWeightOfABranchIsNotThatOfItsRoles() {
        var forest = Forest()
        forest.role("a/b", 20)
        forest.role("a/c", 30)
        forest.role("d", 40)
        #expect(forest.order() == ["d", "a/b", "a/c"])
        forest.tree.setWeight(2, of: "a")
        #expect(forest.order() == ["a/b", "a/c", "d"] && forest.share("a") == 0.25)
        #expect(forest.share("a/b") == 0.2)
        forest.tree.setWeight(2, of: "a/c")
        #expect(forest.order() == ["a/c", "a/b", "d"])
        forest.tree.removeWeight(of: "a")
        #expect(forest.order() == ["d", "a/c", "a/b"])
    }

    @Test func chanceFollowsTheWeightsAtEveryLevel() {
        var forest = Forest()
        for path in ["a/b", "a/c", "d"] { forest.role(path) }
        forest.tree.setWeight(2, of: "a")
        forest.tree.setWeight(3, of: "a/b")
        var random = SeededRandom(seed: 11)
        var counts: [Int32: Double] = [:]
        for _ in 0..<6_000 { if let first = forest.tree.shuffled(&random).first { counts[first, default: 0] += 1 } }
        // Two thirds for the branch, and three quarters of it for b.
        let expected = ["a/b": 0.5, "a/c": 1.0 / 6, "d": 1.0 / 3]
        for (path, part) in expected {
            #expect(abs((forest.numbers[path].flatMap { counts[$0] } ?? 0) / 6_000 - part) < 0.03, "\(path)")
        }
    }
}
