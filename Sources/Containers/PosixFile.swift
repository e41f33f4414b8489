internal import ClusterBase
internal import Glibc

/// Small blocking file operations on paths, with errors in the system's words.
enum PosixFile {
    /// The text of a file; nil when it cannot be read.
    static func read(_ path: String, limit: Int = 1 << 20) -> String? {
        bytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file, at most `limit` of them; nil when it cannot be read.
    static func bytes(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while result.count < limit {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            result.append(contentsOf: chunk[..<count])
        }
        return result
    }

    /// Writes into an existing file with one system call, as the files of cgroups want it.
    static func put(_ text: String, into path: String) throws(ClusterError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw systemError("cannot open \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw systemError("cannot write '\(text)' to \(path)")
        }
    }

    /// Replaces a file with the text, durably: temporary file in the same directory, then rename.
    static func replace(_ path: String, with text: String) throws(ClusterError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError("cannot create \(temporary)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0, rename(temporary, path) == 0 else {
            throw systemError("cannot write \(path)")
        }
    }

    /// Appends to a file, creating it when it is absent.
    static func append(_ bytes: some Collection<UInt8>, to path: String) throws(ClusterError) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw systemError("cannot open \(path)") }
        defer { close(file) }
        try writeAll(Array(bytes), to: file, path: path)
    }

    /// Writes everything to an open descriptor.
    static func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws(ClusterError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + offset }, bytes.count - offset) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw systemError("cannot write \(path)") }
            offset += count
        }
    }

    /// Makes a directory and its ancestors.
    static func makeDirectories(_ path: String) throws(ClusterError) {
        if isDirectory(path) { return }
        let parent = directory(of: path)
        if parent != path && !parent.isEmpty { try makeDirectories(parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw systemError("cannot create \(path)") }
    }

    /// Whether something is there, links followed.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether it is a directory, links followed.
    static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// The size of a file; nil when it is absent.
    static func size(_ path: String) -> UInt64? {
        var info = stat()
        return stat(path, &info) == 0 ? UInt64(info.st_size) : nil
    }

    /// The names in a directory, sorted; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
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

    /// What is before the last `/`.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What is after the last `/`.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}

/// An error with the words of `errno` as it stands now.
func systemError(_ attempt: String, _ number: Int32 = errno) -> ClusterError {
    ClusterError(.system, "\(attempt): \(systemMessage(number))")
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
