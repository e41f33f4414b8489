import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// The delays between runs and pulls (spec `kubernetes/04` §4.3).
struct BackOffTests {
    @Test func runsThatFailAreDelayedUpToFiveMinutes() {
        var bench = NodeBench(pod())
        bench.settle()
        bench.end("c", 1)
        // The first end costs nothing.
        #expect(bench.running("c")?.attempt == 1)
        let delays: [(seconds: Int64, text: String)] = [
            (10, "10s"), (20, "20s"), (40, "40s"), (80, "1m20s"), (160, "2m40s"), (300, "5m0s"), (300, "5m0s"),
        ]
        for (number, delay) in delays.enumerated() {
            let ended = bench.now
            bench.end("c", 1)
            #expect(bench.running("c") == nil)
            // As with upstream, the end shows for a while before the wait does.
            #expect(bench.reason("c") == "Error")
            #expect(bench.container("c").integer("state", "terminated", "exitCode") == 1)
            #expect(bench.plan.wakeAt == UnixTime(seconds: ended.seconds + 5))
            bench.pass(5)
            #expect(bench.reason("c") == "CrashLoopBackOff")
            #expect(
                bench.container("c").text("state", "waiting", "message")
                    == "back-off \(delay.text) restarting failed container=c pod=p_default(u-1)")
            #expect(bench.container("c").integer("lastState", "terminated", "exitCode") == 1)
            #expect(bench.phase == "Running")
            #expect(bench.plan.wakeAt == UnixTime(seconds: ended.seconds + delay.seconds))
            bench.pass(delay.seconds - 6)
            #expect(bench.running("c") == nil)
            bench.pass(1)
            #expect(bench.running("c")?.attempt == number + 2)
        }
        let told = bench.events.filter { $0 == "BackOff Back-off restarting failed container" }
        #expect(told.count == delays.count)
    }

    @Test(arguments: [(600, "20s"), (601, nil)] as [(Int64, String?)])
    func tenMinutesWithoutFailureForgetTheDelay(_ quiet: Int64, _ delay: String?) {
        var bench = NodeBench(pod())
        bench.settle()
        bench.end("c", 1)
        bench.end("c", 1)
        bench.pass(10)
        #expect(bench.running("c")?.attempt == 2)
        bench.pass(quiet)
        bench.end("c", 1)
        if let delay {
            bench.pass(5)
            #expect(bench.container("c").text("state", "waiting", "message").hasPrefix("back-off \(delay) "))
        } else {
            #expect(bench.running("c")?.attempt == 3)
        }
    }

    @Test func containersOfAPodWaitOnTheirOwn() {
        var bench = NodeBench(pod(["c", "d"]))
        bench.settle()
        bench.end("c", 1)
        bench.end("c", 1)
        bench.end("d", 1)
        #expect(bench.running("c") == nil)
        #expect(bench.running("d")?.attempt == 1)
    }

    @Test func aNewImageForgetsTheDelay() {
        var bench = NodeBench(pod())
        bench.settle()
        bench.end("c", 1)
        bench.end("c", 1)
        #expect(bench.running("c") == nil)
        bench.edit { $0.editContainer { $0["image"] = "busybox:2" } }
        bench.settle()
        #expect(bench.running("c")?.image == "busybox:2")
    }

    @Test func pullsThatFailAreDelayedAndToldInTurn() {
        var bench = NodeBench(pod { $0.editContainer { $0["image"] = "missing" } })
        bench.settle()
        #expect(bench.reason("c") == "ErrImagePull")
        #expect(bench.container("c").text("state", "waiting", "message") == "no such image")
        #expect(
            bench.events == [
                "Pulling Pulling image \"missing\"", "Failed Failed to pull image \"missing\": no such image",
                "Failed Error: ErrImagePull",
            ])
        bench.pass(3)
        #expect(bench.reason("c") == "ImagePullBackOff")
        #expect(bench.container("c").text("state", "waiting", "message") == "Back-off pulling image \"missing\"")
        let told = ["BackOff Back-off pulling image \"missing\"", "Failed Error: ImagePullBackOff"]
        #expect(bench.events.suffix(2) == told[...])
        #expect(bench.plan.wakeAt == UnixTime(seconds: 1_010))
        bench.events = []
        bench.pass(6)
        #expect(bench.events.isEmpty)
        bench.pass(1)
        #expect(bench.reason("c") == "ErrImagePull")
        bench.pass(3)
        #expect(bench.plan.wakeAt == UnixTime(seconds: 1_030))
        bench.pullError = nil
        bench.events = []
        bench.pass(20)
        #expect(bench.phase == "Running")
        let pulled = ["Pulling Pulling image \"missing\"", "Pulled Successfully pulled image \"missing\" in 0s"]
        #expect(bench.events.prefix(2) == pulled[...])
    }

    @Test func aNewImageIsPulledAtOnce() {
        var bench = NodeBench(pod { $0.editContainer { $0["image"] = "missing" } })
        bench.settle()
        bench.edit { $0.editContainer { $0["image"] = "busybox" } }
        bench.settle()
        #expect(bench.phase == "Running")
        #expect(bench.restarts("c") == 0)
    }
}
