internal import ClusterBase

/// What differs between two trees, a line for each value: `-` before, `+` after.
enum TreeDifference {
    /// The lines, in the order of the first tree; empty when the trees are equal.
    static func text(from old: JSONValue, to new: JSONValue) -> String {
        var lines: [String] = []
        collect("", old, new, &lines)
        return lines.joined(separator: "\n")
    }

    private static func collect(_ path: String, _ old: JSONValue?, _ new: JSONValue?, _ lines: inout [String]) {
        if old == new { return }
        switch (old, new) {
        case (.object(let before)?, .object(let after)?):
            for (key, value) in before { collect(join(path, key), value, after[key], &lines) }
            for (key, value) in after where before[key] == nil { collect(join(path, key), nil, value, &lines) }
        case (.array(let before)?, .array(let after)?):
            for position in 0..<max(before.count, after.count) {
                let pair = (
                    before.indices.contains(position) ? before[position] : nil,
                    after.indices.contains(position) ? after[position] : nil
                )
                collect("\(path)[\(position)]", pair.0, pair.1, &lines)
            }
        default:
            if let old { lines.append("- \(path): \(old.text)") }
            if let new { lines.append("+ \(path): \(new.text)") }
        }
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
