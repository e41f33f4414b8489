internal import Glibc
internal import KubeModel
internal import KubeletCore

/// Where a pod's files are on the host, and how they are taken away.
///
/// `ROOT/pods/UID/` holds `volumes/PLUGIN/NAME`, `volume-subpaths/NAME/CONTAINER/INDEX`, `containers/NAME/ATTEMPT`
/// (termination messages), `plugins/…` (marks of volumes that are complete), `etc-hosts` and `seen` (a time).
struct PodDirectory: Sendable {
    /// The absolute path.
    let path: String
    private let parent: String
    private let uid: String

    /// The directory of a pod; throws when the uid cannot be a name.
    init(root: String, uid: String) throws(FileProblem) {
        guard Self.isName(uid) else { throw FileProblem(found: "\"\(uid)\" is no uid of a pod") }
        parent = root + "/pods"
        path = parent + "/" + uid
        self.uid = uid
    }

    /// The path of a volume.
    func volume(_ name: String, plugin: String) throws(FileProblem) -> String {
        guard Self.isName(name) else { throw FileProblem(found: "\"\(name)\" is no name of a volume") }
        return "\(path)/volumes/\(plugin.replacing("/", with: "~"))/\(name)"
    }

    /// The path of the mark that a volume is complete.
    func mark(_ name: String, plugin: String) -> String {
        "\(path)/plugins/\(plugin.replacing("/", with: "~"))/\(name)/ready"
    }

    /// The file that receives the termination message of a container's run.
    func message(_ container: String, attempt: Int) -> String { "\(path)/containers/\(container)/\(attempt)" }

    /// The file that containers see as `/etc/hosts`.
    var hosts: String { path + "/etc-hosts" }

    /// When the pod's directory was made, also by an earlier process, as its annotation says it.
    func firstSeen() throws(FileProblem) -> String {
        if let text = NodeFiles.text(path + "/seen"), KubeTime.parse(text) != nil { return text }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let text = KubeTime.microText(
            UnixTime(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000))
        let directory = try DirectoryHandle(path)
        try directory.remove("seen")
        try directory.makeFile("seen", Array(text.utf8), mode: 0o644)
        return text
    }

    /// Where a path below a volume is shown for a container.
    func subPath(_ volume: String, container: String, index: Int) -> String {
        "\(path)/volume-subpaths/\(volume)/\(container)/\(index)"
    }

    /// Makes a directory below with its ancestors.
    static func make(_ path: String) throws(FileProblem) {
        do { try NodeFiles.makeDirectories(path) } catch { throw FileProblem(found: "\(error)") }
    }

    /// Takes away all mounts and then all files; nothing happens when there are none.
    ///
    /// Throws, and removes nothing, while something is mounted there that cannot be unmounted.
    func remove() throws(FileProblem) {
        guard NodeFiles.isDirectory(path) else { return }
        // Mounts are known by paths without links.
        try MountTable.unmount(below: SafePath.resolved(parent) + "/" + uid)
        try DirectoryHandle(SafePath.resolved(parent)).remove(uid)
    }

    /// Whether a text can be the name of a directory of ours.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 254 && text != "." && text != ".."
            && text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 > 0x1f }
    }
}
