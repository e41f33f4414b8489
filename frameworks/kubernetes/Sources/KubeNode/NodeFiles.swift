internal import ClusterBase
internal import Glibc

/// Small blocking operations on files of this node, with errors in the system's words.
enum NodeFiles {
    /// The bytes of a file, at most `limit` of them; nil when it cannot be read.
    static func bytes(_ path: String, limit: Int = 4 << 20) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while result.count < limit {
            let count = Glibc.read(file, &chunk, min(chunk.count, limit - result.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            result.append(contentsOf: chunk[..<count])
        }
        return result
    }

    /// The text of a file; nil when it cannot be read.
    static func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

    /// Replaces a file as a whole: a temporary file beside it, then a rename.
    ///
    /// Outlives this process, not the machine.
    static func replace(_ path: String, with bytes: [UInt8]) throws(ClusterError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot create \(temporary)") }
        defer { close(file) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + offset }, bytes.count - offset) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot write \(temporary)") }
            offset += count
        }
        guard rename(temporary, path) == 0 else { throw failure("cannot write \(path)") }
    }

    /// Removes a file; nothing happens when it is gone.
    static func remove(_ path: String) { unlink(path) }

    /// Makes a directory and its ancestors.
    static func makeDirectories(_ path: String) throws(ClusterError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            guard mkdir(made, 0o755) == 0 || errno == EEXIST || errno == EROFS && isDirectory(made) else {
                throw failure("cannot create \(made)")
            }
        }
    }

    /// Whether it is a directory, links followed.
    static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether something is there, links followed.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a directory, sorted; nil when it cannot be read.
    static func names(in path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a directory with all that is in it, on the same file system; nothing happens when it is gone.
    static func removeTree(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        let device = info.st_dev
        for name in names(in: path) ?? [] {
            var inner = stat()
            // What is mounted there belongs to somebody else.
            guard lstat(path + "/" + name, &inner) == 0, inner.st_dev == device else { continue }
            removeTree(path + "/" + name)
        }
        rmdir(path)
    }

    private static func failure(_ attempt: String, _ number: Int32 = errno) -> ClusterError {
        var buffer = [CChar](repeating: 0, count: 256)
        let known = strerror_r(number, &buffer, buffer.count) == 0
        let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return ClusterError(.system, "\(attempt): \(known ? words : "error \(number)")")
    }
}
