internal import ClusterBase
internal import Glibc
internal import Synchronization

/// Keeps other processes, and other stores of this one, away from a file; the system releases it when a process dies.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the lock at once or throws a `ClusterError` that names the file.
    init(path: String) throws {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw ClusterError(.system, "opening \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw ClusterError(.system, "\(path) is locked: another process uses the store")
        }
        descriptor = Mutex(opened)
    }

    deinit { release() }

    /// Lets others in; any number of times.
    func release() {
        guard let opened = descriptor.withLock({ descriptor in descriptor.take() }) else { return }
        close(opened)
    }
}
