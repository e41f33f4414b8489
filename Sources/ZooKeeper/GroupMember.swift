internal import ClusterBase
internal import ClusterModel

/// A child of a group's node: an optional label and the sequence number that ZooKeeper appended.
///
/// The counter is shared by all labels of the parent, so the numbers alone order the members.
/// Source: `spec/mesos/07` §7.2.
struct GroupMember: Hashable, Sendable, Comparable {
    /// The label of masters since upstream's 0.24: data is JSON.
    static let jsonLabel = "json.info"
    /// The label before: data is protobuf.
    static let binaryLabel = "info"

    /// The child's name.
    let name: String
    /// What stands before the last `_`; nil for a bare number.
    let label: String?
    /// The number after the last `_`.
    let sequence: Int64

    /// Nil for a child that is no member: what follows the last `_` (or the whole name) is not a number.
    init?(name: String) {
        let digits: Substring
        if let mark = name.lastIndex(of: "_") {
            label = String(name[..<mark])
            digits = name[name.index(after: mark)...]
        } else {
            label = nil
            digits = name[...]
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let sequence = Int64(digits)
        else { return nil }
        (self.name, self.sequence) = (name, sequence)
    }

    static func < (left: Self, right: Self) -> Bool { (left.sequence, left.name) < (right.sequence, right.name) }

    /// The member that leads: the smallest number, whatever its label.
    static func leader(among children: [String]) -> GroupMember? { children.lazy.compactMap(GroupMember.init).min() }

    /// Reads the member's data as its label says; throws `invalidArgument` for data or a label it does not know.
    func master(_ data: [UInt8]) throws(ClusterError) -> MasterInfo {
        switch label {
        case Self.jsonLabel: try MasterInfo(groupJSON: data)
        case Self.binaryLabel: try MasterInfo(groupBinary: data)
        case nil: try MasterInfo(groupAddress: data)
        case .some(let other):
            throw ClusterError(.invalidArgument, "leader \(name) has the unknown label '\(other)'", field: "zk")
        }
    }
}
