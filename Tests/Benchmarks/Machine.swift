internal import ClusterBase
internal import Foundation

/// Where and on what a run was made.
struct Machine: Sendable {
    let cores: Int
    let processor: String
    let memoryMegabytes: Int
    let kernel: String
    let commit: String
    let isOptimized: Bool
    let command: String
    let load: Double

    static func current(repository: String) -> Machine {
        let info = ProcessInfo.processInfo
        let names = text(of: "/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        var (words, release) = (utsname(), "")
        if uname(&words) == 0 {
            release = withUnsafeBytes(of: words.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return Machine(
            cores: info.activeProcessorCount,
            processor: names.map { $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces) } ?? "",
            memoryMegabytes: Int(info.physicalMemory >> 20), kernel: release,
            commit: commit(of: repository), isOptimized: !assertionsAreOn,
            command: CommandLine.arguments.joined(separator: " "),
            load: text(of: "/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0)
    }

    var lines: [String] {
        [
            "machine  \(cores) cores \(processor), \(memoryMegabytes) MB, Linux \(kernel)",
            "commit   \(commit), \(isOptimized ? "release" : "DEBUG") build, load \(load) at the start",
            "command  \(command)",
        ]
    }

    var json: JSONObject {
        [
            "cores": .integer(Int64(cores)), "processor": .string(processor), "kernel": .string(kernel),
            "memory_mb": .integer(Int64(memoryMegabytes)), "commit": .string(commit), "release": .bool(isOptimized),
            "command": .string(command), "load": .double(load),
        ]
    }

    private static var assertionsAreOn: Bool {
        var isOn = false
        assert(
            { () -> Bool in
                isOn = true
                return true
            }())
        return isOn
    }

    static func text(of path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The commit, with `+` behind it when the working tree has changes.
    private static func commit(of repository: String) -> String {
        func git(_ arguments: String...) -> String? {
            let (process, pipe) = (Process(), Pipe())
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["git", "-C", repository] + arguments
            (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
            guard (try? process.run()) != nil else { return nil }
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let words = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            return process.terminationStatus == 0 ? words : nil
        }
        guard let head = git("rev-parse", "--short", "HEAD"), !head.isEmpty else { return "unknown" }
        return head + (git("status", "--porcelain", "-uno")?.isEmpty == false ? "+" : "")
    }
}
