import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// What the status says of containers (spec `kubernetes/04` §4.3).
struct ContainerStatusTests {
    @Test func everyMemberThatStrictClientsNeedIsThere() {
        var bench = NodeBench(pod())
        bench.sync.observe(nil)
        let waiting = bench.container("c")
        #expect(waiting["state"] == ["waiting": ["reason": "ContainerCreating"]])
        #expect(waiting["lastState"] == .object(JSONObject()))
        #expect(waiting["ready"] == false)
        #expect(waiting["started"] == false)
        #expect(waiting["restartCount"] == 0)
        #expect(waiting["image"] == "busybox")
        #expect(waiting["imageID"] == "")
        #expect(waiting["containerID"] == nil)
        bench.settle()
        let running = bench.container("c")
        #expect(running["state"] == ["running": ["startedAt": "1970-01-01T00:16:40Z"]])
        #expect(running["ready"] == true)
        #expect(running["started"] == true)
        #expect(running["imageID"] == "docker://sha256:1")
        #expect(running["containerID"] == "docker://c2")
    }

    @Test func theEndOfARunIsToldInFull() {
        var bench = NodeBench(pod(restart: "Never"))
        bench.settle()
        bench.pass(5)
        bench.end("c", 3)
        #expect(
            bench.container("c")["state"] == [
                "terminated": [
                    "exitCode": 3, "reason": "Error", "startedAt": "1970-01-01T00:16:40Z",
                    "finishedAt": "1970-01-01T00:16:45Z", "containerID": "docker://c2",
                ]
            ])
        #expect(bench.container("c")["ready"] == false)
        #expect(bench.container("c")["started"] == false)
    }

    @Test(arguments: [
        (RuntimeExit(code: 0, startedAt: nil, finishedAt: UnixTime(seconds: 1)), "Completed"),
        (RuntimeExit(code: 1, startedAt: nil, finishedAt: UnixTime(seconds: 1)), "Error"),
        (RuntimeExit(code: 137, isOutOfMemory: true, startedAt: nil, finishedAt: UnixTime(seconds: 1)), "OOMKilled"),
        (
            RuntimeExit(code: 127, error: "not found", startedAt: nil, finishedAt: UnixTime(seconds: 1)),
            "ContainerCannotRun"
        ),
    ])
    func endsHaveReasons(_ exit: RuntimeExit, _ reason: String) {
        var bench = NodeBench(pod(restart: "Never"))
        bench.settle()
        bench.change("c2") { $0.state = .exited(exit) }
        bench.settle()
        #expect(bench.reason("c") == reason)
        #expect(bench.container("c").text("state", "terminated", "message") == exit.error)
        #expect(bench.container("c").integer("state", "terminated", "exitCode") == Int64(exit.code))
    }

    @Test func restartsAreTheNumberOfTheRun() {
        var bench = NodeBench(pod())
        bench.settle()
        for _ in 0..<4 {
            bench.end("c", 1)
            bench.pass(300)
        }
        #expect(bench.restarts("c") == 4)
        #expect(bench.container("c").text("lastState", "terminated", "reason") == "Error")
        // One dead run is kept.
        #expect(bench.runtime.containers.map(\.attempt).sorted() == [3, 4])
    }

    @Test func lastWordsAreAskedForOnceAndShown() {
        var bench = NodeBench(
            pod { $0.editContainer { $0["terminationMessagePolicy"] = "FallbackToLogsOnError" } })
        bench.settle()
        #expect(bench.sync.wantedWords.isEmpty)
        bench.end("c", 1)
        #expect(bench.sync.wantedWords.map(\.id) == ["c2"])
        #expect(bench.sync.wantedWords.map(\.fallsBackToLog) == [true])
        #expect(bench.sync.wantedWords.map(\.attempt) == [0])
        bench.sync.report(.lastWords(containerID: "c2", "I was going to die"), now: bench.now)
        #expect(bench.sync.wantedWords.isEmpty)
        #expect(bench.container("c").text("lastState", "terminated", "message") == "I was going to die")
        bench.restart()
        bench.settle()
        #expect(bench.sync.wantedWords.isEmpty)
        #expect(bench.container("c").text("lastState", "terminated", "message") == "I was going to die")
    }

    @Test(arguments: [(1, 4096), (4, 3072), (12, 1024)])
    func lastWordsAreBoundedAndAllOfThemTogether(_ count: Int, _ bytes: Int) {
        var bench = NodeBench(pod((0..<count).map { "c\($0)" }, restart: "Never"))
        bench.settle()
        bench.end("c0", 1)
        let id = bench.sync.wantedWords.first?.id ?? ""
        bench.sync.report(.lastWords(containerID: id, String(repeating: "x", count: 5_000)), now: bench.now)
        #expect(bench.container("c0").text("state", "terminated", "message").utf8.count == bytes)
    }

    @Test func wordsAreCutBetweenCharacters() {
        var bench = NodeBench(pod(restart: "Never"))
        bench.settle()
        bench.end("c", 1)
        bench.sync.report(.lastWords(containerID: "c2", "x" + String(repeating: "é", count: 4_000)), now: bench.now)
        let words = bench.container("c").text("state", "terminated", "message")
        #expect(words.utf8.count == 4_095)
        #expect(words.hasSuffix("é"))
    }

    @Test func thePodsOwnMembersAreThere() {
        var bench = NodeBench(pod { $0.editContainer { $0["resources", "requests", "cpu"] = "100m" } })
        bench.settle()
        #expect(bench.status.text("hostIP") == "10.0.0.1")
        #expect(bench.status.text("podIP") == "172.17.0.1")
        #expect(bench.status["podIPs"] == [["ip": "172.17.0.1"]])
        #expect(bench.status.text("startTime") == "1970-01-01T00:16:40Z")
        #expect(bench.status.text("qosClass") == "Burstable")
        var host = NodeBench(pod { $0["spec", "hostNetwork"] = true })
        host.settle()
        #expect(host.status.text("podIP") == "10.0.0.1")
    }

    @Test func statusesAreInTheOrderOfNamesAndOfInitContainersInTheirOwn() {
        var bench = NodeBench(pod(["b", "a"], initial: ["j", "i"]))
        bench.settle()
        #expect(bench.status.list("containerStatuses").map { $0["name"] } == ["a", "b"])
        #expect(bench.status.list("initContainerStatuses").map { $0["name"] } == ["j", "i"])
    }

    @Test func numbersBeyondAllMeasureAreHeld() {
        let most = JSONValue.integer(.max)
        var bench = NodeBench(
            pod { pod in
                pod["spec", "activeDeadlineSeconds"] = most
                pod["spec", "terminationGracePeriodSeconds"] = most
                pod.editContainer {
                    $0["livenessProbe"] = [
                        "exec": ["command": ["true"]], "initialDelaySeconds": most, "periodSeconds": most,
                        "failureThreshold": most,
                    ]
                }
            })
        bench.settle()
        #expect(bench.phase == "Running")
        bench.restart()
        bench.settle()
        #expect(bench.phase == "Running")
        bench.edit { $0.beginDeletion(grace: .max) }
        bench.settle()
        #expect(bench.plan.stage == .terminated)
    }

    @Test func aCompletedPodKeepsItsAddress() {
        var bench = NodeBench(pod(restart: "Never"))
        bench.settle()
        bench.end("c", 0)
        bench.runtime.sandboxes = []
        bench.settle()
        #expect(bench.status.text("podIP") == "172.17.0.1")
    }
}
