internal import Glibc

/// The mounts that this process sees, and changes to them.
enum MountTable {
    /// One mount.
    struct Entry: Hashable, Sendable {
        /// Where it is.
        var path: String
        /// The type of its file system, such as `tmpfs` or `nfs4`.
        var type: String
    }

    /// Every mount, in the order in which they were made.
    static func entries() throws(FileProblem) -> [Entry] {
        guard let bytes = NodeFiles.bytes("/proc/self/mountinfo", limit: 64 << 20) else {
            throw FileProblem("cannot read /proc/self/mountinfo")
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap(entry)
    }

    /// Whether something is mounted at a path that contains no links.
    static func isMounted(_ path: String) throws(FileProblem) -> Bool {
        try entries().contains { $0.path == path }
    }

    /// Mounts a file system in memory at a directory.
    ///
    /// - Parameter limit: the most bytes it may hold; nil leaves it to the system.
    static func mountMemory(at path: String, mode: mode_t, limit: Int64? = nil) throws(FileProblem) {
        var options = "mode=" + String(mode, radix: 8)
        if let limit { options += ",size=\(limit)" }
        guard mount("tmpfs", path, "tmpfs", UInt(MS_NOSUID) | UInt(MS_NODEV), options) == 0 else {
            throw FileProblem("cannot mount a file system in memory at \(path)")
        }
    }

    /// Shows a place at another path.
    static func bind(_ source: borrowing DirectoryHandle, at path: String) throws(FileProblem) {
        let place = "/proc/self/fd/\(source.descriptor)"
        guard mount(place, path, nil, UInt(MS_BIND), nil) == 0 else {
            throw FileProblem("cannot bind \(source.path) to \(path)")
        }
    }

    /// Takes away everything that is mounted at a path or below it, the innermost first.
    ///
    /// What is in use goes once its users do; a file server that is away is not waited for.
    static func unmount(below path: String) throws(FileProblem) {
        let found = try entries().filter { $0.path == path || $0.path.hasPrefix(path + "/") }
        for entry in found.reversed() {
            let isRemote = entry.type.hasPrefix("nfs")
            let flags = Int32(UMOUNT_NOFOLLOW)
            if !isRemote, umount2(entry.path, flags) == 0 { continue }
            guard umount2(entry.path, flags | Int32(MNT_DETACH)) == 0 || errno == EINVAL || errno == ENOENT else {
                throw FileProblem("cannot unmount \(entry.path)")
            }
        }
        if let left = try entries().first(where: { $0.path == path || $0.path.hasPrefix(path + "/") }) {
            throw FileProblem(found: "\(left.path) is still mounted")
        }
    }

    /// `ID PARENT DEVICE ROOT PATH OPTIONS … - TYPE SOURCE OPTIONS`, with `\ooo` for blanks in paths.
    private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count > 7, let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }),
            words.indices.contains(dash + 1)
        else { return nil }
        return Entry(path: unescaped(words[4]), type: String(decoding: words[dash + 1], as: UTF8.self))
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var at = text.startIndex
        while at < text.endIndex {
            let digits = text[at...].dropFirst().prefix(3)
            if text[at] == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                at += 4
            } else {
                bytes.append(text[at])
                at += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
