internal import Glibc
internal import KubeModel

extension VolumeMounter {
    /// A place of the host, after a look at what is there.
    static func hostPath(_ settings: KubeObject) throws(FileProblem) -> String {
        let (path, type) = (settings.text("path"), settings.text("type"))
        guard path.hasPrefix("/"), !path.split(separator: "/").contains(".."), !path.utf8.contains(0) else {
            throw FileProblem(found: "the path \"\(path)\" must be absolute and without '..'")
        }
        switch type {
        case "", "DirectoryOrCreate":
            // An engine would make a directory where there is nothing.
            if !NodeFiles.exists(path) { try PodDirectory.make(path) }
            if type.isEmpty { return path }
        case "FileOrCreate":
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if file >= 0 {
                fchmod(file, 0o644)
                close(file)
            } else if errno != EEXIST {
                throw FileProblem("cannot create \(path)")
            }
        default: break
        }
        guard let check = checks[type] else { throw FileProblem(found: "\"\(type)\" is an invalid volume type") }
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == check.kind else {
            throw FileProblem(found: "hostPath type check failed: \(path) is not a \(check.words)")
        }
        return path
    }

    private static let checks: [String: (kind: mode_t, words: String)] = [
        "Directory": (S_IFDIR, "directory"), "DirectoryOrCreate": (S_IFDIR, "directory"), "File": (S_IFREG, "file"),
        "FileOrCreate": (S_IFREG, "file"), "Socket": (S_IFSOCK, "socket file"),
        "CharDevice": (S_IFCHR, "character device"), "BlockDevice": (S_IFBLK, "block device"),
    ]
}
