import ClusterBase
import KubeModel
import KubeNode
import TestSupport
import Testing

/// Pods that cannot be started as they are, and what remains of containers.
@Suite struct StartProblemTests {
    private func waiting(_ pod: KubeObject) -> String { pod.containerStatus("c").text("state", "waiting", "reason") }

    @Test func anImageThatIsMissingIsPulledAgainAndAgain() async throws {
        try await TestNode.with { node in
            await node.runtime.add("late", isPresent: false, pullProblem: "manifest for late:latest not found")
            try await node.run("web", containers: [["name": "c", "image": "late"]])
            try await node.waitForPod("web", "could not pull") { waiting($0) == "ErrImagePull" }
            let pod = try await node.waitForPod("web", "waits for another pull") { waiting($0) == "ImagePullBackOff" }
            #expect(pod.text("status", "phase") == "Pending")
            #expect(
                pod.containerStatus("c").text("state", "waiting", "message") == "Back-off pulling image \"late\"")
            let event = try await node.waitForEvent("web", "Failed")
            #expect(event.text("message").contains("manifest for late:latest not found"))
            await node.runtime.repair("late")
            _ = try await node.waitFor(.running, "web")
            #expect(await node.runtime.log.filter { $0 == "pull late" }.count >= 2)
        }
    }

    @Test func neverPullsWhenTold() async throws {
        try await TestNode.with { node in
            await node.runtime.add("late", isPresent: false)
            try await node.run(
                "web", containers: [["name": "c", "image": "late", "imagePullPolicy": "Never"]])
            try await node.waitForPod("web", "is refused") { waiting($0) == "ErrImageNeverPull" }
            #expect(await node.runtime.log.contains("pull late") == false)
        }
    }

    @Test func aMissingSecretShowsAndIsFoundLater() async throws {
        try await TestNode.with { node in
            await node.preparation.fail("c", "secret \"x\" not found")
            try await node.run("web")
            let pod = try await node.waitForPod("web", "cannot be configured") {
                waiting($0) == "CreateContainerConfigError"
            }
            #expect(pod.containerStatus("c").text("state", "waiting", "message") == "secret \"x\" not found")
            await node.preparation.fail("c", nil)
            _ = try await node.waitFor(.running, "web")
        }
    }

    @Test func aMissingVolumeHoldsThePodBack() async throws {
        try await TestNode.with { node in
            await node.volumes.fail("configmap \"settings\" not found")
            try await node.run("web")
            let event = try await node.waitForEvent("web", "FailedMount")
            #expect(event.text("message").contains("configmap \"settings\" not found"))
            #expect(await node.runtime.isEmpty)
            await node.volumes.fail(nil)
            _ = try await node.waitFor(.running, "web")
        }
    }

    @Test func aContainerThatCannotBeStartedSaysWhy() async throws {
        try await TestNode.with { node in
            await node.runtime.add("broken", .refuse("exec: \"nothing\": executable file not found in $PATH"))
            try await node.run("web", containers: [["name": "c", "image": "broken", "imagePullPolicy": "Never"]])
            let pod = try await node.waitForPod("web", "cannot run") {
                ["RunContainerError", "CrashLoopBackOff"].contains(waiting($0))
            }
            #expect(pod.text("status", "phase") != "Failed")
            let event = try await node.waitForEvent("web", "Failed")
            #expect(event.text("message").contains("executable file not found"))
        }
    }

    @Test func lastWordsComeFromTheFileOrTheLog() async throws {
        try await TestNode.with { node in
            await node.preparation.leave("I was going to die", by: "c")
            try await node.run(
                "web",
                containers: [
                    ["name": "c", "image": "busybox", "imagePullPolicy": "Never"],
                    [
                        "name": "d", "image": "busybox", "imagePullPolicy": "Never",
                        "terminationMessagePolicy": "FallbackToLogsOnError",
                    ],
                ])
            _ = try await node.waitFor(.running, "web")
            await node.runtime.write("all is lost\n", to: "d")
            await node.runtime.end("c", code: 1)
            await node.runtime.end("d", code: 1)
            let pod = try await node.waitForPod("web", "has both messages") {
                $0.restarts("c") == 1 && $0.restarts("d") == 1
            }
            #expect(
                pod.containerStatus("c").text("lastState", "terminated", "message") == "I was going to die")
            #expect(pod.containerStatus("d").text("lastState", "terminated", "message") == "all is lost\n")
        }
    }

    @Test func portsOfTheHostAreGivenOnce() async throws {
        try await TestNode.with { node in
            let ports: JSONValue = [["containerPort": 80, "hostPort": 8_080]]
            for name in ["first", "second"] {
                try await node.run(
                    name, containers: [["name": "c", "image": "busybox", "imagePullPolicy": "Never", "ports": ports]])
                if name == "first" { _ = try await node.waitFor(.running, name) }
            }
            _ = try await node.waitFor(.failed, "second")
            let pod = try await node.waitForPhase("second", "Failed")
            #expect(pod.text("status", "reason") == "NodePorts")
            #expect(pod.text("status", "message") == "Pod Predicate NodePorts failed")
        }
    }

    @Test func aVolumeThatOutgrowsItsLimitEvictsThePod() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            await node.volumes.outgrow("Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\".")
            let pod = try await node.waitForPhase("web", "Failed")
            #expect(pod.text("status", "reason") == "Evicted")
            #expect(pod.text("status", "message") == "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\".")
        }
    }

    @Test func aStolenContainerIsReplaced() async throws {
        try await TestNode.with { node in
            try await node.run("web")
            _ = try await node.waitFor(.running, "web")
            await node.runtime.steal("c")
            let pod = try await node.waitForPod("web", "runs again") {
                $0.restarts("c") == 1 && $0.containerStatus("c")["state", "running"] != nil
            }
            #expect(pod.text("status", "phase") == "Running")
        }
    }

    @Test func theDeadlineEndsAPod() async throws {
        try await TestNode.with { node in
            try await node.run("web", spec: ["activeDeadlineSeconds": 20])
            let pod = try await node.waitForPhase("web", "Failed")
            #expect(pod.text("status", "reason") == "DeadlineExceeded")
            _ = try await node.waitFor(.failed, "web")
        }
    }
}
