internal import Foundation

/// The processes of this machine, as `/proc` shows them.
enum ProcessTable {
    /// What a process keeps in memory.
    struct Memory: Sendable {
        /// Resident, shared pages counted whole.
        var residentMegabytes: Double
        /// Resident, shared pages counted by their part.
        var proportionalMegabytes: Double
        /// Private and anonymous: what goes when the process goes, whatever else runs its program.
        var anonymousMegabytes: Double
    }

    /// The ids of processes whose command line or environment has the text in it; only cgroup members and their
    /// supervisors mention a work directory.
    static func mentioning(_ text: String) -> [Int32] {
        let needle = Data(text.utf8)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { pid in
            guard pid != getpid() else { return false }
            return ["cmdline", "environ"].contains { file in
                FileManager.default.contents(atPath: "/proc/\(pid)/\(file)")?.range(of: needle) != nil
            }
        }
    }

    /// The first word of a process's command line.
    static func program(_ pid: Int32) -> String {
        let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return String(decoding: words.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// What a process uses now; zero when it has ended.
    static func memory(_ pid: Int32) -> Memory {
        func megabytes(_ file: String, _ field: String) -> Double {
            let lines = Machine.text(of: "/proc/\(pid)/\(file)").split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix(field + ":") }) else { return 0 }
            return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1_024 } ?? 0
        }
        return Memory(
            residentMegabytes: megabytes("status", "VmRSS"), proportionalMegabytes: megabytes("smaps_rollup", "Pss"),
            anonymousMegabytes: megabytes("smaps_rollup", "Anonymous"))
    }
}
