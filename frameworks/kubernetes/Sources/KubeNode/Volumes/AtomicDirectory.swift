internal import Glibc
internal import KubeletCore

/// Files of a volume that change all at once for whoever reads them.
///
/// The files are in a hidden directory with the time in its name; `..data` is a link to it, and the visible names are
/// links through `..data`. New contents come in a new hidden directory, and one rename of `..data` shows them.
/// Source: spec `kubernetes/04` §4.8.
struct AtomicDirectory {
    private static let current = "..data"

    private let path: String

    /// The volume at a path, which is a directory.
    init(_ path: String) { self.path = path }

    /// Makes the files there as given and no others; returns false when they were already.
    ///
    /// - Parameter group: the group that they are given to, if any, which may read them.
    func write(_ files: [VolumeFile], group: gid_t?) throws(FileProblem) -> Bool {
        let directory = try DirectoryHandle(path)
        let shown = files.map { file in
            var file = file
            if group != nil { file.mode |= 0o440 }
            return file
        }
        let old = directory.link(Self.current).flatMap { $0.contains("/") || !$0.hasPrefix("..") ? nil : $0 }
        if let old, let inner = try? directory.directory(old), (try? contents(inner)) == shown {
            try showNames(of: shown, in: directory)
            try clean(directory, keeping: old)
            return false
        }
        let name = Self.newName()
        do throws(FileProblem) {
            try fill(directory.makeDirectory(name, mode: 0o755), shown, group: group)
            try directory.setLink(Self.current, to: name)
        } catch {
            try? directory.remove(name)
            throw error
        }
        try showNames(of: shown, in: directory)
        try clean(directory, keeping: name)
        return true
    }

    private func fill(
        _ directory: consuming DirectoryHandle, _ files: [VolumeFile], group: gid_t?
    ) throws(FileProblem) {
        for file in files {
            let parts = file.path.split(separator: "/").map(String.init)
            var place = try directory.again()
            for part in parts.dropLast() {
                place =
                    try place.status(part) == nil
                    ? place.makeDirectory(part, mode: 0o755) : place.directory(part)
            }
            try place.makeFile(parts.last ?? "", file.bytes, mode: mode_t(file.mode))
        }
        if let group { try directory.give(to: group, isReadOnly: true) }
    }

    /// The files below a directory, by path.
    private func contents(
        _ directory: borrowing DirectoryHandle, below prefix: String = ""
    ) throws(FileProblem) -> [VolumeFile] {
        var files: [VolumeFile] = []
        for name in try directory.names() {
            guard let info = try directory.status(name) else { continue }
            if info.st_mode & S_IFMT == S_IFDIR {
                files += try contents(directory.directory(name), below: prefix + name + "/")
            } else {
                files.append(
                    VolumeFile(
                        path: prefix + name, bytes: directory.bytes(name) ?? [], mode: UInt32(info.st_mode & 0o7777)))
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Shows the first parts of the files' paths as links, and takes away links that lead nowhere any more.
    private func showNames(of files: [VolumeFile], in directory: borrowing DirectoryHandle) throws(FileProblem) {
        let names = Set(files.map { String($0.path.prefix { $0 != "/" }) })
        for name in names.sorted() {
            let target = Self.current + "/" + name
            if directory.link(name) != target { try directory.setLink(name, to: target) }
        }
        for name in try directory.names() where !name.hasPrefix("..") && !names.contains(name) {
            try directory.remove(name)
        }
    }

    /// Takes away what earlier contents, or a process that ended half-way, left behind.
    private func clean(_ directory: borrowing DirectoryHandle, keeping name: String) throws(FileProblem) {
        for other in try directory.names() where other.hasPrefix("..") && other != Self.current && other != name {
            try directory.remove(other)
        }
    }

    /// `..YEAR_MONTH_DAY_HOUR_MINUTE_SECOND.NUMBER`.
    private static func newName() -> String {
        var (now, parts) = (time(nil), tm())
        gmtime_r(&now, &parts)
        let numbers = [
            parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
        ]
        let text = numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "_")
        return "..\(text).\(UInt32.random(in: 1 ... .max))"
    }
}
