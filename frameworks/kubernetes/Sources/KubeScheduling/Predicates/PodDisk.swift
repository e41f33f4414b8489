internal import ClusterBase
internal import KubeModel

/// A disk that not every pod of a node can mount at the same time.
struct PodDisk: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case gce, aws, rbd, iscsi }

    var kind: Kind
    /// The disk; of RBD the pool and image.
    var id: String
    /// The monitors of RBD.
    var monitors: [String] = []
    var isReadOnly: Bool

    /// Reads the disks of a pod.
    static func disks(of pod: KubeObject) -> [PodDisk] { pod.list("spec", "volumes").compactMap { PodDisk($0) } }

    /// Reads a volume; nil when it may be shared.
    init?(_ volume: JSONValue) {
        func flag(_ source: JSONValue) -> Bool { source["readOnly"]?.bool ?? false }
        if let disk = volume["gcePersistentDisk"], disk.object != nil {
            self.init(kind: .gce, id: disk["pdName"]?.string ?? "", isReadOnly: flag(disk))
        } else if let disk = volume["awsElasticBlockStore"], disk.object != nil {
            self.init(kind: .aws, id: disk["volumeID"]?.string ?? "", isReadOnly: flag(disk))
        } else if let disk = volume["iscsi"], disk.object != nil {
            self.init(kind: .iscsi, id: disk["iqn"]?.string ?? "", isReadOnly: flag(disk))
        } else if let disk = volume["rbd"], disk.object != nil {
            let pool = disk["pool"]?.string ?? "rbd"
            self.init(
                kind: .rbd, id: "\(pool)/\(disk["image"]?.string ?? "")",
                monitors: (disk["monitors"]?.array ?? []).compactMap(\.string), isReadOnly: flag(disk))
        } else {
            return nil
        }
    }

    private init(kind: Kind, id: String, monitors: [String] = [], isReadOnly: Bool) {
        (self.kind, self.id, self.monitors, self.isReadOnly) = (kind, id, monitors, isReadOnly)
    }

    /// Whether two pods of one node cannot have both.
    ///
    /// Source: upstream `NoDiskConflict` (spec `kubernetes/05` §5.1): AWS disks are never shared, others read-only.
    func conflicts(with other: PodDisk) -> Bool {
        guard kind == other.kind, id == other.id else { return false }
        if kind == .aws { return true }
        if kind == .rbd, !monitors.contains(where: other.monitors.contains) { return false }
        return !(isReadOnly && other.isReadOnly)
    }
}
