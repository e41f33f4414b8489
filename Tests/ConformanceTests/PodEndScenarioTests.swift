import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// S-21: how pods go on or end, by what happens and by restart policy.
    @Suite struct PodEndScenarioTests {
        private struct Row {
            var name: String
            var policy: String
            /// The containers' shell commands.
            var commands: [String]
            var phase: String
            /// Whether each container is started again.
            var restarts: [Bool]
            var memory = ""
        }

        /// What happens, the containers, and the phase and restarts by policy: Always, OnFailure, Never.
        private static let situations: [(name: String, commands: [String], ends: [(String, [Bool])])] = [
            ("ends", ["exit 0"], [("Running", [true]), ("Succeeded", [false]), ("Succeeded", [false])]),
            ("fails", ["exit 1"], [("Running", [true]), ("Running", [true]), ("Failed", [false])]),
            (
                "one-fails", ["exit 1", "sleep 1000"],
                [("Running", [true, false]), ("Running", [true, false]), ("Running", [false, false])]
            ),
            (
                "both-fail", ["exit 1", "exit 2"],
                [("Running", [true, true]), ("Running", [true, true]), ("Failed", [false, false])]
            ),
            (
                "both-end", ["exit 0", "exit 0"],
                [("Running", [true, true]), ("Succeeded", [false, false]), ("Succeeded", [false, false])]
            ),
            (
                "one-of-both", ["exit 0", "exit 1"],
                [("Running", [true, true]), ("Running", [false, true]), ("Failed", [false, false])]
            ),
            ("memory", ["tail /dev/zero"], [("Running", [true]), ("Running", [true]), ("Failed", [false])]),
        ]

        private static let rows = situations.flatMap { situation in
            zip(["Always", "OnFailure", "Never"], situation.ends).map { policy, end in
                Row(
                    name: situation.name + "-" + policy.lowercased(), policy: policy, commands: situation.commands,
                    phase: end.0, restarts: end.1, memory: situation.name == "memory" ? "16Mi" : "")
            }
        }

        private static func manifest(_ row: Row) -> String {
            let containers = row.commands.enumerated().map { place, command in
                let limit = row.memory.isEmpty ? "" : ", resources: {limits: {memory: \(row.memory)}}"
                return """
                    {name: c\(place), image: "ubuntu:14.04", command: [sh, -c, "\(command)"]\(limit)}
                    """
            }
            return """
                apiVersion: v1
                kind: Pod
                metadata: {name: \(row.name)}
                spec:
                  restartPolicy: \(row.policy)
                  terminationGracePeriodSeconds: 1
                  containers: [\(containers.joined(separator: ", "))]
                """
        }

        /// What is not yet as the row says; empty when all is.
        private static func difference(_ row: Row, _ pod: JSONValue?) -> String {
            let status = pod?["status"]
            let containers = (status?["containerStatuses"]?.array ?? []).sorted {
                ($0["name"]?.string ?? "") < ($1["name"]?.string ?? "")
            }
            let restarted = containers.map { ($0["restartCount"]?.integer ?? 0) > 0 }
            guard status?["phase"]?.string == row.phase, restarted == row.restarts else {
                return
                    "\(row.name): \(status?["phase"]?.string ?? "-") \(restarted), not \(row.phase) \(row.restarts); "
            }
            if row.memory.isEmpty { return "" }
            let ends = ["state", "lastState"].compactMap { containers.first?[$0]?["terminated"] }
            let isKilled = ends.contains { $0["reason"] == "OOMKilled" && $0["exitCode"] == 137 }
            return isKilled ? "" : "\(row.name): not out of memory: \(ends); "
        }

        @Test func everyCellOfTheTableEndsAsItSays() async throws {
            let project = try await Project.make("s21")
            try await project.create(manifest: Self.rows.map(Self.manifest).joined(separator: "\n---\n"))
            var left = ""
            let asExpected = try? await eventually("every pod ends", within: .seconds(120), every: .milliseconds(500)) {
                let items = try await project("get", "pods", "-o", "json").json["items"]?.array ?? []
                left = Self.rows.map { row in
                    Self.difference(row, items.first { $0["metadata"]?["name"]?.string == row.name })
                }.joined()
                return left.isEmpty ? true : nil
            }
            #expect(asExpected == true, "\(left)")
            try await project.describes("pod/fails-always", [#"BackOff .*Back-off restarting failed container"#])
            // What may not be restarted stays as it is.
            let stopped = try await project("get", "pod", "one-fails-never", "fails-never", "both-end-onfailure").lines
            #expect(
                stopped.dropFirst().map { $0.words[1...3].joined(separator: " ") } == [
                    "1/2 Error 0", "0/1 Error 0", "0/2 Completed 0",
                ])
            try await project.delete("pods", "--all")
        }

        @Test func whatCannotRunStaysPendingAndSaysWhy() async throws {
            let project = try await Project.make("s21-pending")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: large}
                    spec: {containers: [{name: c, image: nginx, resources: {limits: {cpu: "1000"}}}]}
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: nowhere}
                    spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]}
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: missing}
                    spec: {containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: absent}}]}]}
                    """)
            try await project.until("events", "--field-selector=involvedObject.name=large") {
                $0.contains("FailedScheduling")
            }
            try await project.until("events", "--field-selector=involvedObject.name=nowhere") {
                $0.contains("FailedScheduling")
            }
            for name in ["large", "nowhere"] {
                #expect(try await project.row("pod", name).prefix(3) == [name, "0/1", "Pending"])
                try await project.describes("pod/\(name)", [#"PodScheduled +False"#, #"FailedScheduling"#])
            }
            try await project.until("pod", "missing") { $0.contains("CreateContainerConfigError") }
            try await project.describes("pod/missing", [#"configmap "absent" not found"#])
            // What was missing comes, and the pod runs.
            try await project("create", "configmap", "absent", "--from-literal=a=b")
            try await project.ready("pod/missing")
            try await project.delete("pods", "--all")
        }
    }

    /// S-17 and S-19: pods on ports and in the network of their host, one after the other.
    @Suite(.serialized) struct HostPortScenarioTests {
        @Test func aHostPortReachesItsContainerAndIsHeldOnce() async throws {
            let project = try await Project.make("s17")
            let host = project.pool.hosts.hosts[0]
            try await project.create("f-15")
            try await project.ready("pod/my-nginx")
            #expect(try await project.onHost("curl -sSf http://\(host.address):80/") == "my-nginx\n")
            let second = try String(contentsOfFile: try Roost.fixture("f-15"), encoding: .utf8)
                .replacingOccurrences(of: "name: my-nginx", with: "name: second")
            try await project.create(manifest: second)
            try await project.until("events", "--field-selector=involvedObject.name=second") {
                $0.contains("FailedScheduling")
            }
            #expect(try await project.row("pod", "second").prefix(3) == ["second", "0/1", "Pending"])
            try await project("delete", "pod", "my-nginx", "--grace-period=1")
            try await project.ready("pod/second")
            #expect(try await project.onHost("curl -sSf http://\(host.address):80/") == "second\n")
            try await project("delete", "pod", "second", "--grace-period=1")
        }

        @Test(arguments: [
            ("{containerPort: 0}", "containerPort: Required value"),
            ("{containerPort: 65536}", "containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive"),
            (
                "{containerPort: 80, hostPort: 65536}",
                "hostPort: Invalid value: 65536: must be between 1 and 65535, inclusive"
            ),
            ("{containerPort: 80, name: a}, {containerPort: 81, name: a}", "ports[1].name: Duplicate value: \"a\""),
        ])
        func portsThatCannotBeAreRefused(ports: String, words: String) async throws {
            let project = try await Project.make("default")
            let file = try project.write(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: refused}
                spec: {containers: [{name: c, image: nginx, ports: [\(ports)]}]}
                """)
            let refusal = try await project.refusal("create", "--validate=false", "-f", file)
            #expect(refusal.contains(words), "\(refusal)")
        }

        @Test func aPodMayHaveTheNetworkOfItsHost() async throws {
            let project = try await Project.make("s19")
            let host = project.pool.hosts.hosts[0]
            try await project("run", "my-app", "--image=nginx", "--restart=Never")
            try await project.ready("pod/my-app")
            let address = try await project("get", "pod", "my-app", "--template={{.status.podIP}}").text
            #expect(address.hasPrefix("10.244.1."))
            try await project("delete", "pod", "my-app", "--grace-period=1")
            try await project.create("f-17")
            try await project.ready("pod/my-app")
            #expect(try await project("get", "pod", "my-app", "--template={{.status.podIP}}").text == host.address)
            #expect(
                try await project.onHost("curl -sSf -o /dev/null -w %{http_code} http://\(host.address):80/") == "200")
            try await project("delete", "pod", "my-app", "--grace-period=1")
        }
    }
}
