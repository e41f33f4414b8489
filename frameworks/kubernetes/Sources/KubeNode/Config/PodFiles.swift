internal import Glibc
internal import KubeletCore

/// The files of a pod that are no volumes: the hosts file, and what containers leave as their last words.
struct PodFiles: Sendable {
    let directory: PodDirectory

    /// Writes the hosts file, in place, as containers hold on to it; returns its path.
    func writeHosts(_ text: String) throws(FileProblem) -> String {
        let path = directory.hosts
        if NodeFiles.text(path) == text { return path }
        try PodDirectory.make(directory.path)
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw FileProblem("cannot create \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard fchmod(file, 0o644) == 0, write(file, bytes, bytes.count) == bytes.count else {
            throw FileProblem("cannot write \(path)")
        }
        return path
    }

    /// Makes an empty file for the last words of a container's run; those of the run before stay, older ones go.
    func makeMessage(_ container: String, attempt: Int) throws(FileProblem) -> String {
        guard PodDirectory.isName(container) else { throw FileProblem(found: "\"\(container)\" is no name") }
        let path = directory.message(container, attempt: attempt)
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try PodDirectory.make(parent)
        let place = try DirectoryHandle(parent)
        for name in try place.names() where Int(name).map({ $0 < attempt - 1 || $0 == attempt }) ?? true {
            try place.remove(name)
        }
        // Whatever user a container runs as may write its last words.
        try place.makeFile("\(attempt)", [], mode: 0o666)
        return path
    }

    /// The last words of a container's run.
    func message(_ container: String, attempt: Int, limit: Int) -> String {
        guard PodDirectory.isName(container),
            let place = try? DirectoryHandle("\(directory.path)/containers/\(container)"),
            let bytes = place.bytes("\(attempt)", limit: limit)
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Shows a place below a volume at a path of its own, which later changes of names do not concern.
    ///
    /// - Parameter index: which of the container's mounts it is.
    func showSubPath(
        _ subPath: String, of volume: (name: String, path: String), container: String, index: Int
    ) throws(FileProblem) -> String {
        guard PodDirectory.isName(volume.name.replacing("/", with: "~")), PodDirectory.isName(container) else {
            throw FileProblem(found: "\"\(volume.name)\" or \"\(container)\" is no name")
        }
        let place = try SafePath.open(subPath, in: volume.path)
        let target = directory.subPath(volume.name.replacing("/", with: "~"), container: container, index: index)
        // An earlier run of the container has its own sight of the place, which stays.
        try MountTable.unmount(below: target)
        let parent = String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)])
        try PodDirectory.make(parent)
        let shown = try DirectoryHandle(parent)
        try shown.remove("\(index)")
        if try place.status().st_mode & S_IFMT == S_IFDIR {
            _ = try shown.makeDirectory("\(index)", mode: 0o750)
        } else {
            try shown.makeFile("\(index)", [], mode: 0o640)
        }
        try MountTable.bind(place, at: target)
        return target
    }
}
