import ClusterBase
import KubeModel
import Testing

@testable import KubeNode

/// What documents of static pods come to.
@Suite struct StaticReaderTests {
    private let reader = StaticPods(nodeName: "Node-1")
    private let now = UnixTime(seconds: 1_767_323_045)

    private func read(_ text: String, _ path: String = "/m/a.yaml") throws -> [KubeObject] {
        try reader.read(Array(text.utf8), from: .file(path), now: now)
    }

    @Test func aPodBecomesTheNodes() throws {
        let text = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: i}]}}"
        let pod = try #require(try read(text).first)
        #expect(pod.key == ObjectKey(namespace: "default", "web-node-1"))
        #expect(pod.uid.count == 32)
        #expect(pod.annotation("kubernetes.io/config.hash") == pod.uid)
        #expect(pod.annotation("kubernetes.io/config.seen") == "2026-01-02T03:04:05Z")
        #expect(pod.text("spec", "nodeName") == "Node-1")
        let again = try #require(try read(text).first)
        #expect(again.uid == pod.uid)
        #expect(try read(text, "/m/b.yaml").first?.uid != pod.uid)
        #expect(try read(text.replacing("image: i", with: "image: j")).first?.uid != pod.uid)
    }

    @Test func listsHoldSeveral() throws {
        let item = { (name: String) in "{metadata: {name: \(name)}, spec: {containers: [{name: c, image: i}]}}" }
        let list = "{apiVersion: v1, kind: PodList, items: [\(item("a")), \(item("b"))]}"
        #expect(try read(list).map(\.name) == ["a-node-1", "b-node-1"])
    }

    @Test(arguments: [
        ("kind: Service\napiVersion: v1", "kind 'Service' is not Pod"),
        ("kind: Pod\napiVersion: v2", "apiVersion 'v2' is not v1"),
        ("kind: Pod\napiVersion: v1", "metadata.name: Required value"),
        ("kind: Pod\napiVersion: v1\nmetadata: {name: a}", "spec.containers: Required value"),
        (
            "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: [{name: c}]}",
            "spec.containers[0].image: Required value"
        ),
        (
            "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i}, {name: c}]}",
            "spec.containers[1].name: Duplicate value: \"c\""
        ),
        ("[1, 2]", "the document is no object"),
    ]) func whatMakesNoPodSaysWhy(text: String, problem: String) {
        #expect(throws: StaticPods.Problem(description: problem)) { try read(text) }
    }
}
