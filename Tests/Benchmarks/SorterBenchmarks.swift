internal import AllocatorCore

/// The sorters alone, in the shapes of upstream's FullSort and HierarchyFullSort benchmarks.
let sorterBenchmarks: [Benchmark] =
    [fullSort(agents: 10_000, clients: 1_000)] + SorterShape.all.map { hierarchySort(agents: 10_000, $0) }

/// Upstream's grids; only run when they are named.
let sorterGrids: [Benchmark] = [1_000, 5_000, 10_000, 20_000, 30_000, 50_000].flatMap { agents in
    [1, 50, 100, 200, 500, 1_000].map { fullSort(agents: agents, clients: $0) }
        + SorterShape.all.map { hierarchySort(agents: agents, $0) }
}.map { Benchmark(name: "grid." + $0.name, what: $0.what, run: $0.run) }

/// A tree of roles.
private struct SorterShape {
    let height: Int
    let branching: Int

    static let all = [(3, 32), (7, 3), (10, 2)].map { SorterShape(height: $0.0, branching: $0.1) }

    /// All roles of the tree, children before their parent.
    var roles: [String] {
        func below(_ path: String, _ depth: Int) -> [String] {
            guard depth > 1 else { return path.isEmpty ? [] : [path] }
            let children = (0..<branching).flatMap { below(path.isEmpty ? "\($0)" : "\(path)/\($0)", depth - 1) }
            return path.isEmpty ? children : children + [path]
        }
        return below("", height)
    }
}

private let agentScalars = ScalarVector(24_000, 4_096_000, 4_096_000, 0, 0, 0, 0, 0)
private let usedScalars = ScalarVector(16_000, 2_014_000, 1_024_000, 0, 0, 0, 0, 0)

private func fullSort(agents: Int, clients: Int) -> Benchmark {
    Benchmark(
        name: "sorter.flat-\(agents)x\(clients)",
        what: "\(agents) allocations to \(clients) clients of one sorter, its order, and the return of all"
    ) { _ in
        var sorter = ShareSorter()
        var total = ScalarVector.zero
        var numbers: [Int32] = []
        let adding = Measure.time {
            for client in 0..<clients {
                numbers.append(sorter.add("\(client)", weight: 1))
                sorter.setActive(numbers[client], true)
            }
        }
        for _ in 0..<agents { total &+= agentScalars }
        let booking = Measure.time {
            for agent in 0..<agents {
                sorter.book(numbers[agent % clients], usedScalars, isAllocation: true, total: total)
            }
        }
        let full = Measure.time { sorter.sort(total: total) }
        let none = Measure.time { sorter.sort(total: total) }
        let returning = Measure.time {
            for agent in 0..<agents {
                sorter.book(
                    numbers[agent % clients], ScalarVector.zero &- usedScalars, isAllocation: false, total: total)
            }
        }
        let removing = Measure.time { for number in numbers { sorter.remove(number) } }
        return figures(adding, booking, full, none, returning, removing)
    }
}

private func hierarchySort(agents: Int, _ shape: SorterShape) -> Benchmark {
    let roles = shape.roles
    return Benchmark(
        name: "sorter.tree-\(agents)x\(shape.height)x\(shape.branching)",
        what: "\(agents) allocations to a tree of \(roles.count) roles, its order, and the return of all"
    ) { _ in
        var tree = RoleTree(weights: [:], template: ShareSorter())
        var total = ScalarVector.zero
        var numbers: [Int32] = []
        let adding = Measure.time {
            for role in roles {
                let number = tree.add(role)
                tree.setActive(number, true)
                numbers.append(number)
            }
        }
        for _ in 0..<agents { total &+= agentScalars }
        let booking = Measure.time {
            for agent in 0..<agents {
                tree.book(numbers[agent % roles.count], usedScalars, isAllocation: true, total: total)
            }
        }
        let full = Measure.time { tree.sort(total: total) }
        let none = Measure.time { tree.sort(total: total) }
        let returning = Measure.time {
            for agent in 0..<agents {
                tree.book(
                    numbers[agent % roles.count], ScalarVector.zero &- usedScalars, isAllocation: false, total: total)
            }
        }
        let removing = Measure.time { for number in numbers { tree.remove(number) } }
        return figures(adding, booking, full, none, returning, removing)
    }
}

private func figures(
    _ adding: Duration, _ booking: Duration, _ full: Duration, _ none: Duration, _ returning: Duration,
    _ removing: Duration
) -> [Figure] {
    [
        Figure("adding the clients", "ms", Samples(adding.milliseconds)),
        Figure("allocating on all agents", "ms", Samples(booking.milliseconds)),
        Figure("a full sort", "ms", Samples(full.milliseconds)),
        Figure("a sort without change", "ms", Samples(none.milliseconds)),
        Figure("returning all", "ms", Samples(returning.milliseconds)),
        Figure("removing the clients", "ms", Samples(removing.milliseconds)),
    ]
}
