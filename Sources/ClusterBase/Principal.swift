/// Who asks: a name, claims, or both.
///
/// A token of an executor has claims and no name. Source: spec `mesos/06` §6.10.
public struct Principal: Hashable, Sendable, CustomStringConvertible {
    /// The name; nil for tokens without one.
    public var value: String?
    /// What else the credentials say, such as `fid`, `eid` and `cid` of an executor.
    public var claims: [String: String]

    /// Makes a principal.
    public init(_ value: String?, claims: [String: String] = [:]) { (self.value, self.claims) = (value, claims) }

    /// The name, or the claims in the order of their names.
    public var description: String {
        if let value { return value }
        return claims.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
