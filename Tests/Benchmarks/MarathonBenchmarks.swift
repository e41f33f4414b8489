internal import ClusterBase
internal import Foundation
internal import HTTPTransport
internal import TestSupport

/// The user's way: an app is posted, and processes or containers appear.
let marathonBenchmarks = [
    Benchmark(
        name: "marathon.post-to-process", what: "from `POST /v2/apps` to the first act of its process",
        run: postToProcess),
    Benchmark(
        name: "marathon.docker", what: "20 Docker instances of one app against 20 parallel `docker run -d`", run: docker
    ),
]

private func postToProcess(_ context: BenchmarkContext) async throws -> [Figure] {
    try await Daemons.run(context) { daemons in
        let local = try await daemons.local("local", roomyAgent, marathon: true)
        let client = try JSONClient(local.marathon ?? "", in: daemons.scope)
        var times: [Double] = []
        for number in 0..<21 {
            let marker = daemons.scope.directory.path("marker-\(number)")
            let app: JSONValue = [
                "id": .string("/bench-\(number)"), "cmd": .string("echo > \(marker); exec sleep 600"), "cpus": 0.1,
                "mem": 32, "instances": 1,
            ]
            let start = ContinuousClock.now
            let answer = try await client.send(.post, "/v2/apps", app.text)
            guard answer.status == 201 else { throw TestError("POST /v2/apps: \(answer.status) \(answer.text)") }
            try await eventually("the process of app \(number)", every: .microseconds(500)) {
                FileManager.default.fileExists(atPath: marker)
            }
            if number > 0 { times.append((ContinuousClock.now - start).milliseconds) }
            _ = try await client.send(.delete, "/v2/apps/bench-\(number)?force=true")
        }
        try await local.stop()
        return [Figure("process running after the POST", "ms", Samples(times))]
    }
}

private func docker(_ context: BenchmarkContext) async throws -> [Figure] {
    guard DockerEngine.isAvailable else { throw Skipped("no Docker engine here") }
    let engine = try await DockerEngine.shared()
    return try await Daemons.run(context) { daemons in
        let local = try await daemons.local(
            "local", roomyAgent + ["--docker-socket", engine.socket], marathon: true)
        let client = try JSONClient(local.marathon ?? "", in: daemons.scope)
        var (ours, plain) = ([Double](), [Double]())
        for round in 0..<4 {
            let app = try await runApp("/docker-\(round)", image: engine.image, client)
            let floor = try await runPlain(engine, daemons.scope)
            if round > 0 {
                ours.append(app.milliseconds)
                plain.append(floor.milliseconds)
            }
        }
        try await local.stop()
        let ratio = Samples(ours).median / Samples(plain).median
        return [
            Figure("20 instances running after the POST", "ms", Samples(ours)),
            Figure("20 parallel docker run -d", "ms", Samples(plain)),
            Figure("ratio of the medians", "×", Samples(ratio), .atMost(1.25)),
        ]
    }
}

private func runApp(_ id: String, image: String, _ client: JSONClient) async throws -> Duration {
    let app: JSONValue = [
        "id": .string(id), "cmd": "exec sleep 600", "cpus": 0.1, "mem": 32, "instances": 20,
        "container": [
            "type": "DOCKER", "docker": ["image": .string(image), "network": "BRIDGE", "forcePullImage": false],
        ],
    ]
    let start = ContinuousClock.now
    let answer = try await client.send(.post, "/v2/apps", app.text)
    guard answer.status == 201 else { throw TestError("POST /v2/apps: \(answer.status) \(answer.text)") }
    try await eventually("20 instances", within: .seconds(90), every: .milliseconds(10)) {
        await client.poll("/v2/apps" + id)?["app"]?["tasksRunning"]?.integer == 20
    }
    let time = ContinuousClock.now - start
    _ = try await client.send(.delete, "/v2/apps\(id)?force=true")
    try await eventually("the instances' end", within: .seconds(90), every: .milliseconds(50)) {
        let tasks = await client.poll("/v2/tasks")?["tasks"]?.array
        return tasks?.isEmpty == true
    }
    return time
}

private func runPlain(_ engine: DockerEngine, _ scope: TestScope) async throws -> Duration {
    let name = DockerEngine.uniqueName("bench")
    let script = """
        for i in $(seq 20); do
            docker -H unix://\(engine.socket) run -d --name \(name)-$i --cpu-shares 102 --memory 32m \
                \(engine.image) /bin/sh -c 'exec sleep 600' >/dev/null &
        done
        wait
        """
    let start = ContinuousClock.now
    let process = try scope.start("/bin/sh", ["-c", script], name: "docker-run")
    guard try await process.waitForExit(within: .seconds(90)).isSuccess else { throw TestError(process.tails) }
    let time = ContinuousClock.now - start
    let cleaning = try scope.start(
        "/bin/sh",
        ["-c", "docker -H unix://\(engine.socket) rm -f $(for i in $(seq 20); do echo \(name)-$i; done) >/dev/null"],
        name: "docker-rm")
    guard try await cleaning.waitForExit(within: .seconds(90)).isSuccess else { throw TestError(cleaning.tails) }
    return time
}
