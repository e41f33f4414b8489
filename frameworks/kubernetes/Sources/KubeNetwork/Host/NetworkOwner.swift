internal import ClusterBase
internal import Glibc
internal import Synchronization

/// The right to write rules or routes in a network namespace: one process has it, others wait.
///
/// It is a lock on a file named after the namespace, so it ends with the process, however that ends. Who waits says so
/// with a lock of its own, for the owner to know whether anybody takes over.
final class NetworkOwner: Sendable {
    private static let interval = Duration.milliseconds(200)

    private let path: String
    private let file: Mutex<Int32>

    private init(path: String, file: Int32) {
        self.path = path
        self.file = Mutex(file)
    }

    deinit { release() }

    /// Waits for the right to `purpose` in this process's network namespace; until cancelled.
    static func acquire(_ purpose: String, directory: String) async throws -> NetworkOwner {
        let path = "\(directory)/\(purpose)-\(try namespaceNumber()).lock"
        try makeDirectories(directory)
        sweep(directory, except: path)
        if let owner = try attempt(path) { return owner }
        let waiting = try lock(path + ".next", LOCK_SH)
        defer { if let waiting { close(waiting) } }
        while true {
            try await Task.sleep(for: interval)
            if let owner = try attempt(path) { return owner }
        }
    }

    /// Whether another process waits for the right; asking removes the file that nobody waits on.
    var hasSuccessor: Bool {
        guard let file = try? Self.lock(path + ".next", LOCK_EX | LOCK_NB) else { return true }
        unlink(path + ".next")
        close(file)
        return false
    }

    /// Gives the right back; further calls do nothing.
    func release() {
        file.withLock { file in
            guard file >= 0 else { return }
            _ = hasSuccessor
            unlink(path)
            close(file)
            file = -1
        }
    }

    private static func attempt(_ path: String) throws -> NetworkOwner? {
        try lock(path, LOCK_EX | LOCK_NB).map { NetworkOwner(path: path, file: $0) }
    }

    /// Locks the file that has the path now; nil when others hold it.
    private static func lock(_ path: String, _ operation: Int32) throws -> Int32? {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw systemError("cannot open \(path)") }
            guard flock(file, operation) == 0 else {
                let number = errno
                close(file)
                if number == EINTR { continue }
                if number == EWOULDBLOCK { return nil }
                throw systemError("cannot lock \(path)", number)
            }
            var (opened, named) = (stat(), stat())
            if fstat(file, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino { return file }
            close(file)
        }
    }

    /// Removes the files of processes that were killed in other namespaces.
    private static func sweep(_ directory: String, except own: String) {
        guard let listing = opendir(directory) else { return }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".lock") || name.hasSuffix(".lock.next") { names.append(directory + "/" + name) }
        }
        for path in names where !path.hasPrefix(own) {
            guard let file = try? lock(path, LOCK_EX | LOCK_NB) else { continue }
            unlink(path)
            close(file)
        }
    }

    private static func namespaceNumber() throws -> UInt64 {
        var status = stat()
        guard stat("/proc/self/ns/net", &status) == 0 else { throw systemError("cannot read /proc/self/ns/net") }
        return UInt64(status.st_ino)
    }

    private static func makeDirectories(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw systemError("cannot make \(made)") }
        }
    }
}
