import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel
import Testing

/// Offers are held only while they may be of use.
@Suite struct OfferTests {
    @Test func atRestNothingIsHeldAndNothingIsWanted() {
        var stage = Stage()
        stage.offer("a")
        stage.wait(.milliseconds(900))
        #expect(stage.take().declines.isEmpty)
        stage.wait(.milliseconds(200))
        let effects = stage.take()
        #expect(effects.declines.map(\.offers) == [["o1"]])
        #expect(effects.suppressions == 1)
        #expect(stage.scheduler.heldOffers == 0)
        stage.wait(.seconds(100))
        #expect(stage.take().suppressions == 0)
    }

    @Test func podRevivesAtOnce() {
        var stage = Stage()
        stage.wait(.seconds(5))
        #expect(stage.take().suppressions == 1)
        stage.add(pod("web"))
        #expect(stage.take().revivals == 1)
        stage.offer("a")
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func refusalGrowsWithTheTimeWithoutNews() {
        var stage = Stage()
        stage.add(pod("huge", cpu: "64"))
        var seconds: [Double] = []
        for _ in 0..<6 {
            stage.offer("a")
            stage.wait(.seconds(2))
            seconds += stage.take().declines.map(\.seconds)
            stage.wait(.seconds(40))
        }
        #expect(seconds.count == 6)
        #expect(seconds.first == 5)
        #expect(seconds == seconds.sorted())
        #expect((seconds.last ?? 0) == 120)
    }

    @Test func newPodMakesRefusedOffersWantedAgain() {
        var stage = Stage()
        stage.add(pod("huge", cpu: "64"))
        stage.offer("a")
        stage.wait(.seconds(30))
        #expect(stage.take().declines.count == 1)
        stage.add(pod("small"))
        #expect(stage.take().revivals == 1)
        stage.add(pod("small2"))
        #expect(stage.take().revivals == 0)
    }

    @Test func heldOfferServesThePodsThatFollow() {
        var stage = Stage()
        stage.offer("a")
        stage.wait(.milliseconds(500))
        stage.add(pod("web"))
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func restOfALaunchIsWantedBackAtOnce() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("a")
        stage.answerBindings()
        guard case .accept(_, _, let filters) = stage.take().calls.first else {
            Issue.record("nothing accepted")
            return
        }
        #expect(filters.refuseSeconds == 0)
    }

    @Test func executorIsChargedWithTheFirstPodOnly() {
        var stage = Stage()
        stage.add(pod("web", cpu: "1900m"))
        stage.offer("a", "cpus:2;mem:4096")
        #expect(stage.take().bindings.isEmpty)
        stage.offer("b", "cpus:2;mem:4096", executors: ["k8sm-executor"], ip: "10.0.0.2")
        stage.answerBindings()
        let task = stage.take().launches.first
        #expect(task?.agentID == "b")
        #expect(task?.resources.cpus.value == 1.9)
    }

    @Test func runningExecutorKeepsItsDescription() {
        var stage = Stage(objects: [(.nodes, node("a"))])
        let first = stage.run(pod("one"))
        #expect(first != "none")
        var changed = Stage.settings
        changed.executor.command.arguments = ["roost", "--other"]
        // The scheduler writes the description on the node; one with other flags reads it there.
        var memo = Stage(objects: [(.nodes, node("a"))])
        memo.add(pod("one"))
        memo.offer("a")
        memo.answerBindings()
        let effects = memo.take()
        let written = effects.writes.compactMap { intent -> String? in
            guard case .patch(.nodes, _, let tree, _) = intent else { return nil }
            return tree["metadata"]?["annotations"]?["k8s.mesosphere.io/executorInfo"]?.string
        }
        #expect(written.count == 1)
        let known = node("a", annotations: ["k8s.mesosphere.io/executorInfo": written.first ?? ""])
        var next = Stage(changed, objects: [(.nodes, known)])
        next.add(pod("two"))
        next.offer("a", executors: ["k8sm-executor"])
        next.answerBindings()
        let executor = next.take().launches.first?.executor
        #expect(executor != nil)
        #expect(effects.launches.first?.executor.map { $0.isCompatible(with: executor ?? $0) } == true)
    }

    @Test func staticPodsAreChargedToTheExecutor() {
        var settings = Stage.settings
        settings.executor.staticPods = [pod("static", cpu: "1", memory: "100Mi")]
        settings.executor.data = [1, 2, 3]
        var stage = Stage(settings)
        stage.add(pod("web"))
        stage.offer("a")
        stage.answerBindings()
        let executor = stage.take().launches.first?.executor
        #expect(executor?.resources.description == "cpus:1.25; mem:228")
        #expect(executor?.data == [1, 2, 3])
    }

    @Test func rolesAreUsedInOrder() {
        var settings = Stage.settings
        settings.frameworkRoles = ["prod", "*"]
        settings.defaultPodRoles = ["prod", "*"]
        var stage = Stage(settings)
        stage.add(pod("web", cpu: "2", memory: "100Mi"))
        stage.offer("a", "cpus(prod):1;mem(prod):1024;cpus:4;mem:4096", executors: ["k8sm-executor"])
        stage.answerBindings()
        #expect(stage.take().launches.first?.resources.summary == "cpus(prod):1; cpus:1; mem(prod):100")
    }

    @Test func annotationLimitsRoles() {
        var settings = Stage.settings
        settings.frameworkRoles = ["prod", "*"]
        var stage = Stage(settings)
        stage.add(pod("only", cpu: "2", metadata: #"{"annotations":{"k8s.mesosphere.io/roles":"prod"}}"#))
        stage.add(pod("none", metadata: #"{"annotations":{"k8s.mesosphere.io/roles":""}}"#))
        stage.offer("a", "cpus(prod):1;mem(prod):1024;cpus:4;mem:4096", executors: ["k8sm-executor"])
        #expect(stage.take().bindings.isEmpty)
        stage.offer("b", "cpus(prod):3;mem(prod):1024", executors: ["k8sm-executor"], ip: "10.0.0.2")
        #expect(stage.take().places == ["only": "b"])
        stage.wait(.seconds(2))
        #expect(
            stage.take().complaints == ["no role of the framework is allowed by the annotation k8s.mesosphere.io/roles"]
        )
    }

    @Test func frameworkSubscribesInItsOwnRole() {
        var settings = Stage.settings
        #expect(settings.role == "*")
        settings.frameworkRoles = ["*", "prod"]
        #expect(settings.role == "prod")
    }

    @Test func executorAndTasksAreAllocatedToTheRoleOfTheOffer() {
        var stage = Stage()
        for name in ["one", "two"] {
            stage.add(pod(name))
            var offer = stage.makeOffer("a", executors: name == "two" ? ["k8sm-executor"] : [])
            offer.resources = offer.resources.allocated(to: "prod")
            stage.give(.event(.offers([offer])))
            stage.answerBindings()
            let task = stage.take().launches.first
            #expect(task?.resources.allSatisfy { $0.allocationRole == "prod" } == true)
            #expect(task?.executor?.resources.allSatisfy { $0.allocationRole == "prod" } == true)
        }
    }

    @Test func promisedResourcesArePromisedOnce() {
        var stage = Stage()
        stage.add(pod("one", cpu: "3"))
        stage.offer("a")
        stage.offer("a", "mem:100", executors: ["k8sm-executor"])
        stage.add(pod("two", cpu: "3"))
        #expect(stage.take().places == ["one": "a"])
    }

    @Test func usedOfferIsNotUsedAgain() {
        var stage = Stage()
        #expect(stage.run(pod("one")) != "none")
        #expect(stage.scheduler.heldOffers == 0)
        stage.add(pod("two"))
        #expect(stage.take().places.isEmpty)
    }

    @Test func revocableResourcesAreNotUsed() {
        var stage = Stage()
        stage.add(pod("web"))
        var offer = stage.makeOffer("a", "cpus:4;mem:4096")
        offer.resources = Resources(
            offer.resources.map { resource in
                var changed = resource
                changed.isRevocable = true
                return changed
            })
        stage.give(.event(.offers([offer])))
        #expect(stage.take().bindings.isEmpty)
    }

    @Test func callThatWasNotTakenGivesItsOffersBackAndThePodsAreLaunchedAnew() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("a")
        stage.answerBindings()
        let calls = stage.take().calls
        let call = calls.first { if case .accept = $0 { true } else { false } }
        guard let call else {
            Issue.record("nothing accepted")
            return
        }
        stage.give(.refused(call, message: "16384 calls wait already"))
        #expect(stage.take().declines.map(\.offers) == [["o1"]])
        stage.offer("a")
        stage.answerPatches()
        #expect(stage.take().launches.count == 1)
    }
}
