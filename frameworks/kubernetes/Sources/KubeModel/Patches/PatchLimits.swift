internal import ClusterBase

/// Bounds of what patches may make.
enum PatchLimits {
    /// Deepest nesting of a patch or of what it makes; deeper objects could not be read back.
    static let depth = JSONLimits().depth
    /// Bytes that all `copy` and `move` operations of a patch may move.
    static let copiedBytes = 3 << 20
}

extension JSONValue {
    /// About how many bytes the value is written in; nil when it is nested deeper than `depth` or takes more than
    /// `budget`, which is found without reading on.
    func weight(depth: Int, budget: Int) -> Int? {
        var total = 0
        return add(to: &total, depth: depth, budget: budget) ? total : nil
    }

    private func add(to total: inout Int, depth: Int, budget: Int) -> Bool {
        switch self {
        case .string(let text): total += text.utf8.count + 2
        case .null, .bool, .integer, .double: total += 5
        case .array(let elements):
            guard depth > 0 else { return false }
            total += 2
            for element in elements {
                guard total <= budget, element.add(to: &total, depth: depth - 1, budget: budget) else { return false }
            }
        case .object(let object):
            guard depth > 0 else { return false }
            total += 2
            for (key, value) in object {
                total += key.utf8.count + 4
                guard total <= budget, value.add(to: &total, depth: depth - 1, budget: budget) else { return false }
            }
        }
        return total <= budget
    }
}
