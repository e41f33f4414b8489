internal import ClusterBase
internal import Foundation

/// Prints figures as they come: a table for people, or one JSON line at the end for the history file.
struct Report {
    private let machine: Machine
    private let isJSON: Bool
    private var rows: [JSONValue] = []

    init(machine: Machine, isJSON: Bool) {
        (self.machine, self.isJSON) = (machine, isJSON)
        if !isJSON { for line in machine.lines { say(line) } }
    }

    mutating func begin(_ benchmark: Benchmark) {
        say("\n\(benchmark.name): \(benchmark.what)")
    }

    mutating func add(_ figure: Figure, of benchmark: Benchmark) {
        let samples = figure.samples
        var row: JSONObject = [
            "benchmark": .string(benchmark.name), "what": .string(figure.what), "unit": .string(figure.unit),
            "median": .double(samples.median), "min": .double(samples.minimum), "max": .double(samples.maximum),
            "samples": .integer(Int64(samples.values.count)),
        ]
        if samples.values.count >= 20 {
            row["p90"] = .double(samples.percentile(90))
            row["p99"] = .double(samples.percentile(99))
        }
        if let isMet = figure.isMet { row["met"] = .bool(isMet) }
        rows.append(.object(row))
        say("  " + Report.line(figure))
    }

    mutating func fail(_ benchmark: Benchmark, _ error: any Error) {
        let kind = error is Skipped ? "skipped" : "failed"
        let row: JSONObject = ["benchmark": .string(benchmark.name), kind: .string("\(error)")]
        rows.append(.object(row))
        say("  \(kind): \(error)")
    }

    mutating func end() {
        guard isJSON else { return }
        var document = machine.json
        document["time"] = .string(ISO8601DateFormatter().string(from: Date()))
        document["figures"] = .array(rows)
        print(JSONValue.object(document).text)
    }

    private func say(_ text: String) {
        guard !isJSON else { return }
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    private static func line(_ figure: Figure) -> String {
        let samples = figure.samples
        var line = figure.what.padding(toLength: max(46, figure.what.count), withPad: " ", startingAt: 0)
        line += " " + padded(samples.median) + " " + figure.unit
        if samples.values.count > 1 {
            line += "   (\(number(samples.minimum))…\(number(samples.maximum)), \(samples.values.count) samples"
            if samples.values.count >= 20 {
                line += ", p90 \(number(samples.percentile(90))), p99 \(number(samples.percentile(99)))"
            }
            line += ")"
        }
        switch figure.target {
        case .atMost(let bound): line += "   target ≤ \(number(bound)): "
        case .atLeast(let bound): line += "   target ≥ \(number(bound)): "
        case nil: return line
        }
        return line + (figure.isMet == true ? "met" : "MISSED")
    }

    private static func padded(_ value: Double) -> String {
        let text = number(value)
        return String(repeating: " ", count: max(0, 10 - text.count)) + text
    }

    static func number(_ value: Double) -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        return String(format: "%.\(digits)f", value)
    }
}
