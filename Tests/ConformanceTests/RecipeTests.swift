import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// The recipes that need a node, by `kubectl` and by the Python client.
    @Suite struct RecipeTests {
        private static let web = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: c, image: nginx, imagePullPolicy: IfNotPresent}]
            """

        @Test func aFreshClientSeesColumnsAppliesOnceAndDeletesWithoutWaiting() async throws {
            let project = try await Project.make("recipes")
            let file = try project.write(Self.web)
            #expect(try await project("apply", "-f", file).text == "pod/p created\n")
            #expect(try await project("apply", "-f", file).text == "pod/p unchanged\n")
            try await project.ready("pod/p")
            let cache = try project.pool.scope.directory.makeDirectory("fresh-cache")
            let all = try await project("get", "all", "-A", "-o", "wide", "--cache-dir=\(cache)").lines
            #expect(all[0].words.prefix(6) == ["NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE"])
            #expect(all.contains { $0.contains("service/kubernetes") && $0.contains("ClusterIP") })
            let node = try await project("get", "node", "-o", "wide").lines
            #expect(node[0].words.prefix(5) == ["NAME", "STATUS", "ROLES", "AGE", "VERSION"])
            #expect(node[1].words[0...1] == ["kube-node-1", "Ready"] && node[1].contains("docker://"))
            #expect(try await project("delete", "pod", "p", within: .seconds(20)).text == "pod \"p\" deleted\n")
        }

        @Test func commandsFilesAndPortsOfAPod() async throws {
            let project = try await Project.make("streams")
            let (pool, scope) = (project.pool, project.pool.scope)
            try await project.create(manifest: Self.web)
            try await project.ready("pod/p")
            let failed = try await project.run(["exec", "p", "--", "sh", "-c", "exit 7"])
            #expect(failed.status == .exited(7) && failed.errors.contains("command terminated with exit code 7"))
            let client = "\(try Roost.kubectl()) --kubeconfig=/dev/null -s \(pool.server.url) -n streams"
            #expect(try await project.onHost("printf abc | \(client) exec -i p -- cat") == "abc")
            let large = try await project("exec", "p", "--", "head", "-c", "3000000", "/dev/zero")
            #expect(large.text.utf8.count == 3_000_000)
            // There and back again, twice.
            let file = try scope.directory.write(String(repeating: "roost\n", count: 50_000), to: "there")
            for round in 0..<2 {
                try await project("cp", file, "p:/tmp/there-\(round)")
                let back = scope.directory.path("back-\(round)")
                try await project("cp", "p:/tmp/there-\(round)", back)
                #expect(FileManager.default.contentsEqual(atPath: file, andPath: back))
            }
            let forward = try pool.server.startKubectl(["-n", "streams", "port-forward", "pod/p", ":80"])
            try await forward.waitForLine(containing: "Forwarding from 127.0.0.1", in: .standardOutput)
            let line = try #require(forward.output().split(separator: "\n").first { $0.contains("127.0.0.1:") })
            let port = line.split(separator: ":")[1].prefix { $0.isNumber }
            let pages = try await project.onHost(
                """
                for round in 1 2 3; do curl -sS http://127.0.0.1:\(port)/; done
                for number in $(seq 10); do curl -sS http://127.0.0.1:\(port)/ & done
                wait
                """)
            #expect(pages == String(repeating: "p\n", count: 13))
            forward.stop()
            try await project.delete("pod", "p")
        }

        @Test func logsAreFollowedToTheEnd() async throws {
            let project = try await Project.make("follow")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: p}
                    spec:
                      restartPolicy: Never
                      containers:
                      - name: c
                        image: "ubuntu:14.04"
                        command: [sh, -c, "for i in 1 2 3 4 5; do echo line $i; sleep 0.3; done"]
                    """)
            try await project.until("pod", "p") { $0.contains("Running") || $0.contains("Completed") }
            let lines = (1...5).map { "line \($0)" }
            #expect(try await project("logs", "-f", "p", within: .seconds(60)).lines == lines)
            #expect(try await project("logs", "p", "--tail=2").lines == ["line 4", "line 5"])
            #expect(
                try await project("logs", "p", "--timestamps", "--limit-bytes=40").lines[0].contains(
                    /^\d{4}-\d\d-\d\dT[\d:.]+Z line/))
            try await project.delete("pod", "p")
        }

        @Test func thePythonClientRunsPods() async throws {
            let project = try await Project.make("python")
            let process = try project.pool.hosts.hosts[0].namespace.start(
                try Roost.python("kubernetes"),
                [Roost.client("kubernetes_pods.py"), project.pool.server.url, "python"],
                in: project.pool.scope, name: "python")
            #expect(try await process.waitForExit(within: .seconds(120)) == .exited(0), "\(process.tails)")
            let steps = process.output().split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            #expect(steps.last?["left"]?.integer == 0, "\(process.tails)")
            #expect((steps.first?["count"]?.integer ?? 0) > 10)
        }
    }
}
