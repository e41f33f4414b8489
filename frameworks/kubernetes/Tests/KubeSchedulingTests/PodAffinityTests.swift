import ClusterBase
import ClusterModel
import KubeCore
import KubeModel
import KubeScheduling
import Testing

/// Pods that want to be near others, or away from them.
@Suite struct PodAffinityTests {
    private func term(_ app: String, _ key: String = "kubernetes.io/hostname") -> String {
        #"{"labelSelector":{"matchLabels":{"app":"\#(app)"}},"topologyKey":"\#(key)"}"#
    }

    private func labelled(_ name: String, _ app: String, spec: String = "{}") -> KubeObject {
        pod(name, cpu: "100m", spec: spec, metadata: #"{"labels":{"app":"\#(app)"}}"#)
    }

    private func near(_ app: String, key: String = "kubernetes.io/hostname") -> String {
        #"{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[\#(term(app, key))]}}}"#
    }

    private func away(_ app: String) -> String {
        #"{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[\#(term(app))]}}}"#
    }

    private func stage(_ count: Int = 3) -> Stage {
        var stage = Stage(
            objects: (0..<count).map { (.nodes, node("n\($0)", labels: ["zone": $0 == 0 ? "z0" : "z1"])) })
        for index in 0..<count { stage.offer("n\(index)", executors: ["k8sm-executor"], ip: "10.0.0.\(index)") }
        return stage
    }

    @Test func nearAnother() {
        var stage = stage()
        stage.add(labelled("db", "db"))
        let home = stage.take().places["db"]
        for index in 0..<4 { stage.add(labelled("web\(index)", "web", spec: near("db"))) }
        #expect(Set(stage.take().places.values) == [home ?? ""])
    }

    @Test func nearNobodyWaitsUntilSomebodyComes() {
        var stage = stage()
        stage.add(labelled("web", "web", spec: near("db")))
        stage.wait(.milliseconds(900))
        #expect(stage.take().places.isEmpty)
        stage.add(labelled("db", "db"))
        let places = stage.take().places
        #expect(places.count == 2 && places["web"] == places["db"])
    }

    @Test func firstOfItsOwnKindIsPlaced() {
        var stage = stage()
        stage.add(labelled("a", "x", spec: near("x")))
        stage.add(labelled("b", "x", spec: near("x")))
        let places = stage.take().places
        #expect(places.count == 2 && places["a"] == places["b"])
    }

    @Test func nearMayMeanTheZone() {
        var stage = stage()
        stage.add(labelled("db", "db", spec: #"{"nodeSelector":{"zone":"z1"}}"#))
        _ = stage.take()
        for index in 0..<6 { stage.add(labelled("web\(index)", "web", spec: near("db", key: "zone"))) }
        #expect(Set(stage.take().places.values) == ["n1", "n2"])
    }

    @Test func awayFromEachOther() {
        var stage = stage()
        for index in 0..<4 { stage.add(labelled("web\(index)", "web", spec: away("web"))) }
        #expect(Set(stage.effects.places.values).count == 3)
        stage.wait(.milliseconds(1_000))
        #expect(
            stage.take().complaints == [
                "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules."
            ])
    }

    @Test func thoseWhoAreThereKeepOthersAway() {
        var stage = stage(1)
        stage.add(labelled("shy", "shy", spec: away("web")))
        stage.add(labelled("web", "web"))
        #expect(stage.effects.places == ["shy": "n0"])
        stage.wait(.milliseconds(1_000))
        #expect(
            stage.take().complaints == [
                "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules."
            ])
    }

    @Test func wishesAreWishes() {
        var stage = stage()
        stage.add(labelled("db", "db"))
        let home = stage.take().places["db"]
        let wish = #"{"weight":100,"podAffinityTerm":\#(term("db"))}"#
        let spec = #"{"affinity":{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[\#(wish)]}}}"#
        stage.add(labelled("web", "web", spec: spec))
        #expect(stage.take().places["web"] == home)
        let dislike =
            #"{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[\#(wish)]}}}"#
        for index in 0..<4 { stage.add(labelled("far\(index)", "far", spec: dislike)) }
        #expect(!stage.take().places.values.contains(home ?? ""))
    }
}
