import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// Single pods: what they run, how they end, how they are looked at.
    @Suite struct PodScenarioTests {
        /// S-11.
        @Test func helloWorldRunsAndIsDone() async throws {
            let project = try await Project.make("default")
            #expect(try await project.create("f-08").text == "pod/hello-world created\n")
            let row = try await project.until("pod", "hello-world") { $0.contains("Completed") }.words
            #expect(Array(row.prefix(4)) == ["hello-world", "0/1", "Completed", "0"])
            let heading = try await project("get", "pod", "hello-world").lines[0].words
            #expect(heading == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
            #expect(try await project("logs", "hello-world").text == "Hello World\n")
            #expect(try await project("logs", "hello-world", "hello").text == "Hello World\n")
            try await project.describes(
                "pod/hello-world",
                [
                    #"Status: +Succeeded"#, #"State: +Terminated"#, #"Reason: +Completed"#, #"Exit Code: +0"#,
                    #"Started: +\w"#, #"Finished: +\w"#, #"Ready: +False"#, #"Restart Count: +0"#,
                ])
            #expect(try await project("delete", "pod", "hello-world").text == "pod \"hello-world\" deleted\n")
        }

        private static func web(_ name: String, image: String = "nginx", policy: String = "Always") -> String {
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name), labels: {run: \(name)}}
            spec:
              restartPolicy: \(policy)
              terminationGracePeriodSeconds: 1
              containers: [{name: web, image: "\(image)", ports: [{containerPort: 80}]}]
            """
        }

        /// S-13, with an image that may change, as in 1.20, and a policy that may not.
        @Test func podsAreReadReplacedAndDeleted() async throws {
            let project = try await Project.make("s13")
            try await project.create(manifest: Self.web("my-pod"))
            try await project.ready("pod/my-pod")
            #expect(try await project.row("pod", "my-pod").prefix(4) == ["my-pod", "1/1", "Running", "0"])
            #expect(try await project("get", "pod", "my-pod", "-o", "json").json["status"]?["phase"] == "Running")
            #expect(try await project("get", "pod", "my-pod", "-o", "yaml").text.contains("  phase: Running\n"))
            let phase = try await project("get", "pods", "my-pod", "-o", "go-template", "--template={{.status.phase}}")
            #expect(phase.text == "Running")
            try await project.describes(
                "pod/my-pod",
                [
                    #"Node: +kube-node-1/10\.77\.0\.1"#, #"Start Time: +\w"#, #"Labels: +run=my-pod"#,
                    #"Status: +Running"#, #"IP: +10\.244\.1\.\d+"#, #"Container ID: +docker://[0-9a-f]{64}"#,
                    #"Image: +nginx"#, #"Image ID: +docker"#, #"Port: +80/TCP"#, #"State: +Running"#,
                    #"Conditions:\n +Type +Status"#, #"Ready +True"#, #"QoS Class: +BestEffort"#,
                    #"Scheduled .*Successfully assigned s13/my-pod to kube-node-1"#, #"Pulling image "nginx""#,
                    #"Successfully pulled image "nginx""#, #"Created container web"#, #"Started container web"#,
                ])
            // A manifest has no node, and to take a pod from its node is refused; an image may change where it is.
            let other = try project.write(Self.web("my-pod", image: "my-web:v1"))
            let refused = try await project.refusal("replace", "-f", other)
            #expect(refused.contains("spec: Forbidden: pod updates may not change fields other than"), "\(refused)")
            #expect(
                try await project("set", "image", "pod/my-pod", "web=my-web:v1").text == "pod/my-pod image updated\n")
            try await project.until("pod", "my-pod") { $0.words.prefix(4) == ["my-pod", "1/1", "Running", "1"] }
            #expect(try await project.value("pod/my-pod", ".status.containerStatuses[0].image") == "my-web:v1")
            let uid = try await project.value("pod/my-pod", ".metadata.uid")
            let replaced = try await project("replace", "--force", "--grace-period=0", "-f", other)
            #expect(replaced.text.contains("pod/my-pod replaced"), "\(replaced.text)")
            try await project.ready("pod/my-pod")
            #expect(try await project.value("pod/my-pod", ".metadata.uid") != uid)
            #expect(try await project("delete", "pod", "--all").text == "pod \"my-pod\" deleted\n")
            #expect(try await project("get", "pods").errors == "No resources found in s13 namespace.\n")
        }

        /// S-15.
        @Test func commandAndArgumentsReplaceTheImagesOwn() async throws {
            let project = try await Project.make("s15")
            let rows = [
                ("neither", "", "/ep-1 foo bar"), ("command", "command: [/ep-2]", "/ep-2"),
                ("args", "args: [zoo, boo]", "/ep-1 zoo boo"),
                ("both", "command: [/ep-2], args: [zoo, boo]", "/ep-2 zoo boo"),
            ]
            for (name, words, _) in rows {
                try await project.create(
                    manifest: """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: \(name)}
                        spec: {restartPolicy: Never, containers: [{name: c, image: "example/entry:v1", \(words)}]}
                        """)
            }
            for (name, _, printed) in rows {
                try await project.until("pod", name) { $0.contains("Completed") }
                #expect(try await project("logs", name).text == printed + "\n", "\(name)")
            }
            try await project.create("f-09")
            try await project.until("pod", "hello-args") { $0.contains("Completed") }
            #expect(try await project("logs", "hello-args").text == "Hello World\n")
        }

        /// S-16.
        @Test func environmentsAreExpandedAndTellThePodAboutItself() async throws {
            let project = try await Project.make("default")
            try await project.create("f-13")
            try await project.create("f-14")
            try await project.until("pod", "hello-env") { $0.contains("Completed") }
            #expect(try await project("logs", "hello-env").text == "hello world\n")
            try await project.ready("pod/downwardapi-env")
            let lines = try await project("exec", "downwardapi-env", "--", "env").lines.filter {
                $0.hasPrefix("MY_POD")
            }
            let address = try await project.value("pod/downwardapi-env", ".status.podIP")
            #expect(
                lines.sorted() == [
                    "MY_POD_IP=\(address)", "MY_POD_NAME=downwardapi-env", "MY_POD_NAMESPACE=default",
                ])
            try await project.delete("pod", "hello-env", "downwardapi-env")
        }

        /// S-18.
        @Test func containersOfAPodShareAVolume() async throws {
            let project = try await Project.make("s18")
            try? FileManager.default.removeItem(atPath: "/tmp/hello")
            defer { try? FileManager.default.removeItem(atPath: "/tmp/hello") }
            try await project.create("f-16")
            try await project.until("pod", "shared") { $0.contains("Completed") && $0.contains("0/2") }
            #expect(try await project("logs", "shared", "hello").text == "Hello World\n")
        }

        /// S-20.
        @Test func restartsAreCounted() async throws {
            let project = try await Project.make("s20")
            try await project.create("f-18")
            let row = try await project.until("pod", "on-failure-restart-pod", within: .seconds(100)) { line in
                line.words.count > 3 && line.words[3] == "3" && line.contains("Error")
            }
            #expect(row.words.prefix(4) == ["on-failure-restart-pod", "0/1", "Error", "3"])
            let template = "--template={{range .status.containerStatuses}}{{.name}}:{{.restartCount}}{{end}}"
            #expect(try await project("get", "pod", "on-failure-restart-pod", template).text == "container:3")
        }

        /// S-22, with the warning going to the host instead of a machine of that name.
        @Test func hooksRunAfterTheStartAndBeforeTheEnd() async throws {
            let project = try await Project.make("s22")
            let host = project.pool.hosts.hosts[0]
            let monitor = try host.namespace.start(
                "/usr/bin/python3", ["-u", "-m", "http.server", "--bind", host.address, "8099"], in: project.pool.scope,
                name: "monitor")
            try await monitor.waitForLine(containing: "Serving", in: .standardOutput)
            let manifest = try String(contentsOfFile: try Roost.fixture("f-19"), encoding: .utf8)
                .replacingOccurrences(of: "monitor.example.com", with: host.address)
                .replacingOccurrences(of: "port: 8080", with: "port: 8099")
            try await project.create(manifest: manifest)
            try await project.ready("pod/hooks")
            #expect(try await project("exec", "hooks", "--", "cat", "/app/sample.war").text == "war\n")
            #expect(!monitor.output(.standardError).contains("/warning"))
            try await project("delete", "pod", "hooks")
            #expect(monitor.output(.standardError).contains("GET /warning"))
            monitor.stop()
        }

        /// A probe's manifest with shorter times, but more of it for the command itself.
        private func quick(_ fixture: String) throws -> String {
            try String(contentsOfFile: try Roost.fixture(fixture), encoding: .utf8)
                .replacingOccurrences(of: "sleep 60", with: "sleep 15")
                .replacingOccurrences(
                    of: "initialDelaySeconds: 15", with: "initialDelaySeconds: 1\n      periodSeconds: 1"
                )
                .replacingOccurrences(of: "timeoutSeconds: 1", with: "timeoutSeconds: 10")
                .replacingOccurrences(of: "spec:\n", with: "spec:\n  terminationGracePeriodSeconds: 1\n")
        }

        /// S-23.
        @Test func aContainerThatIsNotAliveIsRestarted() async throws {
            let project = try await Project.make("s23")
            try await project.create(manifest: try quick("f-21"))
            try await project.until("pod", "liveness-exec-pod") {
                $0.words.prefix(4) == ["liveness-exec-pod", "1/1", "Running", "0"]
            }
            try await project.until("pod", "liveness-exec-pod") {
                $0.words.prefix(4) == ["liveness-exec-pod", "1/1", "Running", "1"]
            }
            try await project.describes(
                "pod/liveness-exec-pod",
                [
                    #"Unhealthy .*Liveness probe failed: cat: .*/tmp/health.*: No such file or directory"#,
                    #"Killing .*Container liveness failed liveness probe, will be restarted"#,
                ])
        }

        /// S-24.
        @Test func aPodThatIsNotReadyTakesNoTraffic() async throws {
            let project = try await Project.make("s24")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: probed}
                    spec: {selector: {test: readiness}, ports: [{port: 80}]}
                    """)
            try await project.create(manifest: try quick("f-22"))
            try await project.until("pod", "readiness-exec-pod") {
                $0.words.prefix(4) == ["readiness-exec-pod", "1/1", "Running", "0"]
            }
            let address = try await project.value("pod/readiness-exec-pod", ".status.podIP")
            try await project.until("endpoints", "probed") { $0.contains("\(address):80") }
            try await project.until("pod", "readiness-exec-pod") {
                $0.words.prefix(4) == ["readiness-exec-pod", "0/1", "Running", "0"]
            }
            try await project.until("endpoints", "probed") { $0.hasPrefix("probed") && !$0.contains(address) }
            try await project.describes(
                "pod/readiness-exec-pod",
                [#"Unhealthy .*Readiness probe failed: cat: .*/tmp/ready.*: No such file or directory"#])
        }

        /// S-26; a container that waits for another try shows its last words, as in 1.20.
        @Test func logsAreKeptOverARestart() async throws {
            let project = try await Project.make("s26")
            try await project.create("f-25")
            // The column shows the word of the first container that has one.
            let state = ".status.containerStatuses[1].state.waiting.reason"
            try await project.until("pod", "log-pod", "-o", "jsonpath={\(state)}{\"\\n\"}") { $0 == "CrashLoopBackOff" }
            #expect(try await project.row("pod", "log-pod").prefix(3) == ["log-pod", "0/2", "Completed"])
            let (first, second) = (
                try await project("logs", "log-pod", "container1").text,
                try await project("logs", "log-pod", "container2", "--previous").text
            )
            #expect(first.contains(#/^container1: \d{4}-\d\d-\d\d /#), "\(first)")
            #expect(second.contains(#/^container2: \d{4}-\d\d-\d\d /#), "\(second)")
            let unnamed = try await project.refusal("logs", "log-pod")
            #expect(
                unnamed.contains(
                    "a container name must be specified for pod log-pod, choose one of: [container1 container2]"))
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: absent}
                    spec: {containers: [{name: c, image: "example/absent:v1"}]}
                    """)
            try await project.until("pod", "absent") { $0.contains("ErrImagePull") || $0.contains("ImagePullBackOff") }
            let waiting = try await project.refusal("logs", "absent")
            #expect(
                waiting.contains("(BadRequest): container \"c\" in pod \"absent\" is waiting to start: "), "\(waiting)")
            #expect(waiting.contains("trying and failing to pull image") || waiting.contains("image can't be pulled"))
            try await project.describes(
                "pod/absent", [#"Failed to pull image "example/absent:v1""#, #"Status: +Pending"#])
        }

        /// S-27.
        @Test func lastWordsAreKept() async throws {
            let project = try await Project.make("s27")
            try await project.create("f-26")
            let path = ".status.containerStatuses[0].lastState.terminated.message"
            try await project.until("pod", "w-message-pod", "-o", "jsonpath={\(path)}{\"\\n\"}") {
                $0.contains(/^\d{4}-\d\d-\d\d .*I was going to die/)
            }
            #expect(try await project.value("pod/w-message-pod", ".status.containerStatuses[0].restartCount") != "0")
        }

        /// S-28.
        @Test func commandsRunInContainersAndTheirOutputIsJoined() async throws {
            let project = try await Project.make("s28")
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: my-pod}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: first
                        image: "ubuntu:14.04"
                        command: [sh, -c, "while :; do echo tick; sleep 0.2; done"]
                        env: [{name: WHO, value: first}]
                      - name: second
                        image: "ubuntu:14.04"
                        command: [sleep, "1000"]
                        env: [{name: WHO, value: second}]
                    """)
            try await project.ready("pod/my-pod")
            #expect(try await project("exec", "my-pod", "--", "date").text.contains(/\d\d:\d\d:\d\d/))
            #expect(try await project("exec", "my-pod", "--", "sh", "-c", "echo $WHO").text == "first\n")
            let named = try await project("exec", "my-pod", "-c", "second", "--", "sh", "-c", "echo $WHO")
            #expect(named.text == "second\n")
            let attached = try project.pool.server.startKubectl(["-n", "s28", "attach", "my-pod"])
            try await attached.waitForLine(containing: "tick", in: .standardOutput)
            attached.stop()
            let command =
                "\(try Roost.kubectl()) --kubeconfig=/dev/null -s \(project.pool.server.url)"
                + " -n s28 exec -ti my-pod /bin/bash"
            let host = project.pool.hosts.hosts[0]
            let shell = try host.namespace.start(
                "/bin/sh",
                [
                    "-c",
                    "(sleep 1; echo 'tty; echo $((40 + 2))'; sleep 1; echo exit) | script -qec '\(command)' /dev/null",
                ],
                in: project.pool.scope, name: "tty")
            _ = try await shell.waitForExit()
            #expect(shell.output().contains("/dev/pts/") && shell.output().contains("42"), "\(shell.tails)")
        }
    }
}

extension Project {
    /// Asserts that a description comes to have lines that match patterns: events follow what they tell of.
    func describes(_ object: String, _ patterns: [String], at location: SourceLocation = #_sourceLocation) async throws
    {
        let wanted = try patterns.map { try Regex($0) }
        var text = ""
        var missing: [String] = []
        let isComplete = try? await eventually(object, within: .seconds(20), every: .milliseconds(200)) {
            text = try await self("describe", object).text
            missing = zip(patterns, wanted).filter { !text.contains($0.1) }.map(\.0)
            return missing.isEmpty ? true : nil
        }
        #expect(isComplete == true, "\(missing) in \(text)", sourceLocation: location)
    }

    /// Writes a manifest to a file.
    func write(_ manifest: String) throws -> String {
        try pool.scope.directory.write(manifest, to: "manifest-\(UInt32.random(in: 0 ... .max)).yaml")
    }
}
