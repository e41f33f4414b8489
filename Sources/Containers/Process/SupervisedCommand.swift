internal import CSupervisor
internal import ClusterBase

/// What a supervisor is told: one program and its surroundings.
///
/// See `supervisor.h`.
struct SupervisedCommand: Sendable {
    /// One write that the process does before it becomes the program (cgroup membership, OOM score).
    struct Write: Sendable {
        /// The file.
        var path: String
        /// What is written.
        var text: String
    }

    /// One resource limit.
    struct Limit: Sendable {
        /// The system's number of the resource (`RLIMIT_…`).
        var resource: Int32
        /// The soft limit; `UInt64.max` = none.
        var soft: UInt64
        /// The hard limit; `UInt64.max` = none.
        var hard: UInt64
    }

    /// Shown in process lists.
    var label: String
    /// Where status and control socket go; nil = attached: nothing is written, and it dies with this process.
    var runtimeDirectory: String?
    /// Where the pid is written; nil = nowhere.
    var pidFile: String?
    /// The working directory.
    var directory: String
    /// The file that standard output is appended to.
    var output = "/dev/null"
    /// The file that standard error is appended to.
    var error = "/dev/null"
    /// The v1 memory cgroup whose exhaustion kills everything; nil = none.
    var memoryCgroup: String?
    /// The v2 cgroup whose exhaustion kills everything; nil = none.
    var unifiedCgroup: String?
    /// Who to become; nil = nobody else.
    var account: UserAccount?
    /// Writes, in order.
    var writes: [Write] = []
    /// Resource limits.
    var limits: [Limit] = []
    /// The program's path; a relative one is relative to `directory`.
    var program: String
    /// Its argument vector.
    var arguments: [String]
    /// Its environment, `NAME=value`.
    var environment: [String]

    /// The supervisor's argument vector.
    var vector: [String] {
        var result = [
            "roost-supervisor", label, runtimeDirectory ?? "", pidFile ?? "", pidFile.map { $0 + ".new" } ?? "",
        ]
        result += [directory, output, error, memoryCgroup ?? "", unifiedCgroup ?? ""]
        result += [account.map { "\($0.user)" } ?? "", account.map { "\($0.group)" } ?? ""]
        let groups = account?.groups ?? []
        result += ["\(groups.count)"] + groups.map { "\($0)" }
        result += ["\(writes.count)"] + writes.flatMap { [$0.path, $0.text] }
        result += ["\(limits.count)"] + limits.flatMap { ["\($0.resource)", "\($0.soft)", "\($0.hard)"] }
        return result + [program] + arguments
    }

    /// What a failed start means, in words.
    func explain(stage: Int, number: Int32) -> String {
        let reason = systemMessage(number)
        switch stage {
        case ROOST_STAGE_RUNTIME_DIRECTORY:
            return "cannot enter the runtime directory \(runtimeDirectory ?? ""): \(reason)"
        case ROOST_STAGE_CONTROL_SOCKET: return "cannot make the control socket: \(reason)"
        case ROOST_STAGE_FORK: return "cannot fork: \(reason)"
        case ROOST_STAGE_PID_FILE: return "cannot write the pid file \(pidFile ?? ""): \(reason)"
        case ROOST_STAGE_LIMIT: return "cannot set a resource limit: \(reason)"
        case ROOST_STAGE_STDOUT: return "cannot open \(output): \(reason)"
        case ROOST_STAGE_STDERR: return "cannot open \(error): \(reason)"
        case ROOST_STAGE_WORKING_DIRECTORY: return "cannot enter the sandbox \(directory): \(reason)"
        case ROOST_STAGE_GROUPS: return "cannot set groups: \(reason)"
        case ROOST_STAGE_USER: return "cannot become user \(account?.user ?? 0): \(reason)"
        case ROOST_STAGE_EXEC: return "cannot execute '\(program)': \(reason)"
        default:
            let index = stage - ROOST_STAGE_WRITE
            let path = writes.indices.contains(index) ? writes[index].path : "a file"
            return "cannot write to \(path): \(reason)"
        }
    }
}
