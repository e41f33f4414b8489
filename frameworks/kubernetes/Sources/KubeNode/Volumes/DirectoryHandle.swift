internal import Glibc

/// An open directory (or, for `handle(any:)`, anything else), by which names are reached one step at a time.
///
/// No operation follows a symbolic link, so that nobody who can write below can lead it elsewhere.
struct DirectoryHandle: ~Copyable {
    /// Opens without reading: a place, not a file.
    private static let pathOnly: Int32 = 0o10000000

    let descriptor: Int32
    /// The path as it was reached, for messages.
    let path: String

    private init(_ descriptor: Int32, _ path: String) { (self.descriptor, self.path) = (descriptor, path) }

    /// Opens a directory by its absolute path; links on the way are followed, the last part is none.
    init(_ path: String) throws(FileProblem) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw FileProblem("cannot open \(path)") }
        self.init(descriptor, path)
    }

    deinit { close(descriptor) }

    /// Opens the root of the file system.
    static func root() throws(FileProblem) -> DirectoryHandle {
        let descriptor = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem("cannot open /") }
        return DirectoryHandle(descriptor, "")
    }

    /// Opens a directory below.
    func directory(_ name: String) throws(FileProblem) -> DirectoryHandle {
        let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard inner >= 0 else { throw FileProblem("cannot open \(path)/\(name)") }
        return DirectoryHandle(inner, path + "/" + name)
    }

    /// Takes hold of something below, of whatever kind except a symbolic link, without opening it.
    func handle(any name: String) throws(FileProblem) -> DirectoryHandle {
        let inner = openat(descriptor, name, Self.pathOnly | O_CLOEXEC | O_NOFOLLOW)
        guard inner >= 0 else { throw FileProblem("cannot open \(path)/\(name)") }
        let handle = DirectoryHandle(inner, path + "/" + name)
        guard try handle.status().st_mode & S_IFMT != S_IFLNK else {
            throw FileProblem(found: "\(path)/\(name) is a symbolic link")
        }
        return handle
    }

    /// A second hold of the same place.
    func again() throws(FileProblem) -> DirectoryHandle {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileProblem("cannot open \(path)") }
        return DirectoryHandle(copy, path)
    }

    /// What the place itself is.
    func status() throws(FileProblem) -> stat {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileProblem("cannot look at \(path)") }
        return info
    }

    /// What a name below is; nil when there is nothing.
    func status(_ name: String) throws(FileProblem) -> stat? {
        var info = stat()
        if fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 { return info }
        if errno == ENOENT { return nil }
        throw FileProblem("cannot look at \(path)/\(name)")
    }

    /// The names below, sorted.
    func names() throws(FileProblem) -> [String] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw FileProblem("cannot read \(path)") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a directory below with exactly these permission bits; it may not be there.
    func makeDirectory(_ name: String, mode: mode_t) throws(FileProblem) -> DirectoryHandle {
        guard mkdirat(descriptor, name, 0o700) == 0 else { throw FileProblem("cannot create \(path)/\(name)") }
        let made = try directory(name)
        guard fchmod(made.descriptor, mode) == 0 else { throw FileProblem("cannot set the mode of \(made.path)") }
        return made
    }

    /// Makes a file below with exactly these permission bits; it may not be there.
    func makeFile(_ name: String, _ bytes: [UInt8], mode: mode_t) throws(FileProblem) {
        let file = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw FileProblem("cannot create \(path)/\(name)") }
        defer { close(file) }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + offset }, bytes.count - offset) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileProblem("cannot write \(path)/\(name)") }
            offset += count
        }
        guard fchmod(file, mode) == 0 else { throw FileProblem("cannot set the mode of \(path)/\(name)") }
    }

    /// The bytes of a regular file below, at most `limit` of them; nil when there is none.
    func bytes(_ name: String, limit: Int = 16 << 20) -> [UInt8]? {
        let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(65_536, max(limit, 1)))
        while result.count < limit {
            let count = read(file, &chunk, min(chunk.count, limit - result.count))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            result.append(contentsOf: chunk[..<count])
        }
        return result
    }

    /// What a symbolic link below says; nil when there is none.
    func link(_ name: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlinkat(descriptor, name, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Makes a symbolic link below, in one step in place of another of that name.
    func setLink(_ name: String, to target: String) throws(FileProblem) {
        let temporary = name + "_tmp"
        unlinkat(descriptor, temporary, 0)
        guard symlinkat(target, descriptor, temporary) == 0,
            renameat(descriptor, temporary, descriptor, name) == 0
        else { throw FileProblem("cannot link \(path)/\(name)") }
    }

    /// Gives the place and all that is below it, on the same file system, to a group.
    ///
    /// The group may read and write what its owner may, or only read it; what is made in directories later is its, too.
    func give(to group: gid_t, isReadOnly: Bool = false) throws(FileProblem) {
        let info = try status()
        guard fchown(descriptor, uid_t.max, group) == 0 else { throw FileProblem("cannot change the group of \(path)") }
        let bits: mode_t = isReadOnly ? 0o440 : 0o660
        guard fchmod(descriptor, info.st_mode & 0o7777 | bits | 0o2110) == 0 else {
            throw FileProblem("cannot set the mode of \(path)")
        }
        for name in try names() {
            guard let inner = try status(name), inner.st_dev == info.st_dev else { continue }
            if inner.st_mode & S_IFMT == S_IFDIR {
                try directory(name).give(to: group, isReadOnly: isReadOnly)
                continue
            }
            guard fchownat(descriptor, name, uid_t.max, group, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw FileProblem("cannot change the group of \(path)/\(name)")
            }
            guard inner.st_mode & S_IFMT == S_IFREG else { continue }
            let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else { throw FileProblem("cannot open \(path)/\(name)") }
            defer { close(file) }
            guard fchmod(file, inner.st_mode & 0o7777 | bits) == 0 else {
                throw FileProblem("cannot set the mode of \(path)/\(name)")
            }
        }
    }

    /// The bytes that everything below takes on the disk.
    func size() throws(FileProblem) -> Int64 {
        let device = try status().st_dev
        var sum: Int64 = 0
        for name in try names() {
            guard let info = try status(name), info.st_dev == device else { continue }
            sum += Int64(info.st_blocks) * 512
            // What goes while it is measured takes nothing.
            if info.st_mode & S_IFMT == S_IFDIR { sum += (try? directory(name).size()) ?? 0 }
        }
        return sum
    }

    /// Removes what is below a name, and the name; nothing happens when it is gone.
    ///
    /// Throws when something there is on another file system than this directory: that is somebody else's.
    func remove(_ name: String) throws(FileProblem) {
        guard let info = try status(name) else { return }
        if info.st_mode & S_IFMT == S_IFDIR {
            guard info.st_dev == (try status().st_dev) else {
                throw FileProblem(found: "\(path)/\(name) is on another file system")
            }
            let inner = try directory(name)
            for name in try inner.names() { try inner.remove(name) }
            guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
                throw FileProblem("cannot remove \(path)/\(name)")
            }
        } else {
            guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
                throw FileProblem("cannot remove \(path)/\(name)")
            }
        }
    }
}
