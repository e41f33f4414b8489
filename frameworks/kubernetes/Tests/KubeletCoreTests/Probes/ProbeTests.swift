import ClusterBase
import KubeModel
import KubeletCore
import Testing

/// Checks of containers (spec `kubernetes/04` §4.5).
struct ProbeTests {
    /// A running pod with probes of some kinds.
    private func bench(
        _ kinds: [String], policy: String = "Always", _ edit: (inout KubeObject) -> Void = { _ in }
    ) -> NodeBench {
        var bench = NodeBench(
            pod(restart: policy) {
                $0.editContainer { container in
                    for kind in kinds {
                        var probe: KubeObject = KubeObject(["exec": ["command": ["check"]]])
                        edit(&probe)
                        container[kind] = probe.value
                    }
                }
            })
        bench.settle()
        bench.events = []
        return bench
    }

    /// Makes all checks that are due, with one outcome; returns their kinds.
    @discardableResult
    private func check(_ bench: inout NodeBench, _ outcome: ProbeOutcome) -> [ProbeKind] {
        let runs = bench.sync.dueProbes(now: bench.now)
        for run in runs { bench.sync.report(outcome, of: run, now: bench.now) }
        bench.settle()
        return runs.map(\.kind)
    }

    /// Makes the next check when it is due.
    @discardableResult
    private func next(_ bench: inout NodeBench, _ outcome: ProbeOutcome) -> [ProbeKind] {
        if let due = bench.sync.nextProbe(), due > bench.now {
            bench.pass((due.microseconds - bench.now.microseconds) / 1_000_000)
        }
        return check(&bench, outcome)
    }

    @Test func aContainerIsNotReadyBeforeItsFirstCheck() {
        var bench = bench(["readinessProbe"])
        #expect(!bench.container("c").flag("ready"))
        #expect(bench.container("c").flag("started"))
        check(&bench, .success)
        #expect(bench.container("c").flag("ready"))
        #expect(bench.condition("Ready").text("status") == "True")
    }

    @Test func readinessFlipsAtItsThresholds() {
        var bench = bench(["readinessProbe"]) { probe in
            probe["failureThreshold"] = 2
            probe["successThreshold"] = 2
            probe["initialDelaySeconds"] = 5
            probe["periodSeconds"] = 3
        }
        #expect(bench.sync.nextProbe() == UnixTime(seconds: 1_005))
        #expect(bench.sync.dueProbes(now: bench.now).isEmpty)
        let ready = [ProbeOutcome.success, .success, .failure("x"), .success, .failure("x"), .failure("x"), .success]
            .map { outcome in
                next(&bench, outcome)
                return bench.container("c").flag("ready")
            }
        #expect(ready == [false, true, true, true, true, false, false])
        #expect(bench.now == UnixTime(seconds: 1_005 + 6 * 3))
        #expect(bench.restarts("c") == 0)
        #expect(bench.events.count { $0 == "Unhealthy Readiness probe failed: x" } == 3)
    }

    @Test func aContainerThatIsNotAliveIsReplaced() {
        var bench = bench(["livenessProbe"])
        let words = "cat: /tmp/health: No such file or directory\n"
        for _ in 0..<2 { next(&bench, .failure(words)) }
        #expect(bench.restarts("c") == 0)
        next(&bench, .failure(words))
        #expect(bench.restarts("c") == 1)
        #expect(
            bench.events.prefix(4) == [
                "Unhealthy Liveness probe failed: cat: /tmp/health: No such file or directory",
                "Unhealthy Liveness probe failed: cat: /tmp/health: No such file or directory",
                "Unhealthy Liveness probe failed: cat: /tmp/health: No such file or directory",
                "Killing Container c failed liveness probe, will be restarted",
            ])
        #expect(bench.now == UnixTime(seconds: 1_020))
        // The new run has all its failures before it.
        next(&bench, .failure(words))
        #expect(bench.restarts("c") == 1)
    }

    @Test(arguments: ["OnFailure", "Never"]) func thePolicyDecidesWhatFollows(_ policy: String) {
        var bench = bench(["livenessProbe"], policy: policy)
        // A good end on being stopped is no success of the pod.
        bench.stopCodes["c"] = policy == "Never" ? 137 : 0
        for _ in 0..<3 { next(&bench, .failure("x")) }
        if policy == "Never" {
            #expect(bench.phase == "Failed")
            #expect(bench.events.contains("Killing Container c failed liveness probe"))
        } else {
            #expect(bench.phase == "Running")
            #expect(bench.running("c")?.attempt == 1)
        }
    }

    @Test func checksRestAfterAFailureUntilTheNextRun() {
        var bench = bench(["livenessProbe"]) { $0["failureThreshold"] = 1 }
        let runs = bench.sync.dueProbes(now: bench.now)
        #expect(runs.count == 1)
        let isChange = bench.sync.report(.failure("x"), of: runs[0], now: bench.now)
        #expect(isChange)
        #expect(bench.sync.nextProbe() == nil)
        #expect(bench.sync.dueProbes(now: UnixTime(seconds: 2_000)).isEmpty)
        bench.settle()
        #expect(bench.restarts("c") == 1)
        #expect(bench.sync.nextProbe() == bench.now)
    }

    @Test func otherChecksWaitForTheStart() {
        var bench = bench(["livenessProbe", "readinessProbe", "startupProbe"])
        #expect(!bench.container("c").flag("started"))
        #expect(next(&bench, .failure("x")) == [.startup])
        #expect(!bench.container("c").flag("ready"))
        #expect(next(&bench, .success) == [.startup])
        #expect(bench.container("c").flag("started"))
        #expect(next(&bench, .success) == [.liveness, .readiness])
        #expect(bench.container("c").flag("ready"))
        #expect(next(&bench, .success) == [.liveness, .readiness])
    }

    @Test func aContainerThatDoesNotStartIsReplaced() {
        var bench = bench(["startupProbe"])
        for _ in 0..<3 { next(&bench, .failure("x")) }
        #expect(bench.restarts("c") == 1)
        #expect(bench.events.contains("Unhealthy Startup probe failed: x"))
        #expect(bench.events.contains("Killing Container c failed startup probe, will be restarted"))
        #expect(!bench.container("c").flag("started"))
    }

    @Test func aCheckThatCannotBeMadeIsTriedThreeTimesAndDecidesNothing() {
        var bench = bench(["livenessProbe"]) { $0["failureThreshold"] = 1 }
        for _ in 0..<3 {
            #expect(bench.sync.nextProbe() == UnixTime(seconds: 1_000))
            check(&bench, .error("engine is away"))
        }
        #expect(bench.events == ["Unhealthy Liveness probe errored: engine is away"])
        #expect(bench.sync.nextProbe() == UnixTime(seconds: 1_010))
        #expect(bench.restarts("c") == 0)
    }

    @Test func aWarningCountsAsSuccess() {
        var bench = bench(["readinessProbe"])
        check(&bench, .warning("redirected"))
        #expect(bench.container("c").flag("ready"))
        #expect(bench.events == ["ProbeWarning Readiness probe warning: redirected"])
    }

    @Test func aCheckUnderWayIsNotMadeTwiceAndBeatsThatWereMissedAreDropped() {
        var bench = bench(["livenessProbe"])
        let runs = bench.sync.dueProbes(now: bench.now)
        #expect(runs.count == 1)
        #expect(bench.sync.dueProbes(now: UnixTime(seconds: 1_030)).isEmpty)
        bench.now = UnixTime(seconds: 1_025)
        bench.sync.report(.success, of: runs[0], now: bench.now)
        #expect(bench.sync.nextProbe() == UnixTime(seconds: 1_030))
        // What was found of another run does not count.
        let stale = bench.sync.report(.failure("x"), of: runs[0], now: bench.now)
        #expect(!stale)
    }

    @Test func portsHaveNumbersAndHostsWhenAProbeIsMade() {
        func handler(_ probe: JSONValue, host: Bool = false) -> HandlerView? {
            var bench = NodeBench(
                pod { pod in
                    pod["spec", "hostNetwork"] = .bool(host)
                    pod.editContainer {
                        $0["ports"] = [["name": "web", "containerPort": 8080]]
                        $0["livenessProbe"] = probe
                    }
                })
            bench.settle()
            return bench.sync.dueProbes(now: bench.now).first?.handler
        }
        #expect(handler(["tcpSocket": ["port": "web"]]) == .tcp(host: "172.17.0.1", port: .integer(8080)))
        #expect(handler(["tcpSocket": ["port": 81, "host": "h"]]) == .tcp(host: "h", port: .integer(81)))
        #expect(handler(["tcpSocket": ["port": "82"]]) == .tcp(host: "172.17.0.1", port: .integer(82)))
        #expect(handler(["tcpSocket": ["port": "nope"]]) == nil)
        #expect(handler(["tcpSocket": ["port": 81]], host: true) == .tcp(host: "10.0.0.1", port: .integer(81)))
        guard case .http(let request)? = handler(["httpGet": ["port": "web", "scheme": "HTTPS"]]) else {
            Issue.record("no request")
            return
        }
        #expect(request.port == .integer(8080))
        #expect(request.host == "172.17.0.1")
        #expect(request.path == "/")
        #expect(request.isSecure)
    }

    @Test func aProbesOwnGraceCounts() {
        var bench = bench(["livenessProbe"]) {
            $0["failureThreshold"] = 1
            $0["terminationGracePeriodSeconds"] = 4
        }
        check(&bench, .failure("x"))
        let graces = bench.actions.compactMap { if case .killContainer(let kill) = $0 { kill.grace } else { nil } }
        #expect(graces == [.seconds(4)])
    }

    @Test func numbersThatAreMissingHaveUpstreamsDefaults() {
        let probe = ProbeView(["tcpSocket": ["port": 1]])
        #expect(probe?.initialDelay == .zero)
        #expect(probe?.period == .seconds(10))
        #expect(probe?.timeout == .seconds(1))
        #expect(probe?.successThreshold == 1)
        #expect(probe?.failureThreshold == 3)
        #expect(ProbeView(["periodSeconds": 3]) == nil)
    }
}
