import ClusterBase
import KubeModel
import KubeNode
import KubeStreams
import KubeletCore

/// An engine in memory: containers do what their images' scripts say.
actor FakeRuntime: PodRuntime {
    /// What a run of an image does.
    enum Script: Sendable {
        /// Runs until it is stopped; ends with this code then, after at most the grace period.
        case run(stopCode: Int32 = 143, ignoresStop: Bool = false)
        /// Ends by itself.
        case exit(Int32, after: Duration = .zero, outOfMemory: Bool = false)
        /// Cannot be started.
        case refuse(String)
    }

    struct Image: Sendable {
        var script: Script
        var isPresent = true
        var pullProblem: String?
        var pullTime = Duration.zero
    }

    private struct Run {
        var config: ContainerConfig
        var record: RuntimeContainer
        var log: [UInt8] = []
    }

    private struct Sandbox {
        var config: SandboxConfig
        var record: RuntimeSandbox
    }

    let clock: KubeletClock
    private var catalogue: [String: Image] = [:]
    private var sandboxes: [String: Sandbox] = [:]
    private var runs: [String: Run] = [:]
    private var counter = 0
    private var watchers: [Int: AsyncStream<String?>.Continuation] = [:]
    private var isDown = false
    /// What was asked for, such as `start c`, `stop c 30`, `remove c`.
    private(set) var log: [String] = []
    /// Pods of which a container was started while it ran already.
    private(set) var doubled: [String] = []
    /// How long each request takes.
    private var latency = Duration.zero
    /// What commands answer, by the command's words.
    private var commands: [String: (code: Int32, output: String)] = [:]

    init(clock: KubeletClock) { self.clock = clock }

    // MARK: - What tests do

    func add(_ name: String, _ script: Script = .run(), isPresent: Bool = true, pullProblem: String? = nil) {
        catalogue[name] = Image(script: script, isPresent: isPresent, pullProblem: pullProblem)
    }

    func repair(_ name: String) { catalogue[name]?.pullProblem = nil }

    func answer(_ command: String, _ code: Int32, _ output: String = "") { commands[command] = (code, output) }

    func setDown(_ down: Bool) {
        isDown = down
        if !down { tell(nil) }
    }

    /// Ends a container as if it did so itself.
    func end(_ container: String, code: Int32, outOfMemory: Bool = false) {
        for (id, run) in runs where run.config.name == container {
            if case .running = run.record.state { finish(id, code: code, outOfMemory: outOfMemory) }
        }
    }

    /// Takes a container away as a stranger would.
    func steal(_ container: String) {
        for (id, run) in runs where run.config.name == container {
            runs[id] = nil
            tell(run.config.uid)
        }
    }

    func write(_ text: String, to container: String) {
        for (id, run) in runs where run.config.name == container { runs[id]?.log += Array(text.utf8) }
    }

    var containerNames: [String] { runs.values.map(\.config.name).sorted() }
    var runningNames: [String] {
        runs.values.filter { if case .running = $0.record.state { true } else { false } }.map(\.config.name).sorted()
    }
    var sandboxCount: Int { sandboxes.count }
    var isEmpty: Bool { runs.isEmpty && sandboxes.isEmpty }
    func ids(of container: String) -> [String] {
        runs.values.filter { $0.config.name == container }.map(\.record.id).sorted()
    }
    func config(of container: String) -> ContainerConfig? {
        runs.values.first { $0.config.name == container }?.config
    }

    // MARK: - The port

    func version() throws(RuntimeFailure) -> RuntimeVersion {
        try check()
        return RuntimeVersion(
            version: "20.10.24", operatingSystem: "Debian", bridgeSubnet: "10.244.1.0/24",
            bridgeAddress: "10.244.1.1")
    }

    func pods() throws(RuntimeFailure) -> [RuntimePod] {
        try check()
        let uids = Set(sandboxes.values.map(\.config.uid) + runs.values.map(\.config.uid))
        return uids.sorted().compactMap { record($0) }
    }

    func pod(uid: String) throws(RuntimeFailure) -> RuntimePod? {
        try check()
        return record(uid)
    }

    private func record(_ uid: String) -> RuntimePod? {
        let boxes = sandboxes.values.filter { $0.config.uid == uid }
        let containers = runs.values.filter { $0.config.uid == uid }
        guard let key = boxes.first?.config.key ?? containers.first?.config.key else { return nil }
        return RuntimePod(
            key: key, uid: uid, sandboxes: boxes.map(\.record).sorted { ($1.attempt, $1.id) < ($0.attempt, $0.id) },
            containers: containers.map(\.record).sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) })
    }

    nonisolated func changes() -> AsyncStream<String?> {
        let (stream, sink) = AsyncStream.makeStream(of: String?.self)
        Task { await self.watch(sink) }
        return stream
    }

    private func watch(_ sink: AsyncStream<String?>.Continuation) {
        counter += 1
        watchers[counter] = sink
        // What happened before is told by nil.
        sink.yield(nil)
    }

    private func tell(_ uid: String?) { for sink in watchers.values { sink.yield(uid) } }

    private func check() throws(RuntimeFailure) {
        if isDown { throw RuntimeFailure(.unavailable, "cannot connect to the engine") }
    }

    func setLatency(_ latency: Duration) { self.latency = latency }

    /// A request that takes its time goes on when its client is gone, as an engine's do.
    private func takeTime() async {
        if latency > .zero { await Task { try? await Task.sleep(for: latency) }.value }
    }

    func startSandbox(_ config: SandboxConfig) async throws(RuntimeFailure) -> RuntimeSandbox {
        await takeTime()
        try check()
        counter += 1
        let record = RuntimeSandbox(
            id: "sandbox\(counter)", attempt: config.attempt, isReady: true, createdAt: clock.time(),
            address: config.usesHostNetwork ? "" : "127.0.0.1", usesHostNetwork: config.usesHostNetwork)
        sandboxes[record.id] = Sandbox(config: config, record: record)
        log.append("sandbox \(config.key.name)")
        return record
    }

    func stopSandbox(_ id: String) throws(RuntimeFailure) {
        try check()
        sandboxes[id]?.record.isReady = false
    }

    func removeSandbox(_ id: String) throws(RuntimeFailure) {
        try check()
        sandboxes[id] = nil
    }

    func image(_ reference: String) throws(RuntimeFailure) -> String? {
        try check()
        return catalogue[short(reference)].flatMap { $0.isPresent ? "sha256:" + reference : nil }
    }

    func pull(_ reference: String, credentials: [RegistryCredential]) async throws(RuntimeFailure) {
        try check()
        log.append("pull \(short(reference))")
        guard let image = catalogue[short(reference)] else {
            throw RuntimeFailure(.pullRefused, "pull access denied for \(reference), repository does not exist")
        }
        if image.pullTime > .zero { try? await clock.sleep(image.pullTime) }
        if let problem = catalogue[short(reference)]?.pullProblem { throw RuntimeFailure(.pullRefused, problem) }
        catalogue[short(reference)]?.isPresent = true
    }

    func images() throws(RuntimeFailure) -> [RuntimeImage] {
        try check()
        return catalogue.filter(\.value.isPresent).keys.sorted().map {
            RuntimeImage(id: "sha256:" + $0, names: [$0 + ":latest"], sizeBytes: 1_000)
        }
    }

    func removeImage(_ id: String) throws(RuntimeFailure) {
        log.append("remove image \(id)")
        catalogue[String(id.dropFirst("sha256:".count))]?.isPresent = false
    }

    private func short(_ reference: String) -> String {
        reference.hasSuffix(":latest") ? String(reference.dropLast(":latest".count)) : reference
    }

    func createContainer(_ config: ContainerConfig) async throws(RuntimeFailure) -> String {
        await takeTime()
        try check()
        let twin = runs.values.first {
            $0.config.uid == config.uid && $0.config.name == config.name && $0.config.attempt == config.attempt
        }
        if twin != nil { throw RuntimeFailure(.other, "the name is in use: \(config.name) \(config.attempt)") }
        counter += 1
        let id = "container\(counter)"
        runs[id] = Run(
            config: config,
            record: RuntimeContainer(
                id: id, name: config.name, attempt: config.attempt, image: config.image,
                imageID: "docker://sha256:" + config.image, specHash: config.specHash, sandboxID: config.sandboxID,
                createdAt: clock.time(), state: .created))
        return id
    }

    func startContainer(_ id: String) async throws(RuntimeFailure) {
        await takeTime()
        try check()
        guard let run = runs[id] else { throw RuntimeFailure(.notFound, "No such container: \(id)") }
        log.append("start \(run.config.name)")
        let twins = runs.values.filter { $0.config.uid == run.config.uid && $0.config.name == run.config.name }
        if twins.contains(where: { if case .running = $0.record.state { true } else { false } }) {
            doubled.append(run.config.key.name)
        }
        runs[id]?.record.state = .running(since: clock.time())
        switch catalogue[short(run.config.image)]?.script ?? .run() {
        case .run: break
        case .refuse(let words):
            runs[id]?.record.state = .exited(
                RuntimeExit(code: 127, error: words, startedAt: nil, finishedAt: clock.time()))
            tell(run.config.uid)
            throw RuntimeFailure(.other, words)
        case .exit(let code, let delay, let outOfMemory):
            Task {
                try await clock.sleep(delay)
                self.finish(id, code: code, outOfMemory: outOfMemory)
            }
        }
        tell(run.config.uid)
    }

    private func finish(_ id: String, code: Int32, outOfMemory: Bool = false) {
        guard let run = runs[id], case .running(let since) = run.record.state else { return }
        runs[id]?.record.state = .exited(
            RuntimeExit(code: code, isOutOfMemory: outOfMemory, startedAt: since, finishedAt: clock.time()))
        tell(run.config.uid)
    }

    func stopContainer(_ id: String, grace: Duration) async throws(RuntimeFailure) {
        try check()
        guard let run = runs[id], case .running = run.record.state else { return }
        log.append("stop \(run.config.name) \(grace.components.seconds)")
        var code: Int32 = 143
        if case .run(let stopCode, let ignoresStop) = catalogue[short(run.config.image)]?.script ?? .run() {
            code = stopCode
            if ignoresStop {
                code = 137
                guard (try? await clock.sleep(grace)) != nil else { throw RuntimeFailure(.other, "cancelled") }
            }
        }
        finish(id, code: code)
    }

    func removeContainer(_ id: String) throws(RuntimeFailure) {
        try check()
        guard let run = runs.removeValue(forKey: id) else { return }
        log.append("remove \(run.config.name)")
        tell(run.config.uid)
    }

    func execute(
        _ id: String, _ command: [String], timeout: Duration?, limit: Int
    ) throws(RuntimeFailure) -> (code: Int32, output: [UInt8]) {
        try check()
        guard let run = runs[id] else { throw RuntimeFailure(.notFound, "No such container: \(id)") }
        let words = command.joined(separator: " ")
        log.append("exec \(run.config.name) \(words)")
        let answer = commands[words] ?? (0, "")
        return (answer.code, Array(answer.output.utf8))
    }

    func exec(_ id: String, _ command: [String], _ session: CommandSession) async -> CommandOutcome {
        try? await session.output?.write(Array((command.joined(separator: " ") + "\n").utf8))
        return .exited(0)
    }

    func attach(_ id: String, _ session: CommandSession) async -> CommandOutcome { .exited(0) }

    func forward(_ sandbox: String, _ connection: ForwardedConnection) async -> String? { nil }

    func log(
        _ id: String, _ options: LogOptions, write: @escaping @Sendable ([UInt8]) async -> Bool
    ) async throws(RuntimeFailure) {
        guard let run = runs[id] else { throw RuntimeFailure(.notFound, "No such container: \(id)") }
        _ = await write(run.log)
    }

    func usage(_ id: String) throws(RuntimeFailure) -> RuntimeUsage {
        RuntimeUsage(
            cpuNanoseconds: 5_000_000, memoryBytes: 2_000, workingSetBytes: 1_000, receivedBytes: 7, sentBytes: 8)
    }
}
