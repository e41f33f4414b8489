internal import ClusterBase
internal import Foundation
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
internal import TestSupport

/// The Kubernetes API server as a process of its own, its load on the same cores.
let kubernetesBenchmarks = [
    Benchmark(name: "kube.rest", what: "start and resident memory of `roost kubernetes` at rest", run: atRest),
    Benchmark(name: "kube.get", what: "GET of one pod over 64 connections", run: getOne),
    Benchmark(name: "kube.list", what: "LIST of 1,000 pods over 4 connections", run: listThousand),
    Benchmark(name: "kube.create", what: "durable creates by 64 clients", run: createMany),
    Benchmark(
        name: "kube.watch", what: "500 writes/s, 1,000 watchers, each write matches ten: when it is delivered",
        run: watchFanOut),
    Benchmark(name: "kube.idle", what: "resident memory of 10,000 idle watches", run: idleWatches),
    Benchmark(name: "kube.restart", what: "first answer after a start with 50,000 stored objects", run: restart),
]

/// A server under measurement.
private struct Subject {
    let process: ChildProcess
    let port: Int
    let startup: Duration

    static func start(_ daemons: Daemons, _ name: String = "kube") async throws -> Subject {
        let ready = daemons.scope.directory.path("ready-\(UInt32.random(in: 0 ... .max))")
        let start = ContinuousClock.now
        let process = try daemons.scope.start(
            daemons.binary,
            [
                "kubernetes", "--quiet", "--port", "0", "--work-dir", daemons.scope.directory.path(name),
                "--ready-file", ready,
            ], name: name)
        let text = try await eventually("\(name) is ready", within: .seconds(30), every: .microseconds(500)) {
            FileManager.default.contents(atPath: ready)
        }
        let startup = ContinuousClock.now - start
        let url = try JSONValue(parsing: Array(text))["kubernetes"]?.string ?? ""
        guard let port = Int(url.split(separator: ":").last ?? "") else { throw TestError("no port in \(url)") }
        return Subject(process: process, port: port, startup: startup)
    }

    func load(_ connections: Int) -> HTTPLoad { HTTPLoad(port: port, connections: connections) }

    /// Resident memory in MB.
    func resident() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = Double(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])
        else { throw TestError("no VmRSS") }
        return kilobytes / 1_024
    }
}

private let pods = "/api/v1/namespaces/default/pods"
private let maps = "/api/v1/namespaces/default/configmaps"

/// A pod of some 3 KB as it is served.
private func pod(_ name: String) -> String {
    """
    {"metadata":{"name":"\(name)","labels":{"app":"web","tier":"front"}},"spec":{"containers":[{"name":"web",\
    "image":"nginx:1.7.9","ports":[{"containerPort":80}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],\
    "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"cpu":"200m","memory":"128Mi"}},\
    "livenessProbe":{"httpGet":{"path":"/","port":80}},"volumeMounts":[{"name":"data","mountPath":"/data"}]},\
    {"name":"side","image":"busybox","command":["sh","-c","sleep 1000"]}],"volumes":[{"name":"data","emptyDir":{}}]}}
    """
}

private func map(_ name: String, label: String = "none") -> String {
    "{\"metadata\":{\"name\":\"\(name)\",\"labels\":{\"group\":\"\(label)\"}},\"data\":{\"key\":\"value\"}}"
}

private func atRest(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        var starts: [Double] = []
        var memory: [Double] = []
        for round in 0..<5 {
            let subject = try await Subject.start(daemons, "kube-\(round)")
            starts.append(subject.startup.milliseconds)
            // At rest: pages of the start have been given back by then.
            try await Task.sleep(for: .seconds(5))
            memory.append(try subject.resident())
            _ = try await subject.process.terminate()
        }
        return [
            Figure("ready after its start, empty store", "ms", Samples(starts)),
            Figure("resident at rest", "MB", Samples(memory), .atMost(40)),
        ]
    }
}

private func getOne(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let subject = try await Subject.start(daemons)
        _ = try await subject.load(1).run(times: 1) { _, _ in HTTPLoad.send("POST", pods, pod("web")) }
        var rates: [Double] = []
        for round in 0...5 {
            let outcome = try await subject.load(64).run(times: 1_000) { _, _ in HTTPLoad.get(pods + "/web") }
            guard outcome.failures == 0 else { throw TestError("\(outcome.failures) GETs failed") }
            if round > 0 { rates.append(64_000 / outcome.elapsed.seconds) }
        }
        return [Figure("GET of one pod", "requests/s", Samples(rates), .atLeast(15_000))]
    }
}

private func listThousand(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let subject = try await Subject.start(daemons)
        _ = try await subject.load(10).run(times: 100) { connection, number in
            HTTPLoad.send("POST", pods, pod("web-\(connection)-\(number)"))
        }
        var figures: [Figure] = []
        for (what, query, target) in [
            ("LIST of 1,000 pods", "", Figure.Target.atLeast(150)),
            ("LIST of 1,000 pods, all chosen by label", "?labelSelector=app%3Dweb", nil),
            ("LIST of 1,000 pods, one chosen by label", "?labelSelector=app%3Dother", nil),
        ] as [(String, String, Figure.Target?)] {
            var rates: [Double] = []
            for round in 0...5 {
                let outcome = try await subject.load(4).run(times: 50) { _, _ in HTTPLoad.get(pods + query) }
                guard outcome.failures == 0 else { throw TestError("\(outcome.failures) LISTs failed") }
                if round > 0 { rates.append(200 / outcome.elapsed.seconds) }
            }
            figures.append(Figure(what, "requests/s", Samples(rates), target))
        }
        return figures
    }
}

private func createMany(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let subject = try await Subject.start(daemons)
        var (mapRates, podRates, latencies) = ([Double](), [Double](), [Double]())
        for round in 0...4 {
            let first = try await subject.load(64).run(times: 100) { connection, number in
                HTTPLoad.send("POST", maps, map("m-\(round)-\(connection)-\(number)"))
            }
            let second = try await subject.load(64).run(times: 50) { connection, number in
                HTTPLoad.send("POST", pods, pod("p-\(round)-\(connection)-\(number)"))
            }
            guard first.failures + second.failures == 0 else { throw TestError("creates failed") }
            guard round > 0 else { continue }
            mapRates.append(6_400 / first.elapsed.seconds)
            podRates.append(3_200 / second.elapsed.seconds)
            latencies.append(second.latencies.percentile(99))
        }
        return [
            Figure("config maps created", "requests/s", Samples(mapRates), .atLeast(3_000)),
            Figure("pods created", "requests/s", Samples(podRates), .atLeast(3_000)),
            Figure("p99 of a pod's create", "ms", Samples(latencies)),
        ]
    }
}

private func watchFanOut(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let subject = try await Subject.start(daemons)
        let (watchers, groups, writes) = (1_000, 100, 2_000)
        let ledger = DeliveryLedger()
        let watching = try await Watchers.open(watchers, port: subject.port, onLine: { ledger.delivered($0) }) {
            maps + "?watch=1&labelSelector=group%3Dg\($0 % groups)"
        }
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let load = subject.load(1)
        let start = ContinuousClock.now
        // One connection, a write every 2 ms; each write's time is taken when its answer came.
        let outcome = try await load.run(times: writes) { _, number in
            let due = start + .milliseconds(2 * number)
            let wait = due - .now
            if wait > .zero { usleep(UInt32(wait.milliseconds * 1_000)) }
            ledger.sent("w-\(number)")
            return HTTPLoad.send("POST", maps, map("w-\(number)", label: "g\(number % groups)"))
        }
        try await eventually("every delivery", within: .seconds(20)) { ledger.count >= writes * watchers / groups }
        await watching.close()
        try await loops.shutdownGracefully()
        return [
            Figure("writes", "requests/s", Samples(Double(writes) / outcome.elapsed.seconds)),
            Figure("p50 of delivery after the request was sent", "ms", Samples(ledger.latencies.percentile(50))),
            Figure(
                "p99 of delivery after the request was sent", "ms", Samples(ledger.latencies.percentile(99)),
                .atMost(10)),
        ]
    }
}

private func idleWatches(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let subject = try await Subject.start(daemons)
        let before = try subject.resident()
        let watching = try await Watchers.open(10_000, port: subject.port, onLine: { _ in }) { number in
            maps + "?watch=1&labelSelector=group%3Dg\(number)"
        }
        try await Task.sleep(for: .seconds(1))
        let after = try subject.resident()
        await watching.close()
        return [Figure("10,000 idle watches", "MB beyond rest", Samples(after - before), .atMost(200))]
    }
}

private func restart(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let first = try await Subject.start(daemons)
        let outcome = try await first.load(64).run(times: 782) { connection, number in
            HTTPLoad.send("POST", pods, pod("p-\(connection)-\(number)"))
        }
        guard outcome.failures == 0 else { throw TestError("creates failed") }
        _ = try await first.process.terminate()
        var times: [Double] = []
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let again = try await Subject.start(daemons)
            _ = try await again.load(1).run(times: 1) { _, _ in HTTPLoad.get(pods + "/p-0-0") }
            times.append((ContinuousClock.now - start).milliseconds)
            _ = try await again.process.terminate()
        }
        return [Figure("first answer with 50,000 pods stored", "ms", Samples(times), .atMost(500))]
    }
}

/// When writes were sent and seen.
private final class DeliveryLedger: Sendable {
    private let state = NIOLockedValueBox<(sent: [String: ContinuousClock.Instant], times: [Double])>(([:], []))

    var count: Int { state.withLockedValue { $0.times.count } }
    var latencies: Samples { Samples(state.withLockedValue { $0.times }) }

    func sent(_ name: String) { state.withLockedValue { $0.sent[name] = .now } }

    func delivered(_ line: Substring) {
        let now = ContinuousClock.now
        guard let mark = line.range(of: "\"name\":\"w-") else { return }
        let name = "w-" + line[mark.upperBound...].prefix { $0 != "\"" }
        state.withLockedValue { state in
            if let sent = state.sent[name] { state.times.append((now - sent).milliseconds) }
        }
    }
}

/// Watches on connections of their own.
private struct Watchers {
    private let loops: MultiThreadedEventLoopGroup
    private let channels: [any Channel]

    /// Opens watches and waits until each has its head.
    static func open(
        _ count: Int, port: Int, onLine: @escaping @Sendable (Substring) -> Void,
        path: (Int) -> String
    ) async throws -> Watchers {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let ready = NIOLockedValueBox(0)
        var channels: [any Channel] = []
        for number in 0..<count {
            let channel = try await ClientBootstrap(group: loops).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let reader = WatchReader(ready: ready, onLine: onLine)
                    try channel.pipeline.syncOperations.addHandler(reader)
                }
            }.connect(host: "127.0.0.1", port: port).get()
            channel.writeAndFlush(HTTPLoad.get(path(number)), promise: nil)
            channels.append(channel)
        }
        try await eventually("all watches", within: .seconds(60)) { ready.withLockedValue { $0 } == count }
        return Watchers(loops: loops, channels: channels)
    }

    func close() async {
        for channel in channels { try? await channel.close() }
        try? await loops.shutdownGracefully()
    }
}

private final class WatchReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let ready: NIOLockedValueBox<Int>
    private let onLine: (Substring) -> Void
    private var isReady = false

    init(ready: NIOLockedValueBox<Int>, onLine: @escaping (Substring) -> Void) {
        (self.ready, self.onLine) = (ready, onLine)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data))
        if !isReady, text.contains("\r\n\r\n") {
            isReady = true
            ready.withLockedValue { $0 += 1 }
        }
        // Events are small and leave in one piece each, so that a line is rarely cut; one that is, is found by its
        // name.
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("{") { onLine(line) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
