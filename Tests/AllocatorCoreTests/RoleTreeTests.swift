import ClusterBase
import ResourceModel
import Testing

@testable import AllocatorCore

@Suite struct RoleTreeTests {
    private static let total = ScalarVector(100, 100, 0, 0, 0, 0, 0, 0)

    private func cpus(_ amount: Int64) -> ScalarVector { ScalarVector(amount, 0, 0, 0, 0, 0, 0, 0) }

    private func tree(_ weights: [String: Double] = [:], _ active: [String]) -> (RoleTree, [String: Int32]) {
        var tree = RoleTree(weights: weights, template: ShareSorter())
        var numbers: [String: Int32] = [:]
        for path in active {
            let number = tree.add(path)
            tree.setActive(number, true)
            numbers[path] = number
        }
        return (tree, numbers)
    }

    private func order(_ tree: inout RoleTree, _ numbers: [String: Int32]) -> [String] {
        let names = Dictionary(uniqueKeysWithValues: numbers.map { ($0.value, $0.key) })
        return tree.order(total: Self.total).compactMap { names[$0] }
    }

    @Test func siblingsCompeteForTheirParentsShare() {
        var (tree, numbers) = tree(["a/b", "a/c", "d"])
        for (path, amount) in [("a/b", 30), ("a/c", 10), ("d", 35)] as [(String, Int64)] {
            numbers[path].map { tree.book($0, cpus(amount), isAllocation: true, total: Self.total) }
        }
        // Together a/b and a/c hold 40, more than d; among themselves c comes first.
        #expect(order(&tree, numbers) == ["d", "a/c", "a/b"])
        #expect(numbers["a/b"].map { tree.share(of: $0, total: Self.total) } == 0.3)
        #expect(tree.number(of: "a").map { tree.share(of: $0, total: Self.total) } == 0.4)
    }

    @Test func weightsCountAtEveryLevel() {
        var (tree, numbers) = tree(["a": 4, "a/b": 10], ["a/b", "a/c", "d"])
        for (path, amount) in [("a/b", 30), ("a/c", 10), ("d", 35)] as [(String, Int64)] {
            numbers[path].map { tree.book($0, cpus(amount), isAllocation: true, total: Self.total) }
        }
        #expect(order(&tree, numbers) == ["a/b", "a/c", "d"])
        tree.setWeight(1, of: "a")
        #expect(order(&tree, numbers) == ["d", "a/b", "a/c"])
    }

    @Test func aRoleCompetesWithThoseBelowIt() {
        var (tree, numbers) = tree(["a", "b"])
        numbers["a"].map { tree.book($0, cpus(20), isAllocation: true, total: Self.total) }
        let child = tree.add("a/x")
        numbers["a/x"] = child
        tree.setActive(child, true)
        tree.book(child, cpus(5), isAllocation: true, total: Self.total)
        // What a had before its child came counts for itself, and all of it for the branch.
        #expect(order(&tree, numbers) == ["b", "a/x", "a"])
        #expect(numbers["a"].map { tree.share(of: $0, total: Self.total) } == 0.25)
    }

    @Test func inactiveRolesAndEmptyBranchesAreNotListed() {
        var (tree, numbers) = tree(["a/b/c", "d"])
        numbers["a/b/c"].map { tree.setActive($0, false) }
        #expect(order(&tree, numbers) == ["d"])
        numbers["a/b/c"].map { tree.setActive($0, true) }
        #expect(order(&tree, numbers) == ["a/b/c", "d"])
    }

    @Test func branchesAreForgottenWithTheirLastRole() {
        var (tree, numbers) = tree(["a/b", "a"])
        numbers["a"].map { tree.remove($0) }
        #expect(tree.paths == ["a", "a/b"])
        numbers["a/b"].map { tree.remove($0) }
        #expect(tree.paths.isEmpty)
    }

    @Test func chanceFollowsTheWeights() {
        var (tree, numbers) = tree(["a": 3], ["a", "b"])
        var random = SeededRandom(seed: 7)
        var first = 0
        for _ in 0..<4_000 where tree.shuffled(&random).first == numbers["a"] { first += 1 }
        #expect(abs(Double(first) / 4_000 - 0.75) < 0.03)
    }
}

extension RoleTreeTests {
    private func tree(_ active: [String]) -> (RoleTree, [String: Int32]) { tree([:], active) }
}
