import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// How agents become nodes.
@Suite struct AgentTests {
    @Test func nodeIsNamedAfterTheHost() {
        var stage = Stage()
        stage.add(pod("web"))
        stage.offer("S1", host: "Host.Example")
        #expect(stage.take().places == ["web": "host.example"])
    }

    @Test func secondAgentOfAHostGetsItsPortInItsName() throws {
        var stage = Stage()
        stage.add(pod("one", cpu: "3"))
        stage.add(pod("two", cpu: "3"))
        stage.offer("S1", host: "h", port: 5051)
        stage.offer("S2", host: "h", port: 5052)
        #expect(stage.effects.places == ["one": "h", "two": "h-5052"])
        stage.answerBindings()
        let arguments = stage.take().launches.compactMap { $0.executor?.command?.arguments.last }
        #expect(arguments == ["--hostname-override=h", "--hostname-override=h-5052"])
    }

    @Test func namesAreFoundAgainOnTheNodes() {
        let first = node(
            "h", annotations: ["k8s.mesosphere.io/slaveId": "S2", "k8s.mesosphere.io/slaveAddress": "10.0.0.1:5052"])
        var stage = Stage(objects: [(.nodes, first)])
        stage.add(pod("one", cpu: "3"))
        stage.offer("S1", host: "h", port: 5051)
        #expect(stage.take().places == ["one": "h-5051"])
        stage.add(pod("two", cpu: "3"))
        stage.offer("S2", host: "h", port: 5052)
        #expect(stage.take().places == ["two": "h"])
    }

    @Test func agentThatComesBackUnderAnotherIdKeepsItsNode() {
        let known = node(
            "h", annotations: ["k8s.mesosphere.io/slaveId": "S1", "k8s.mesosphere.io/slaveAddress": "10.0.0.1:5051"])
        var stage = Stage(objects: [(.nodes, known)])
        stage.add(pod("web"))
        stage.offer("S9", host: "h", port: 5051)
        #expect(stage.take().places == ["web": "h"])
    }

    @Test func agentUnderAnotherIdKeepsItsNodeWhilePodsAreThere() {
        var running = pod("old", spec: #"{"nodeName":"h"}"#)
        running.setAnnotation("k8s.mesosphere.io/taskId", "t")
        running.setAnnotation("k8s.mesosphere.io/slaveId", "S1")
        let known = node(
            "h", annotations: ["k8s.mesosphere.io/slaveId": "S1", "k8s.mesosphere.io/slaveAddress": "10.0.0.1:5051"],
            ready: "Unknown")
        var stage = Stage(objects: [(.pods, running), (.nodes, known)])
        stage.add(pod("web"))
        stage.offer("S9", host: "h", port: 5051)
        #expect(stage.take().places == ["web": "h"])
    }

    @Test func deadAgentsNameIsFree() {
        let known = node(
            "h", annotations: ["k8s.mesosphere.io/slaveId": "S1", "k8s.mesosphere.io/slaveAddress": "10.0.0.1:5051"],
            ready: "Unknown")
        var stage = Stage(objects: [(.nodes, known)])
        stage.add(pod("web"))
        stage.offer("S9", host: "h", ip: "10.0.0.77")
        #expect(stage.take().places == ["web": "h"])
    }

    @Test func nameOfAnAgentWithPodsIsNotFree() {
        var running = pod("old", spec: #"{"nodeName":"h"}"#)
        running.setAnnotation("k8s.mesosphere.io/taskId", "t")
        running.setAnnotation("k8s.mesosphere.io/slaveId", "S1")
        let known = node(
            "h", annotations: ["k8s.mesosphere.io/slaveId": "S1", "k8s.mesosphere.io/slaveAddress": "10.0.0.1:5051"],
            ready: "Unknown")
        var stage = Stage(objects: [(.nodes, known), (.pods, running)])
        stage.add(pod("web"))
        stage.offer("S9", host: "h", port: 5051, ip: "10.0.0.77")
        #expect(stage.take().places == ["web": "h-5051"])
    }

    @Test func podsMoveToTheNewIdOfTheirNodesAgent() {
        var stage = Stage()
        let task = stage.run(pod("web"), on: "S1")
        stage.update(task, .gone, agent: "S1", reason: .agentRemoved, source: .master)
        stage.give(.event(.failure(agent: "S1", executor: nil, status: nil)))
        stage.offer("S2", host: "s1")
        stage.answerPatches()
        #expect(stage.take().launches.map(\.agentID) == ["S2"])
    }

    @Test func offersOfALostAgentAreNotUsed() {
        var stage = Stage()
        stage.offer("a")
        stage.give(.event(.failure(agent: "a", executor: nil, status: nil)))
        stage.add(pod("web"))
        #expect(stage.take().places.isEmpty)
        #expect(stage.scheduler.heldOffers == 0)
    }

    @Test func executorArgumentsMayDependOnTheAgent() {
        var settings = Stage.settings
        settings.executor.arguments = { ["--agent=\($0.agentID)", "--address=\($0.address)"] }
        var stage = Stage(settings)
        stage.add(pod("web"))
        stage.offer("S1", host: "h")
        stage.answerBindings()
        #expect(
            stage.take().launches.first?.executor?.command?.arguments == [
                "roost", "--agent=S1", "--address=10.0.0.1:5051", "--hostname-override=h",
            ])
    }
}
