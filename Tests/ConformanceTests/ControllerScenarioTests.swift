import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// Controllers that keep their number of real pods.
    @Suite struct ControllerScenarioTests {
        /// The names of pods of a selector that are not on their way out.
        private func names(_ project: Project, _ selector: String) async throws -> Set<String> {
            let items = try await project("get", "pods", "-l", selector, "-o", "json").json["items"]?.array ?? []
            return Set(
                items.filter { $0["metadata"]?["deletionTimestamp"] == nil }.compactMap {
                    $0["metadata"]?["name"]?.string
                })
        }

        private func awaitCount(
            _ project: Project, _ selector: String, _ count: Int, at location: SourceLocation = #_sourceLocation
        ) async throws -> Set<String> {
            do {
                return try await eventually("\(count) pods of \(selector)", every: .milliseconds(200)) {
                    let found = try await names(project, selector)
                    return found.count == count ? found : nil
                }
            } catch {
                Issue.record("\(try await project("get", "pods", "--show-labels").text)", sourceLocation: location)
                throw error
            }
        }

        /// S-29.
        @Test func aReplicationControllerKeepsItsPods() async throws {
            let project = try await Project.make("s29")
            #expect(try await project.create("f-33").text == "replicationcontroller/my-nginx created\n")
            let first = try await awaitCount(project, "app=nginx", 2)
            try await project.ready("pods", "-l", "app=nginx")
            let table = try await project("get", "pod", "--selector", "app=nginx", "--label-columns", "app").lines
            #expect(table[0].words == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "APP"])
            for line in table.dropFirst() {
                #expect(line.contains(/^my-nginx-[a-z0-9]{5} +1\/1 +Running +0 +\w+ +nginx$/), "\(line)")
            }
            #expect(table.count == 3)
            let victim = try #require(first.min())
            let deleted = try await project("delete", "pod", victim, "--wait=false")
            #expect(deleted.text == "pod \"\(victim)\" deleted\n")
            let second = try await awaitCount(project, "app=nginx", 2)
            #expect(second.subtracting(first).count == 1 && !second.contains(victim))
            try await project.ready(["pods"] + second.sorted())
            let row = try await project.row("rc", "my-nginx")
            #expect(row.prefix(4) == ["my-nginx", "2", "2", "2"])
            // Without its controller a pod may stay, or go with it.
            try await project("delete", "rc", "my-nginx", "--cascade=orphan")
            #expect(try await names(project, "app=nginx") == second)
            try await project.create("f-33")
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "2", "2", "2"] }
            #expect(try await names(project, "app=nginx") == second)
            #expect(
                try await project("delete", "rc", "my-nginx").text == "replicationcontroller \"my-nginx\" deleted\n")
            _ = try await awaitCount(project, "app=nginx", 0)
            // `run` makes a pod, as of 1.18.
            let run = try await project("run", "my-nginx", "--image", "nginx", "--labels", "app=nginx")
            #expect(run.text == "pod/my-nginx created\n")
            try await project.ready("pod/my-nginx")
            try await project.delete("pods", "--all")
        }

        @Test func templatesThatCannotBeKeptAreRefused() async throws {
            let project = try await Project.make("s29-refused")
            let never = try await project.refusal("create", "-f", try Roost.fixture("f-34"))
            #expect(never.contains("spec.template.spec.restartPolicy: Unsupported value: \"Never\""), "\(never)")
            let bare = try project.write(
                """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: bare}
                spec: {selector: {app: a}, template: {spec: {containers: [{name: c, image: nginx}]}}}
                """)
            let unlabelled = try await project.refusal("create", "-f", bare)
            #expect(unlabelled.contains("spec.template.metadata.labels: Invalid value"), "\(unlabelled)")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: PodTemplate
                    metadata: {name: nginx}
                    template:
                      metadata: {labels: {name: nginx}}
                      spec: {containers: [{name: nginx, image: nginx}]}
                    """)
            let table = try await project("get", "podtemplate", "nginx").lines
            #expect(
                table.map(\.words) == [
                    ["NAME", "CONTAINERS", "IMAGES", "POD", "LABELS"], ["nginx", "nginx", "nginx", "name=nginx"],
                ])
        }

        /// S-30.
        @Test func aPodIsTakenOutByItsLabel() async throws {
            let project = try await Project.make("s30")
            try await project.create("f-37")
            let first = try #require(try await awaitCount(project, "app=my-web", 1).first)
            try await project.ready("pod", first)
            #expect(try await project.row("rc", "my-web").prefix(4) == ["my-web", "1", "1", "1"])
            let labelled = try await project("label", "pod", first, "app=debug", "--overwrite")
            #expect(labelled.text == "pod/\(first) labeled\n")
            let new = try #require(try await awaitCount(project, "app=my-web", 1).first)
            #expect(new != first)
            let table = try await project("get", "pod", "--selector", "app", "--label-columns=app").lines
            #expect(table.count == 3)
            #expect(table.contains { $0.hasPrefix(first + " ") && $0.hasSuffix(" debug") })
            #expect(table.contains { $0.hasPrefix(new + " ") && $0.hasSuffix(" my-web") })
            try await project("delete", "pod", first, "--grace-period=1")
            #expect(try await names(project, "app") == [new])
            // A bare pod of the same labels is taken in and is one too many.
            try await project("run", "bare", "--image=my-web:v1", "--labels=app=my-web")
            try await eventually("one pod is left", every: .milliseconds(200)) {
                let left = try await names(project, "app=my-web")
                return left.count == 1
            }
            try await project("delete", "rc", "my-web")
        }

        /// S-31.
        @Test func controllersAreScaled() async throws {
            let project = try await Project.make("s31")
            try await project.create("f-33")
            let two = try await awaitCount(project, "app=nginx", 2)
            let watch = try project.pool.server.startKubectl(["-n", "s31", "get", "pods", "-w"])
            let scaled = try await project("scale", "replicationcontroller", "my-nginx", "--replicas=3")
            #expect(scaled.text == "replicationcontroller/my-nginx scaled\n")
            let three = try await awaitCount(project, "app=nginx", 3)
            #expect(three.isSuperset(of: two))
            try await project("scale", "rc", "my-nginx", "--replicas=1")
            let one = try await awaitCount(project, "app=nginx", 1)
            #expect(one.isSubset(of: three))
            let refused = try await project.refusal("scale", "rc", "my-nginx", "--current-replicas=2", "--replicas=1")
            #expect(refused.contains("Expected replicas to be 2, was 1"), "\(refused)")
            try await project("scale", "rc", "my-nginx", "--replicas=0")
            _ = try await awaitCount(project, "app=nginx", 0)
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "0", "0", "0"] }
            // The watch has shown each pod come and go.
            for name in three {
                try await eventually("\(name) was seen to go") {
                    watch.output().split(separator: "\n").contains {
                        $0.hasPrefix(name + " ") && $0.contains("Terminating")
                    }
                }
            }
            watch.stop()
            try await project("delete", "rc", "my-nginx")
        }

        /// A deployment with real pods: rolled out, changed, rolled back.
        @Test func aDeploymentIsRolledOutAndBack() async throws {
            let project = try await Project.make("rollout")
            let manifest = { (image: String) in
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: x}}
                  template:
                    metadata: {labels: {app: x}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: web, image: "\(image)", imagePullPolicy: IfNotPresent}]
                """
            }
            #expect(
                try await project("apply", "-f", try project.write(manifest("my-web:v1"))).text
                    == "deployment.apps/x created\n")
            let status = try await project("rollout", "status", "deploy/x")
            #expect(status.lines.last == "deployment \"x\" successfully rolled out")
            let again = try await project("apply", "-f", try project.write(manifest("my-web:v1")))
            #expect(again.text == "deployment.apps/x unchanged\n")
            #expect(try await project.row("deploy", "x").prefix(4) == ["x", "3/3", "3", "3"])
            let changed = try await project("apply", "-f", try project.write(manifest("my-web:v2")))
            #expect(changed.text == "deployment.apps/x configured\n")
            try await project("rollout", "status", "deploy/x")
            let images = "jsonpath={.items[*].spec.containers[0].image}"
            try await eventually("only new pods") {
                try await project("get", "pods", "-o", images).text.words == ["my-web:v2", "my-web:v2", "my-web:v2"]
            }
            #expect(try await project("rollout", "undo", "deploy/x").text == "deployment.apps/x rolled back\n")
            try await project("rollout", "status", "deploy/x")
            try await project("delete", "deploy", "x")
            try await eventually("no pods", every: .milliseconds(200)) {
                try await names(project, "app=x").isEmpty
            }
        }
    }
}
