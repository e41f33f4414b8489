internal import Foundation

/// Tasks outlive their daemons by design, so a test that kills a daemon has to end its tasks itself.
enum Leftovers {
    /// Ends every process that works below a directory or names it, and removes the control groups of agents there.
    ///
    /// Tasks go first, so that their supervisors see them end and clean up; what is left after two seconds is killed.
    static func sweep(below directory: String) async {
        for round in 0..<100 {
            let found = processes(below: directory)
            if found.isEmpty { break }
            for process in found where round > 40 || !process.isSupervisor { kill(process.pid, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(50))
        }
        removeControlGroups(below: directory)
    }

    private struct Found {
        let pid: Int32
        let isSupervisor: Bool
    }

    private static func processes(below directory: String) -> [Found] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 != getpid() }.compactMap { pid in
            let command = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
            guard folder == directory || folder.hasPrefix(directory + "/") || command.contains(directory + "/") else {
                return nil
            }
            return Found(pid: pid, isSupervisor: command.hasPrefix("roost-supervisor"))
        }
    }

    /// An agent's group is named by the hash of its work directory (`roost agent --cgroups_root`).
    private static func removeControlGroups(below directory: String) {
        guard let names = FileManager.default.enumerator(atPath: directory) else { return }
        for case let name as String in names where name.split(separator: "/").last?.hasPrefix("agent") == true {
            let hash = (directory + "/" + name).utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { hash, byte in
                (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
            for controller in ["cpu", "cpu,cpuacct", "memory", "pids", "freezer", "."] {
                rmdir("/sys/fs/cgroup/\(controller)/mesos/" + String(hash, radix: 16))
            }
            names.skipDescendants()
        }
    }
}
