import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel
import Testing

/// Binding first, launch second (D19).
@Suite struct LaunchTests {
    @Test func bindingComesFirstAndLaunchFollowsItsAnswer() throws {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("a", host: "host-a")
        let before = stage.effects
        #expect(before.places == ["web": "host-a"])
        #expect(before.accepts.isEmpty)
        let binding = try #require(before.bindings.first)
        #expect(binding.uid == "uid-web")
        #expect(binding.annotation("k8s.mesosphere.io/bindingHost") == "host-a")
        #expect(binding.annotation("k8s.mesosphere.io/slaveId") == "a")
        #expect(binding.annotation("k8s.mesosphere.io/offerId") == "o1")
        #expect(binding.annotation("k8s.mesosphere.io/executorId") == "k8sm-executor")
        stage.answerBindings()
        let after = stage.take()
        let accept = try #require(after.accepts.first)
        #expect(accept.offers == ["o1"])
        #expect(accept.tasks.map(\.name) == ["web.default.pod"])
        #expect(accept.tasks.first?.id.value == binding.annotation("k8s.mesosphere.io/taskId"))
        #expect(accept.tasks.first?.id.value.hasPrefix("pod.") == true)
        #expect(after.notes.map(\.message) == ["Successfully assigned default/web to host-a"])
        #expect(after.notes.map(\.reason) == ["Scheduled"])
    }

    @Test func taskCarriesTheBoundPodWithItsLimits() throws {
        var stage = Stage()
        var bare = pod("web", metadata: #"{"managedFields":[{}],"annotations":{"a":"b"}}"#)
        bare["spec", "containers"] = [["name": "main", "image": "busybox"]]
        let task = stage.run(bare)
        #expect(task != "none")
        stage = Stage()
        stage.add(bare)
        stage.offer("a")
        stage.answerBindings()
        let info = try #require(stage.take().launches.first)
        let copy = carried(info)
        #expect(copy.text("spec", "nodeName") == "a")
        #expect(copy.annotation("k8s.mesosphere.io/taskId") == info.id.value)
        #expect(copy.annotation("a") == "b")
        #expect(copy["metadata", "managedFields"] == nil && copy["status"] == nil)
        let limits = copy.list("spec", "containers").first?["resources"]?["limits"]
        #expect(limits == json(#"{"cpu":"250m","memory":"64Mi"}"#))
        #expect(info.resources.description == "cpus:0.25; mem:64")
        #expect(info.executor?.resources.description == "cpus:0.25; mem:128")
        #expect(info.executor?.command?.arguments == ["roost", "--hostname-override=a"])
        #expect(info.executor?.source == "kubernetes")
        #expect(info.labels.map(\.value) == ["default", "web", "uid-web"])
    }

    @Test func podsOfOneAgentShareOneLaunch() throws {
        var stage = Stage()
        for index in 0..<5 { stage.add(pod("p\(index)")) }
        stage.offer("a")
        let asked = stage.take().bindings
        #expect(asked.count == 5)
        for binding in asked.dropLast() {
            stage.give(.written(Outcome(.create(.bindings, binding), .done)))
            #expect(stage.effects.accepts.isEmpty)
        }
        stage.give(.written(Outcome(.create(.bindings, asked[4]), .done)))
        let accepts = stage.take().accepts
        #expect(accepts.map(\.tasks.count) == [5])
        #expect(Set(accepts[0].tasks.map(\.executor)).count == 1)
    }

    @Test func slowBindingDoesNotHoldBackTheOthers() {
        var stage = Stage()
        stage.add(pod("fast"))
        stage.add(pod("slow"))
        stage.offer("a")
        let asked = stage.take().bindings
        stage.give(.written(Outcome(.create(.bindings, asked[0]), .done)))
        stage.wait(.milliseconds(99))
        #expect(stage.take().accepts.isEmpty)
        stage.wait(.milliseconds(2))
        #expect(stage.take().launches.map(\.name) == ["fast.default.pod"])
        stage.give(.written(Outcome(.create(.bindings, asked[1]), .done)))
        #expect(stage.take().accepts.isEmpty)
        stage.offer("a", executors: ["k8sm-executor"])
        #expect(stage.take().launches.map(\.name) == ["slow.default.pod"])
    }

    @Test func offersOfOneAgentAreUsedTogether() {
        var stage = Stage()
        stage.add(pod("big", cpu: "3", memory: "3000Mi"))
        stage.offer("a", "cpus:2;mem:2048")
        #expect(stage.effects.bindings.isEmpty)
        stage.offer("a", "cpus:2;mem:2048")
        stage.answerBindings()
        #expect(stage.take().accepts.first?.offers == ["o1", "o2"])
    }

    @Test func refusedBindingIsTriedAgainAndRoomIsFree() {
        var stage = Stage()
        stage.add(pod("web", cpu: "3"))
        stage.offer("a")
        let binding = stage.take().bindings[0]
        stage.give(.written(Outcome(.create(.bindings, binding), .failed(.unavailable("away")))))
        #expect(stage.take().accepts.isEmpty)
        stage.wait(.seconds(3))
        stage.offer("a")
        #expect(stage.take().places == ["web": "a"])
    }

    @Test func bindingWhoseAnswerGotLostIsLaunchedAsItWasWritten() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("a")
        let binding = stage.take().bindings[0]
        stage.give(.written(Outcome(.create(.bindings, binding), .failed(.timeout("late")))))
        var landed = pod("web")
        landed["spec", "nodeName"] = "a"
        for (key, value) in binding.annotations { landed.setAnnotation(key, value) }
        stage.give(.object(.changed(landed, from: pod("web")), .pods))
        #expect(stage.take().launches.map(\.id.value) == [binding.annotation("k8s.mesosphere.io/taskId")])
    }

    @Test func newsOfTheBindingMayComeBeforeAnAnswerThatFails() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("a")
        let binding = stage.take().bindings[0]
        var landed = pod("web")
        landed["spec", "nodeName"] = "a"
        for (key, value) in binding.annotations { landed.setAnnotation(key, value) }
        stage.give(.object(.changed(landed, from: pod("web")), .pods))
        #expect(stage.take().accepts.isEmpty)
        stage.give(.written(Outcome(.create(.bindings, binding), .failed(.timeout("late")))))
        #expect(stage.take().launches.count == 1)
    }

    @Test func podWithANodeOfItsUserIsAnnotatedThenLaunchedThere() {
        var stage = Stage()
        stage.add(pod("own", spec: #"{"nodeName":"b"}"#))
        stage.offer("a")
        #expect(stage.take().writes.isEmpty)
        stage.offer("b", ip: "10.0.0.2")
        let writes = stage.effects.writes
        #expect(writes.count == 1)
        guard case .patch(.pods, let key, let tree, "") = writes.first else {
            Issue.record("no patch of annotations")
            return
        }
        #expect(key.name == "own")
        #expect(tree["metadata"]?["uid"] == "uid-own")
        #expect(stage.effects.accepts.isEmpty)
        stage.answerPatches()
        #expect(stage.take().launches.map(\.agentID) == ["b"])
    }

    @Test func podDeletedWhileItsBindingIsWrittenLeavesNothing() {
        var stage = Stage()
        stage.add(pod("web", cpu: "3"))
        stage.offer("a")
        let binding = stage.take().bindings[0]
        stage.give(.object(.deleted(pod("web")), .pods))
        stage.give(.written(Outcome(.create(.bindings, binding), .done)))
        #expect(stage.take().accepts.isEmpty)
        stage.add(pod("next", cpu: "3"))
        #expect(stage.take().places == ["next": "a"])
    }

    @Test func otherSchedulersPodsAreLeftAlone() {
        var stage = Stage()
        stage.add(pod("theirs", spec: #"{"schedulerName":"mine"}"#))
        stage.add(pod("ours", spec: #"{"schedulerName":"default-scheduler"}"#))
        stage.offer("a")
        #expect(stage.take().places == ["ours": "a"])
    }

    @Test func rescindedOfferIsNotUsed() {
        var stage = Stage()
        stage.add(pod("web"))
        let first = stage.offer("a")
        let binding = stage.take().bindings[0]
        stage.give(.event(.rescind(first)))
        stage.give(.written(Outcome(.create(.bindings, binding), .done)))
        #expect(stage.take().accepts.isEmpty)
        stage.offer("a")
        #expect(stage.take().accepts.map(\.offers) == [["o2"]])
    }

    @Test func nothingIsPlacedBeforeEverythingIsKnown() {
        var stage = Stage(starts: false)
        stage.subscribe()
        stage.add(pod("web"))
        stage.offer("a")
        #expect(stage.effects.writes.isEmpty)
        stage.give(.synchronised)
        #expect(stage.take().places == ["web": "a"])
    }
}
