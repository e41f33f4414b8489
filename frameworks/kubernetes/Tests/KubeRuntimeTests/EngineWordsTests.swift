import ClusterBase
import Containers
import KubeModel
import KubeNode
import KubeletCore
import Testing

@testable import KubeRuntime

/// What the engine says, read without one.
struct EngineWordsTests {
    private func state(_ json: JSONValue) -> RuntimeContainer.State {
        ContainerDetails(["Created": "2026-01-02T03:04:05.5Z", "State": json], listedState: "").state
    }

    @Test func statesAreRead() {
        let (created, start) = (KubeTime.parse("2026-01-02T03:04:05.5Z"), KubeTime.parse("2026-01-02T03:04:06.25Z"))
        let end = KubeTime.parse("2026-01-02T03:05:00Z")
        let times: [(String, JSONValue)] = [
            ("StartedAt", "2026-01-02T03:04:06.25Z"), ("FinishedAt", "2026-01-02T03:05:00Z"),
        ]
        func with(_ pairs: [(String, JSONValue)]) -> JSONValue {
            var object = JSONObject()
            for (key, value) in pairs { object[key] = value }
            return .object(object)
        }
        #expect(state(["Status": "created", "StartedAt": "0001-01-01T00:00:00Z"]) == .created)
        #expect(state(with(times + [("Status", "running")])) == start.map { .running(since: $0) })
        #expect(state(["Status": "removing"]) == .unknown)
        let exit = RuntimeExit(
            code: 137, isOutOfMemory: true, startedAt: start, finishedAt: end ?? UnixTime(seconds: 0))
        #expect(state(with(times + [("Status", "exited"), ("ExitCode", 137), ("OOMKilled", true)])) == .exited(exit))
        let removing: [(String, JSONValue)] = [("Status", "removing"), ("ExitCode", 137), ("OOMKilled", true)]
        #expect(state(with(times + removing)) == .exited(exit))
        let short = RuntimeExit(code: 0, startedAt: end, finishedAt: end ?? UnixTime(seconds: 0))
        let late: [(String, JSONValue)] = [
            ("StartedAt", "2026-01-02T03:05:01Z"), ("FinishedAt", "2026-01-02T03:05:00Z"), ("Status", "exited"),
        ]
        #expect(state(with(late)) == .exited(short))
        let never = RuntimeExit(
            code: 127, error: "no such file", startedAt: nil, finishedAt: created ?? UnixTime(seconds: 0))
        #expect(state(["Status": "created", "ExitCode": 127, "Error": "no such file"]) == .exited(never))
    }

    @Test func anEventOfMemoryExplainsADeathSoonAfterIt() {
        let records = EngineRecords()
        func died(_ id: String, code: Int32, at seconds: Int64) -> Bool {
            var details = ContainerDetails([:], listedState: "exited")
            details.isFinal = true
            details.state = .exited(RuntimeExit(code: code, startedAt: nil, finishedAt: UnixTime(seconds: seconds)))
            guard case .exited(let exit) = records.add(details, of: id, now: UnixTime(seconds: 3_000)).state else {
                return false
            }
            return exit.isOutOfMemory
        }
        records.memoryRanOut(in: "a", at: UnixTime(seconds: 1_000))
        #expect(died("a", code: 137, at: 1_002))
        #expect(!died("a", code: 1, at: 1_002))
        #expect(!died("a", code: 137, at: 2_000))
        #expect(!died("b", code: 137, at: 1_002))
    }

    /// The engine may hear of the shortage of memory after the end that it caused.
    @Test func aKillWithoutAReasonIsLookedAtAgainForAWhile() {
        let records = EngineRecords()
        var details = ContainerDetails([:], listedState: "exited")
        let exit = RuntimeExit(code: 137, startedAt: nil, finishedAt: UnixTime(seconds: 1_000))
        (details.state, details.isFinal) = (.exited(exit), true)
        _ = records.add(details, of: "a", now: UnixTime(seconds: 1_001))
        #expect(records.details("a", in: "exited") == nil)
        _ = records.add(details, of: "a", now: UnixTime(seconds: 1_060))
        #expect(records.details("a", in: "exited") != nil)
    }

    @Test func whatWasReadBeforeAnEndIsNotBelievedAfterIt() {
        let records = EngineRecords()
        var running = ContainerDetails([:], listedState: "running")
        (running.state, running.isFinal) = (.running(since: UnixTime(seconds: 1)), true)
        _ = records.add(running, of: "a", now: UnixTime(seconds: 3_000))
        #expect(records.details("a", in: "running") != nil)
        records.told("a", hasEnded: true)
        #expect(records.details("a", in: "running") == nil)
        #expect(records.hasEnded("a"))
        // The answer to a question asked before the end.
        _ = records.add(running, of: "a", now: UnixTime(seconds: 3_000))
        #expect(records.details("a", in: "running") == nil)
        records.told("a", hasEnded: false)
        _ = records.add(running, of: "a", now: UnixTime(seconds: 3_000))
        #expect(records.details("a", in: "running") != nil)
        records.told("a", hasEnded: true)
        records.keep(only: [])
        #expect(!records.hasEnded("a"))
    }

    @Test func imagesAreNamedByTheDigestOfTheirRepository() {
        let digests = ["other@sha256:1", "busybox@sha256:2", "127.0.0.1:5000/busybox@sha256:3"]
        let status = { ImageReference.status("sha256:f", image: $0, digests: digests) }
        #expect(status("busybox:1.36") == "docker-pullable://busybox@sha256:2")
        #expect(status("docker.io/library/busybox") == "docker-pullable://busybox@sha256:2")
        #expect(status("127.0.0.1:5000/busybox:1") == "docker-pullable://127.0.0.1:5000/busybox@sha256:3")
        #expect(status("unknown") == "docker-pullable://other@sha256:1")
        #expect(ImageReference.status("sha256:f", image: "busybox", digests: []) == "docker://sha256:f")
    }

    @Test(arguments: [
        ("manifest unknown: manifest unknown", RuntimeFailure.Kind.pullRefused),
        ("Get \"http://r/v2/\": no basic auth credentials", .pullRefused),
        ("unauthorized: authentication required", .pullRefused),
        ("dial tcp 127.0.0.1:5000: connect: connection refused", .registryUnavailable),
        ("received unexpected HTTP status: 503 Service Unavailable", .registryUnavailable),
    ])
    func failedPullsAreClassedByTheirWords(words: String, kind: RuntimeFailure.Kind) {
        let image = DockerImageName("r/x:1")
        let failure = PullWords.failure(ClusterError(.system, "cannot pull r/x:1: \(words)"), of: image)
        #expect(failure == RuntimeFailure(kind, words))
        let away = PullWords.failure(ClusterError(.unavailable, "no Docker engine answers"), of: image)
        #expect(away.kind == .unavailable)
    }

    @Test func credentialsAreSentAsTheEngineWantsThem() throws {
        let image = DockerImageName("127.0.0.1:5000/x:1")
        func fields(_ credential: RegistryCredential) throws -> JSONValue {
            let coded = credential.authorization(for: image)
            return try JSONValue(parsing: try #require(Base64.decode(coded.utf8, strictly: false)))
        }
        #expect(
            try fields(.init(username: "u", password: "p>?~"))
                == ["username": "u", "password": "p>?~", "serveraddress": "127.0.0.1:5000"])
        #expect(try fields(.init(token: "t")) == ["identitytoken": "t", "serveraddress": "127.0.0.1:5000"])
    }

    @Test func timesAreWrittenForTheEngine() {
        #expect(EngineClock.text(UnixTime(microseconds: 1_700_000_000_000_012)) == "1700000000.000012")
        #expect(EngineClock.text(UnixTime(seconds: 5)) == "5.000000")
        #expect(DockerPodRuntime.firstAddress(of: "172.17.0.0/16") == "172.17.0.1")
        #expect(DockerPodRuntime.firstAddress(of: "").isEmpty)
    }

    @Test func scoresAreNotLowerThanTheKernelAllows() {
        let status = { (rights: String) in "Name:\tx\nCapEff:\t\(rights)\nCapBnd:\t000001ffffffffff\n" }
        #expect(ProcessRights.floor(status: status("000001ffffffffff"), score: "0\n") == -1_000)
        #expect(ProcessRights.floor(status: status("000001fffeffffff"), score: "-5\n") == -5)
        let key = ObjectKey(namespace: "ns", "p")
        var options = DockerPodOptions(owner: ["roost.agent": "a"])
        var container = ContainerConfig(key: key, uid: "u", name: "c")
        container.limits.oomScoreAdjustment = -997
        for (floor, sandboxScore, score) in [(-1_000, -998, -997), (0, 0, 0)] as [(Int, Int64, Int64)] {
            options.oomScoreFloor = floor
            let sandbox = EngineRequest(SandboxConfig(key: key, uid: "u"), image: "i", options: options).body
            #expect(sandbox["HostConfig"]?["OomScoreAdj"]?.integer == sandboxScore)
            let body = EngineRequest(container, options: options).body
            #expect(body["HostConfig"]?["OomScoreAdj"]?.integer == score)
        }
    }

    @Test func linesAreCutWhereverChunksEnd() {
        var splitter = LineSplitter()
        #expect(splitter.feed(Array("on".utf8)).isEmpty)
        #expect(splitter.feed(Array("e\n\ntwo\nth".utf8)) == ["one", "two"].map { Array($0.utf8) })
        #expect(splitter.feed(Array("ree\n".utf8)) == [Array("three".utf8)])
    }

    @Test func namespacesAreSharedAsThePodSays() throws {
        let key = ObjectKey(namespace: "ns", "p")
        let options = DockerPodOptions(owner: ["roost.agent": "a"])
        var sandbox = SandboxConfig(key: key, uid: "u")
        (sandbox.usesHostNetwork, sandbox.usesHostPID, sandbox.usesHostIPC) = (true, true, true)
        (sandbox.hostname, sandbox.cgroupParent) = ("p", "/pods")
        sandbox.ports = [.init(hostPort: 80, containerPort: 80)]
        let body = EngineRequest(sandbox, image: "i", options: options).body
        let host = try #require(body["HostConfig"])
        for key in ["NetworkMode", "PidMode", "IpcMode", "UTSMode"] { #expect(host[key]?.string == "host") }
        #expect(host["CgroupParent"]?.string == "/pods")
        #expect(host["PortBindings"] == nil)
        #expect(body["Hostname"] == nil)

        var container = ContainerConfig(key: key, uid: "u", name: "c")
        (container.sandboxID, container.sharesProcesses) = ("s", true)
        container.mounts = [.init(hostPath: "/h:1", containerPath: "/c", propagation: .bidirectional)]
        container.security.options = ["seccomp=unconfined"]
        container.security.isPrivileged = true
        let joined = try #require(EngineRequest(container, options: options).body["HostConfig"])
        for key in ["NetworkMode", "PidMode", "IpcMode"] { #expect(joined[key]?.string == "container:s") }
        #expect(joined["SecurityOpt"] == ["seccomp=unconfined"])
        #expect(joined["Privileged"] == true)
        #expect(joined["Mounts"]?[0]?["Source"]?.string == "/h:1")
        #expect(joined["Mounts"]?[0]?["BindOptions"]?["Propagation"]?.string == "rshared")
        #expect(joined["Memory"] == nil && joined["CpuQuota"] == nil)
        container.sharesProcesses = false
        container.usesHostPID = true
        #expect(EngineRequest(container, options: options).body["HostConfig"]?["PidMode"]?.string == "host")
    }
}
