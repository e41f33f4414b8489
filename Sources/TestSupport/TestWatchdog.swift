internal import Foundation
internal import Synchronization

/// Cleans up after a test process that died without doing so itself.
///
/// One small shell process reads orders from a pipe whose other end only the test process holds. When the test process
/// ends, in whatever way, the pipe closes: the shell kills the process groups and removes the directories still on its
/// list, and exits. It runs in a session of its own so that an interrupt at the terminal does not reach it.
final class TestWatchdog: Sendable {
    static let shared = TestWatchdog()

    private let pipe: Mutex<Int32>

    private static let script = """
        groups=" "; paths=""
        while read -r verb argument; do
            case "$verb" in
                watch) groups="$groups$argument " ;;
                forget) groups=$(printf '%s' "$groups" | sed "s/ $argument / /") ;;
                directory) paths="$paths$argument
        " ;;
            esac
        done
        for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
        printf '%s' "$paths" | while read -r path; do
            # What is mounted there may be a place that must stay.
            awk -v path="$path/" 'index($5, path) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
                while read -r mount; do umount -l "$mount" 2>/dev/null; done
            rm -rf --one-file-system -- "$path"
        done
        """

    private init() {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { fatalError("no pipe for the test watchdog: \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do {
            _ = try spawn(
                SpawnRequest(
                    executable: "/bin/sh", arguments: ["-c", Self.script], environment: ["PATH": "/usr/bin:/bin"],
                    workingDirectory: "/", standardInput: ends[0], standardOutput: nil, standardError: nil))
        } catch {
            fatalError("test watchdog: \(error)")
        }
        close(ends[0])
        pipe = Mutex(ends[1])
    }

    /// From now on the process group dies with the test process.
    func watch(group: Int32) { send("watch \(group)") }

    /// The group has ended; its number may be given to others.
    func forget(group: Int32) { send("forget \(group)") }

    /// The directory is removed when the test process has ended, after what is mounted below it was unmounted.
    func remove(directory: String) { send("directory \(directory)") }

    private func send(_ order: String) {
        pipe.withLock { descriptor in
            let bytes = Array((order + "\n").utf8)
            _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        }
    }
}
