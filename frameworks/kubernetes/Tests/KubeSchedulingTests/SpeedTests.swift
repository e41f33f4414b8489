import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import ResourceModel
import Testing

/// Work grows with what changes, not with what there is.
@Suite struct SpeedTests {
    @Test func aThousandPodsOnAHundredNodes() {
        var stage = Stage(objects: (0..<100).map { (.nodes, node("n\($0)", cpu: "16", memory: "16Gi")) })
        var service = KubeObject(["kind": "Service"])
        (service.name, service.namespace) = ("svc", "default")
        service["spec", "selector"] = ["app": "web"]
        stage.add(.services, service)
        let pods = (0..<1_000).map { pod("p\($0)", cpu: "100m", metadata: #"{"labels":{"app":"web"}}"#) }
        let clock = ContinuousClock()
        let start = clock.now
        for pod in pods { stage.add(pod) }
        let offers = (0..<100).map { stage.makeOffer("n\($0)", "cpus:16;mem:16384", ip: "10.0.0.\($0)") }
        stage.give(.event(.offers(offers)))
        stage.answerBindings()
        let spent = clock.now - start
        let accepts = stage.take().accepts
        #expect(accepts.count == 100)
        #expect(accepts.allSatisfy { $0.tasks.count == 10 })
        #if DEBUG
            let limit = Duration.seconds(20)
        #else
            let limit = Duration.seconds(1)
        #endif
        #expect(spent < limit)
    }
}
