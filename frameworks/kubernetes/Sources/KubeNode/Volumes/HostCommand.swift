internal import Glibc

/// Runs a program of the host to its end, in a process group of its own.
enum HostCommand {
    private static let outputLimit = 4096

    /// Runs a program that is looked for in `PATH`; throws with its words when it fails, cannot be started or takes too
    /// long, in which case it is killed. Cancellation kills it, too.
    ///
    /// - Parameter environment: added to this process's own.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], timeout: Duration
    ) async throws(FileProblem) {
        let output = try temporaryFile()
        defer { close(output) }
        let process = try spawn(program, arguments, environment, output)
        let deadline = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(2)
        while true {
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            if ended < 0 && errno == EINTR { continue }
            if ended == process || ended < 0 {
                guard ended == process, status == 0 else {
                    throw FileProblem(found: "\(program) \(words(status)): \(text(output))")
                }
                return
            }
            let isLate = ContinuousClock.now >= deadline
            if isLate || Task.isCancelled {
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0 && errno == EINTR {}
                throw FileProblem(found: isLate ? "\(program) took longer than \(timeout)" : "\(program) was stopped")
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// A file without a name, for what a program says.
    private static func temporaryFile() throws(FileProblem) -> Int32 {
        let path = "/tmp/roost-command-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw FileProblem("cannot create \(path)") }
        unlink(path)
        return file
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ output: Int32
    ) throws(FileProblem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
        var inherited = environ
        while let entry = inherited.pointee {
            let text = String(cString: entry)
            if !environment.keys.contains(where: { text.hasPrefix($0 + "=") }) { variables.append(text) }
            inherited += 1
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = variables.map { strdup($0) } + [nil]
        defer { (words + settings).forEach { free($0) } }
        var process: pid_t = 0
        let problem = posix_spawnp(&process, program, &actions, &attributes, words, settings)
        guard problem == 0 else { throw FileProblem("cannot run \(program)", problem) }
        return process
    }

    private static func words(_ status: Int32) -> String {
        let signal = status & 0x7f
        return signal == 0 ? "failed with exit code \(status >> 8 & 0xff)" : "was ended by signal \(signal)"
    }

    /// The end of what it said, in one line.
    private static func text(_ output: Int32) -> String {
        let size = lseek(output, 0, SEEK_END)
        var buffer = [UInt8](repeating: 0, count: outputLimit)
        let count = pread(output, &buffer, buffer.count, max(0, size - off_t(outputLimit)))
        let lines = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.joined(separator: " ")
    }
}
