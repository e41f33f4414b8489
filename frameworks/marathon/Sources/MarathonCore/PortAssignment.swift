internal import ClusterBase
internal import MarathonModel
internal import ResourceModel

/// The ports of one task: one entry per port of the app (spec `marathon` §5.4).
struct PortAssignment: Hashable, Sendable {
    /// The host port of each port of the app; nil where the host publishes none.
    var hostPorts: [Int?]

    /// The host ports in order.
    var published: [Int] { hostPorts.compactMap { $0 } }

    /// Chooses ports for an app among those offered; nil when they do not suffice.
    ///
    /// Fixed ports are taken as they are; the others are consecutive from a random start, wrapping around.
    static func choose(for app: AppSpec, from offered: ValueRanges, random: inout SeededRandom) -> PortAssignment? {
        let requests = app.portRequests
        let fixed = Set(requests.compactMap { $0.flatMap { $0 == 0 ? nil : UInt64($0) } })
        guard fixed.allSatisfy(offered.contains) else { return nil }
        let free = offered - ValueRanges(fixed.map { $0...$0 })
        let dynamicCount = requests.count { $0 == 0 }
        guard free.count >= UInt64(dynamicCount) else { return nil }
        var dynamic = consecutive(dynamicCount, of: free, random: &random)[...]
        return PortAssignment(
            hostPorts: requests.map { request in
                guard let request else { return nil }
                return request == 0 ? dynamic.popFirst() : request
            })
    }

    private static func consecutive(_ count: Int, of free: ValueRanges, random: inout SeededRandom) -> [Int] {
        guard count > 0 else { return [] }
        var skip = UInt64(random.below(Int(clamping: free.count)))
        var start = 0
        for (index, range) in free.ranges.enumerated() {
            let size = range.upperBound - range.lowerBound + 1
            start = index
            if skip < size { break }
            skip -= size
        }
        var ports: [Int] = []
        var (range, offset) = (start, skip)
        while ports.count < count {
            let numbers = free.ranges[range % free.ranges.count]
            ports.append(Int(numbers.lowerBound + offset))
            offset += 1
            if numbers.lowerBound + offset > numbers.upperBound { (range, offset) = (range + 1, 0) }
        }
        return ports
    }
}

extension AppSpec {
    /// What is asked for each port of the app: nil = not published, 0 = any, else that number.
    var portRequests: [Int?] {
        if usesHostNetwork { return portDefinitions.map { requirePorts ? $0.port : 0 } }
        return container?.portMappings.map(\.hostPort) ?? []
    }
}
