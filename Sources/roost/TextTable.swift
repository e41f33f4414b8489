/// Columns for people: as wide as their widest cell, two blanks apart.
struct TextTable {
    var header: [String] = []
    var rows: [[String]]
    var indent = ""

    var text: String {
        let lines = header.isEmpty ? rows : [header] + rows
        var widths: [Int] = []
        for line in lines {
            for (column, cell) in line.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return lines.map { line in
            let cells = line.enumerated().map { column, cell in
                column == line.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return indent + cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
