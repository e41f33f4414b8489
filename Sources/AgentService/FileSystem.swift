internal import ClusterBase
internal import Glibc

/// Blocking file operations with errors that name the path and say what the system says.
///
/// Call them from a thread that may block.
enum FileSystem {
    /// What went wrong with a path, in the system's words.
    static func failure(_ what: String, _ path: String, _ code: Int32 = errno) -> ClusterError {
        ClusterError(.system, "cannot \(what) \(path): \(String(cString: strerror(code)))")
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a directory and those above it.
    static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws(ClusterError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure("make directory", path)
        }
        try makeDirectories(String(path[..<slash]))
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make directory", path) }
    }

    /// The whole of a file; nil when there is none.
    static func read(_ path: String) throws(ClusterError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw failure("look at", path) }
        return try read(file, path, offset: 0, count: Int(info.st_size))
    }

    /// Up to `count` bytes from an offset.
    static func read(_ path: String, offset: Int, count: Int) throws(ClusterError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        return try read(file, path, offset: offset, count: count)
    }

    private static func read(_ file: Int32, _ path: String, offset: Int, count: Int) throws(ClusterError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(file, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            done += got
        }
        return done == count ? bytes : Array(bytes[..<done])
    }

    /// Replaces a file by way of a temporary one in the same directory; with `sync` it is on the disk afterwards.
    static func replace(_ path: String, with bytes: [UInt8], sync: Bool) throws(ClusterError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("create", path) }
        do throws(ClusterError) {
            try write(bytes, to: file, path)
            if sync, fdatasync(file) != 0 { throw failure("write", path) }
        } catch {
            close(file)
            unlink(temporary)
            throw error
        }
        close(file)
        guard Glibc.rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure("replace", path, code)
        }
        if sync { try syncDirectory(of: path) }
    }

    /// Appends to a file; on failure the file is as long as it was before.
    static func append(_ bytes: [UInt8], to path: String, sync: Bool) throws(ClusterError) {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        let length = lseek(file, 0, SEEK_END)
        do throws(ClusterError) {
            try write(bytes, to: file, path)
            if sync, fdatasync(file) != 0 { throw failure("write", path) }
        } catch {
            if length >= 0 { _ = ftruncate(file, length) }
            throw error
        }
        // The name of a new file is as important as what is in it.
        if sync, length == 0 { try syncDirectory(of: path) }
    }

    /// Gives a file another name, in place of an older one; with `sync` it is so on the disk afterwards.
    static func rename(_ path: String, to other: String, sync: Bool) throws(ClusterError) {
        guard Glibc.rename(path, other) == 0 else { throw failure("rename", path) }
        if sync { try syncDirectory(of: other) }
    }

    static func truncate(_ path: String, to length: Int) throws(ClusterError) {
        guard Glibc.truncate(path, off_t(length)) == 0 else { throw failure("truncate", path) }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(ClusterError) {
        var done = 0
        while done < bytes.count {
            let wrote = bytes.withUnsafeBytes { buffer in
                Glibc.write(file, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if wrote < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            done += wrote
        }
    }

    static func syncDirectory(of path: String) throws(ClusterError) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let directory = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", String(path[..<slash])) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("write", String(path[..<slash])) }
    }

    /// Makes a symbolic link, atomically in place of an older one.
    static func link(_ path: String, to target: String) throws(ClusterError) {
        let temporary = path + ".new"
        unlink(temporary)
        guard symlink(target, temporary) == 0 else { throw failure("make link", path) }
        guard Glibc.rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure("make link", path, code)
        }
    }

    /// What a link says; nil when there is none.
    static func linkTarget(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes {
            guard let start = $0.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return readlink(path, start, $0.count)
        }
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// The absolute path with every link followed; nil when something of it does not exist.
    static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// The names in a directory, sorted, without `.` and `..`; empty when there is no such directory.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file or link; fine when there is none.
    static func remove(_ path: String) throws(ClusterError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Removes a directory with all below it, following no links; fine when there is none.
    static func removeTree(_ path: String) throws(ClusterError) {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if errno == ENOENT { return }
            throw failure("look at", path)
        }
        guard info.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
        for name in names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// The used fraction of the file system that holds a path.
    static func usedFraction(_ path: String) -> Double? {
        var info = statvfs()
        guard statvfs(path, &info) == 0, info.f_blocks > 0 else { return nil }
        return 1 - Double(info.f_bavail) / Double(info.f_blocks)
    }

    /// User and group numbers of a name; nil when there is no such user.
    static func account(_ user: String) -> (uid: uid_t, gid: gid_t)? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return (entry.pw_uid, entry.pw_gid)
    }

    /// Gives a directory to a user, if this process may do that at all.
    static func give(_ path: String, to user: String) throws(ClusterError) {
        guard let account = account(user) else {
            throw ClusterError(.invalidArgument, "user '\(user)' does not exist on this machine", field: "user")
        }
        guard geteuid() == 0, account.uid != geteuid() else { return }
        guard chown(path, account.uid, account.gid) == 0 else { throw failure("give", path) }
    }
}
