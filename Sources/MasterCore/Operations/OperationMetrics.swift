internal import ClusterModel

/// How many operations are in which state, and of which kind (spec `mesos/10`, `master/operations/…`).
///
/// States that end nothing are counted while operations are in them, the others for good.
struct OperationMetrics: Sendable {
    /// The kinds of operations that are counted, by their metric names.
    static let kinds = [
        "reserve", "unreserve", "create", "destroy", "grow_volume", "shrink_volume", "create_disk", "destroy_disk",
    ]
    /// The states that are counted.
    static let states: [(state: OperationState, name: String)] = [
        (.pending, "pending"), (.recovering, "recovering"), (.unreachable, "unreachable"), (.finished, "finished"),
        (.failed, "failed"), (.error, "error"), (.dropped, "dropped"), (.goneByOperator, "gone_by_operator"),
    ]

    private var counts = [[Int]](
        repeating: [Int](repeating: 0, count: OperationMetrics.states.count), count: OperationMetrics.kinds.count)

    /// Counts an operation that gets into a state (or, with −1, leaves it).
    mutating func count(_ operation: OfferOperation, _ state: OperationState, by change: Int = 1) {
        guard let kind = OperationMetrics.kinds.firstIndex(of: operation.name.lowercased()),
            let place = OperationMetrics.states.firstIndex(where: { $0.state == state })
        else { return }
        counts[kind][place] += change
    }

    /// The metrics by name, without `master/`.
    var rows: [(name: String, value: Double)] {
        var rows: [(name: String, value: Double)] = []
        var sums = [Int](repeating: 0, count: OperationMetrics.states.count)
        for (kind, row) in zip(OperationMetrics.kinds, counts) {
            OperationMetrics.append(row, "operations/\(kind)/", to: &rows)
            for place in row.indices { sums[place] += row[place] }
        }
        OperationMetrics.append(sums, "operations/", to: &rows)
        return rows
    }

    private static func append(_ row: [Int], _ prefix: String, to rows: inout [(name: String, value: Double)]) {
        rows.append((prefix + "total", Double(row.reduce(0, +))))
        for (state, count) in zip(states, row) { rows.append((prefix + state.name, Double(count))) }
    }
}
