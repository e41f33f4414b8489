internal import CTestSupport
internal import Foundation

/// One process to start, in a session and process group of its own, with default signals and no inherited descriptors.
struct SpawnRequest {
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    var workingDirectory: String?
    /// Descriptors of the child's standard streams; nil is `/dev/null`.
    var standardInput: Int32?
    var standardOutput: Int32?
    var standardError: Int32?
}

/// Starts the process and returns its id, which is also its process group.
func spawn(_ request: SpawnRequest) throws -> Int32 {
    let arguments = ([request.executable] + request.arguments).map { strdup($0) } + [nil]
    let variables = request.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    let streams = [request.standardInput ?? -1, request.standardOutput ?? -1, request.standardError ?? -1]
    var pid: pid_t = 0
    let failure = roost_test_spawn(
        &pid, request.executable, arguments, variables, request.workingDirectory, streams)
    guard failure == 0 else {
        throw TestError("cannot start \(request.executable): \(String(cString: strerror(failure)))")
    }
    return pid
}
