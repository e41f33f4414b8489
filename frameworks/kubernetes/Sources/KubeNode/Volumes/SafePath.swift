internal import Glibc

/// Paths below a volume that containers can write to, and may try to lead out of it.
enum SafePath {
    /// Takes hold of a place below a volume; a directory is made where nothing is.
    ///
    /// Links within the volume are followed, as long as they stay in it. The hold is on the place itself: what its
    /// names are changed to afterwards does not matter.
    ///
    /// - Parameters:
    ///   - volume: the volume's path; links in it are the node's own.
    ///   - path: relative, without `..`.
    static func open(_ path: String, in volume: String) throws(FileProblem) -> DirectoryHandle {
        let base = try resolved(volume)
        let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.contains("..") else { throw FileProblem(found: "the path \(path) leads out of the volume") }
        let end = try make(parts, below: base)
        guard end == base || end.hasPrefix(base == "/" ? "/" : base + "/") else {
            throw FileProblem(found: "the path \(path) leads out of the volume")
        }
        return try hold(end)
    }

    /// The path without links.
    static func resolved(_ path: String) throws(FileProblem) -> String {
        guard let found = realpath(path, nil) else { throw FileProblem("cannot find \(path)") }
        defer { free(found) }
        return String(cString: found)
    }

    /// Makes what is missing of a path and returns where it leads.
    private static func make(_ parts: [String], below base: String) throws(FileProblem) -> String {
        // The longest part that is there, links followed; what is missing begins behind it.
        var there = base
        var rest = parts[...]
        while let part = rest.first {
            var info = stat()
            let next = there + "/" + part
            if lstat(next, &info) != 0 {
                if errno == ENOENT { break }
                throw FileProblem("cannot look at \(next)")
            }
            there = try resolved(next)
            guard there == base || there.hasPrefix(base == "/" ? "/" : base + "/") else {
                throw FileProblem(found: "\(next) leads out of the volume")
            }
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { return there }
        let mode = try hold(base).status().st_mode & 0o7777
        var place = try openDirectory(there)
        for part in rest { place = try place.makeDirectory(part, mode: mode) }
        return there + "/" + rest.joined(separator: "/")
    }

    /// Takes hold of a path that contains no links, step by step.
    private static func hold(_ path: String) throws(FileProblem) -> DirectoryHandle {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.last else { return try DirectoryHandle.root() }
        return try openDirectory("/" + parts.dropLast().joined(separator: "/")).handle(any: last)
    }

    private static func openDirectory(_ path: String) throws(FileProblem) -> DirectoryHandle {
        var place = try DirectoryHandle.root()
        for part in path.split(separator: "/") { place = try place.directory(String(part)) }
        return place
    }
}
