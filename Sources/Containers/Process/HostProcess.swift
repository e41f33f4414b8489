internal import CSupervisor
public import ClusterBase
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// A process of a container, seen from the host.
public struct HostProcess: Hashable, Sendable {
    /// Its id in the host's process namespace.
    public var pid: Int32
    /// The container that it must belong to: ids of processes are used again.
    public var container: String

    /// Names a process of a container.
    public init(pid: Int32, container: String) { (self.pid, self.container) = (pid, container) }

    /// Whether it is there and belongs to the container, by its control groups.
    public var exists: Bool {
        pid > 0 && PosixFile.read("/proc/\(pid)/cgroup")?.contains(container) == true
    }

    /// Kills it and all its descendants of the same container.
    public func killTree() {
        guard exists else { return }
        // Stopped first, so that it can make no more children while they are looked for.
        kill(pid, SIGSTOP)
        for child in ProcessTree.descendants(of: pid) where HostProcess(pid: child, container: container).exists {
            kill(child, SIGKILL)
        }
        kill(pid, SIGKILL)
    }

    /// Connects to a TCP port on the loopback addresses of its network namespace.
    ///
    /// Throws `ClusterError`: `notFound` when the process is gone, `unavailable` in the system's words.
    public func connect(port: Int, timeout: Duration = .seconds(10)) async throws -> ByteConnection {
        let file = open("/proc/\(pid)/ns/net", O_RDONLY | O_CLOEXEC)
        guard file >= 0, exists else {
            if file >= 0 { close(file) }
            throw ClusterError(.notFound, "process \(pid) of container \(container) is gone")
        }
        let milliseconds = Int32(clamping: timeout.totalNanoseconds / 1_000_000)
        let port = UInt16(clamping: port)
        let (error, connection) = try await NIOThreadPool.singleton.runIfActive {
            defer { close(file) }
            var connection: Int32 = -1
            return (roost_namespace_connect(file, port, milliseconds, &connection), connection)
        }
        guard error == 0 else { throw ClusterError(.unavailable, systemMessage(error)) }
        return try await ByteConnection.take(connection)
    }

    /// Lets the bridge behind an interface of a process's network send back what came from there.
    ///
    /// The process then reaches itself by an address that is translated on the way. Throws `system`; `notFound` when
    /// the interface leads to no bridge.
    public static func reflect(_ pid: Int32, interface: String = "eth0") throws(ClusterError) {
        let file = open("/proc/\(pid)/ns/net", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw systemError("cannot enter the network of \(pid)") }
        defer { close(file) }
        let error = roost_bridge_hairpin(file, interface)
        if error == ENODEV || error == EOPNOTSUPP { throw ClusterError(.notFound, "\(interface) leads to no bridge") }
        guard error == 0 else {
            throw ClusterError(.system, "cannot set the bridge's hairpin mode: \(systemMessage(error))")
        }
    }
}

/// The program that holds the namespaces of a pod: static, for this machine's architecture (`CSupervisor/pause.c`).
public enum PauseProgram {
    /// Its executable file.
    public static var executable: [UInt8] {
        let size = Int(roost_pause_size())
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            roost_pause_write(buffer.baseAddress)
            count = size
        }
    }
}
