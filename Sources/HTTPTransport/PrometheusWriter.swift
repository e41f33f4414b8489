/// Writes Prometheus' text format, which every daemon answers at `/metrics`.
public struct PrometheusWriter: Sendable {
    /// What kind of metric follows.
    public enum Kind: String, Sendable {
        /// It only grows.
        case counter
        /// It is as it is now.
        case gauge
        /// It counts values up to bounds.
        case histogram
    }

    /// The media type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far.
    public private(set) var text = ""

    /// Makes a writer that has written nothing.
    public init() {}

    /// Begins the samples of a metric.
    public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One value; `labels` as they stand between the braces, empty for none.
    public mutating func sample(_ name: String, _ labels: String, _ value: Double) {
        text += labels.isEmpty ? "\(name) \(Self.number(value))\n" : "\(name){\(labels)} \(Self.number(value))\n"
    }

    /// A metric with one value.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help)
        sample(name, "", value)
    }

    /// A number as the format has it: whole ones without a fraction.
    public static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}

/// Values counted by upper bounds.
public struct Histogram: Sendable {
    /// The bounds, ascending.
    public let bounds: [Double]
    private var buckets: [Int]
    /// The sum of all values.
    public private(set) var sum = 0.0
    /// How many values there were.
    public private(set) var count = 0

    /// Makes an empty histogram.
    public init(bounds: [Double]) { (self.bounds, buckets) = (bounds, Array(repeating: 0, count: bounds.count)) }

    /// Counts a value.
    public mutating func record(_ value: Double) {
        count += 1
        sum += value
        for (index, bound) in bounds.enumerated() where value <= bound { buckets[index] += 1 }
    }

    /// Writes the samples of a family of kind `histogram`.
    ///
    /// - Parameter labels: as they stand between the braces, empty for none.
    public func write(to text: inout PrometheusWriter, _ name: String, _ labels: String = "") {
        let prefix = labels.isEmpty ? "" : labels + ","
        for (bound, count) in zip(bounds, buckets) {
            text.sample(name + "_bucket", "\(prefix)le=\"\(PrometheusWriter.number(bound))\"", Double(count))
        }
        text.sample(name + "_bucket", "\(prefix)le=\"+Inf\"", Double(count))
        text.sample(name + "_sum", labels, sum)
        text.sample(name + "_count", labels, Double(count))
    }
}
