public import ClusterBase

/// Resources that become others: what an operation takes and what it gives.
public struct ResourceConversion: Hashable, Sendable {
    /// What goes.
    public var consumed: Resources
    /// What comes in its place.
    public var produced: Resources

    /// Makes a conversion.
    public init(consumed: Resources, produced: Resources) { (self.consumed, self.produced) = (consumed, produced) }
}

extension Resources {
    /// These resources after a conversion; throws `invalidArgument` when they do not hold what it takes.
    public func applying(_ conversion: ResourceConversion) throws(ClusterError) -> Resources {
        guard contains(conversion.consumed) else {
            throw ClusterError(.invalidArgument, "\(self) does not contain \(conversion.consumed)", field: "resources")
        }
        var result = self
        result -= conversion.consumed
        result += conversion.produced
        return result
    }

    /// These resources after several conversions, one after the other.
    public func applying(_ conversions: [ResourceConversion]) throws(ClusterError) -> Resources {
        var result = self
        for conversion in conversions { result = try result.applying(conversion) }
        return result
    }
}
