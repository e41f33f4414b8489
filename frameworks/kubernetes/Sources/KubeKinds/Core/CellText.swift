internal import ClusterBase
internal import KubeModel

/// Words of table cells.
enum CellText {
    /// A text, or `<none>` when it is empty.
    static func orNone(_ text: String) -> String { text.isEmpty ? "<none>" : text }

    /// Texts with commas between, or `<none>` when there are none.
    static func joined(_ texts: [String], orElse empty: String = "<none>") -> String {
        texts.isEmpty ? empty : texts.joined(separator: ",")
    }

    /// Labels as `a=b,c=d` by key, or `<none>`.
    static func labels(_ labels: [(key: String, value: String)]) -> String {
        joined(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    }
}

extension ColumnRow {
    /// A column of text that does not depend on the time.
    static func text(
        _ name: String, priority: Int = 0, _ description: String, _ cell: @escaping @Sendable (KubeObject) -> String
    ) -> ColumnRow {
        ColumnRow(name, priority: priority, description) { object, _ in .string(cell(object)) }
    }

    /// A column that counts something; its heading says text, as upstream's does, and its cells are numbers.
    static func count(
        _ name: String, _ description: String, _ cell: @escaping @Sendable (KubeObject) -> Int
    ) -> ColumnRow {
        ColumnRow(name, description) { object, _ in .integer(Int64(cell(object))) }
    }
}
