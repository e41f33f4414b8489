import ClusterBase
import Foundation
import TestSupport
import Testing

extension PodScenarios {
    /// Services in front of real pods: addresses, names, ports.
    @Suite struct ServiceScenarioTests {
        private static func service(_ name: String, _ spec: String) -> String {
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(name)}
            spec: {\(spec)}
            """
        }

        /// A pod to ask from.
        private func client(_ project: Project, _ name: String = "my-app", more: String = "") async throws {
            try await project.create(
                manifest: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: \(name)}
                    spec:
                      terminationGracePeriodSeconds: 1
                      \(more)
                      containers: [{name: c, image: "ubuntu:14.04", command: [sleep, "1000"]}]
                    """)
            try await project.ready("pod/\(name)")
        }

        /// Who answers at an address, asked from the host until somebody does; the answer is a pod's name.
        private func ask(_ project: Project, _ address: String) async throws -> String {
            try await eventually("an answer at \(address)", within: .seconds(20), every: .milliseconds(100)) {
                let page = try await project.onHost("curl -sS -m 5 http://\(address)/ || true")
                return page.isEmpty ? nil : page.trimmingCharacters(in: .whitespacesAndNewlines)
            }
        }

        private func words(_ project: Project, _ path: String) async throws -> Set<String> {
            Set(try await project("get", "pods", "-l", "app=nginx", "-o", "jsonpath={\(path)}").text.words)
        }

        /// S-36, and S-37's affinity.
        @Test func aServiceStandsInFrontOfThreePods() async throws {
            let project = try await Project.make("s36")
            try await project.create("f-33")
            try await project("scale", "rc", "my-nginx", "--replicas=3")
            let created = try await project.create("f-45")
            #expect(
                created.text
                    == ["my-nginx", "fixed", "headless", "sticky"].map { "service/\($0) created\n" }.joined()
            )
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "3", "3", "3"] }
            let table = try await project("get", "service", "my-nginx", "-o", "wide").lines
            #expect(table[0].words == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR"])
            #expect(
                table[1].contains(/^my-nginx +ClusterIP +10\.254\.\d+\.\d+ +<none> +80\/TCP +\w+ +app=nginx$/),
                "\(table[1])")
            let addresses = try await words(project, ".items[*].status.podIP")
            try await project.until("endpoints", "my-nginx") { line in
                Set((line.words.dropFirst().first ?? "").split(separator: ",").map(String.init))
                    == Set(addresses.map { $0 + ":80" })
            }
            try await project.describes(
                "service/my-nginx",
                [
                    #"Name: +my-nginx"#, #"Namespace: +s36"#, #"Labels: +<none>"#, #"Selector: +app=nginx"#,
                    #"Type: +ClusterIP"#, #"IP: +10\.254\."#, #"Port: +<unset> +80/TCP"#,
                    #"Endpoints: +10\.244\.1\.\d+:80,10\.244\.1\.\d+:80,10\.244\.1\.\d+:80"#,
                    #"Session Affinity: +None"#, #"Events: +<none>"#,
                ])
            // From the host and from a pod, spread over all three.
            let names = try await words(project, ".items[*].metadata.name")
            let address = try await project.value("service/my-nginx", ".spec.clusterIP")
            var answered: Set<String> = []
            for _ in 0..<60 where answered.count < 3 { answered.insert(try await ask(project, address)) }
            #expect(answered == names)
            try await client(project)
            let inside = try await project("exec", "my-app", "--", "wget", "-qO-", "http://\(address)/").text
            #expect(names.contains(inside.trimmingCharacters(in: .newlines)), "\(inside)")
            // The address that was asked for, none, and always the same pod.
            #expect(try await project.value("service/fixed", ".spec.clusterIP") == "10.254.249.161")
            #expect(names.contains(try await ask(project, "10.254.249.161")))
            #expect(try await project.row("service", "headless")[2] == "None")
            let sticky = try await project.value("service/sticky", ".spec.clusterIP")
            var met: Set<String> = []
            for _ in 0..<12 { met.insert(try await ask(project, sticky)) }
            #expect(met.count == 1 && met.isSubset(of: names))
            try await project("scale", "rc", "my-nginx", "--replicas=1")
            try await project.until("endpoints", "my-nginx") {
                $0.words.count == 3 && !$0.words[1].contains(",") && $0.words[1].hasSuffix(":80")
            }
            let left = try await ask(project, address)
            #expect(names.contains(left))
            let fallback = try await ask(project, address)
            #expect(fallback == left)
            try await project("delete", "rc", "my-nginx")
            try await project("delete", "service", "--all")
        }

        @Test func theApisOwnServiceIsListedAndAddressesAreCheckedBeforeTheyAreGiven() async throws {
            let project = try await Project.make("default")
            let own = try await project.row("service", "kubernetes")
            #expect(own.prefix(5) == ["kubernetes", "ClusterIP", "10.254.0.1", "<none>", "443/TCP"])
            for (address, words) in [
                ("10.99.0.1", "provided IP is not in the valid range"),
                ("10.254.0.1", "provided IP is already allocated"),
            ] {
                let file = try project.write(Self.service("refused", "clusterIP: \(address), ports: [{port: 80}]"))
                let refusal = try await project.refusal("create", "-f", file)
                #expect(refusal.contains(words), "\(refusal)")
            }
            let unnamed = try project.write(Self.service("unnamed", "ports: [{port: 80}, {port: 443}]"))
            let refusal = try await project.refusal("create", "-f", unnamed)
            #expect(refusal.contains("spec.ports[0].name: Required value"), "\(refusal)")
            let far = try project.write(Self.service("far", "type: NodePort, ports: [{port: 80, nodePort: 29999}]"))
            let range = try await project.refusal("create", "-f", far)
            #expect(
                range.contains("provided port is not in the valid range. The range of valid ports is 30000-32767"),
                "\(range)")
        }

        /// S-37.
        @Test func twoPortsAreServed() async throws {
            let project = try await Project.make("s37")
            try await project.create("f-33")
            try await project.create("f-49")
            #expect(try await project.row("service", "my-nginx")[4] == "80/TCP,443/TCP")
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "2", "2", "2"] }
            try await project.until("endpoints", "my-nginx") { $0.contains(":80") && $0.contains(":443") }
            try await project.describes(
                "service/my-nginx",
                [
                    #"Port: +http +80/TCP"#, #"Endpoints: +[\d.]+:80,[\d.]+:80"#, #"Port: +https +443/TCP"#,
                    #"Endpoints: +[\d.]+:443,[\d.]+:443"#,
                ])
            let endpoints = try await project("get", "endpoints", "my-nginx", "-o", "json").json
            let ports = endpoints["subsets"]?.array?.first?["ports"]?.array ?? []
            #expect(
                Set(ports.map { "\($0["name"]?.string ?? "") \($0["port"]?.integer ?? 0)" }) == [
                    "http 80", "https 443",
                ])
            let address = try await project.value("service/my-nginx", ".spec.clusterIP")
            let names = try await words(project, ".items[*].metadata.name")
            #expect(names.contains(try await ask(project, address)))
            #expect(names.contains(try await ask(project, address + ":443")))
            try await project("delete", "rc,service", "my-nginx")
        }

        /// S-40 and S-41.
        @Test func servicesHaveNames() async throws {
            let outside = try await Project.make("s40")
            let inside = try await Project.make("my-ns")
            try await inside.create(
                manifest: Self.service("my-service", "selector: {run: web}, ports: [{name: http, port: 80}]"))
            try await inside("run", "web", "--image=nginx")
            let address = try await inside.value("service/my-service", ".spec.clusterIP")
            try await client(outside)
            try await client(inside)
            try await client(outside, "plain", more: "dnsPolicy: Default")
            let host = try String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)
            let servers = host.split(separator: "\n").filter { $0.hasPrefix("nameserver") }.map(String.init)
            let file = try await outside("exec", "my-app", "--", "cat", "/etc/resolv.conf").lines
            #expect(
                file.filter { $0.hasPrefix("nameserver") } == ["nameserver \(PodPool.clusterDNS)"] + servers.prefix(2))
            #expect(file.contains { $0.hasPrefix("search s40.svc.cluster.local svc.cluster.local cluster.local") })
            #expect(file.contains("options ndots:5"))
            let plain = try await outside("exec", "plain", "--", "cat", "/etc/resolv.conf").lines
            #expect(plain.filter { $0.hasPrefix("nameserver") } == servers && !plain.joined().contains("ndots:5"))
            for name in ["my-service.my-ns.svc.cluster.local", "my-service.my-ns.cluster.local"] {
                let text = try await outside("exec", "my-app", "--", "nslookup", "-type=a", name).text
                #expect(text.contains("Server:\t\t\(PodPool.clusterDNS)\n"), "\(text)")
                #expect(text.contains("Name:\t\(name)\nAddress: \(address)\n"), "\(text)")
            }
            // The program asks for the name in all domains of the search list, and fails for those without it.
            let short = try await inside.run(["exec", "my-app", "--", "nslookup", "-type=a", "my-service"]).text
            #expect(short.contains("Name:\tmy-service.my-ns.svc.cluster.local\nAddress: \(address)\n"), "\(short)")
            try await inside.ready("pod/web")
            for (project, name) in [
                (inside, "my-service"), (outside, "my-service.my-ns"), (outside, "my-service.my-ns.svc"),
            ] {
                #expect(try await project("exec", "my-app", "--", "wget", "-qO-", "http://\(name)/").text == "web\n")
            }

            try await inside.create(
                manifest: Self.service("headless", "clusterIP: None, ports: [{name: http, port: 80}]"))
            try await inside.create(
                manifest: """
                    apiVersion: v1
                    kind: Endpoints
                    metadata: {name: headless}
                    subsets:
                    - addresses: [{ip: 10.0.62.19}, {ip: 10.0.62.20}, {ip: 10.0.62.21}]
                      ports: [{name: http, port: 80}]
                    """)
            try await eventually("the name lists three addresses") {
                let run = try await inside.run(["exec", "my-app", "--", "nslookup", "-type=a", "headless"])
                let found = run.lines.filter { $0.hasPrefix("Address: 10.0.62.") }
                return Set(found) == ["Address: 10.0.62.19", "Address: 10.0.62.20", "Address: 10.0.62.21"]
            }
            for project in [inside, outside] { try await project.delete("pods", "--all") }
        }

        /// S-42.
        @Test func aNodePortReachesTheService() async throws {
            let project = try await Project.make("s42")
            try await project.create("f-51")
            try await project.describes(
                "service/my-nginx",
                [
                    #"Type: +NodePort"#, #"IP: +10\.254\."#, #"Port: +http +80/TCP"#, #"NodePort: +http +3\d{4}/TCP"#,
                    #"Endpoints: +<none>"#,
                ])
            try await project.create("f-33")
            try await project.until("rc", "my-nginx") { $0.words.prefix(4) == ["my-nginx", "2", "2", "2"] }
            try await project.until("endpoints", "my-nginx") { $0.contains(":80") }
            let port = try await project.value("service/my-nginx", ".spec.ports[0].nodePort")
            let names = try await words(project, ".items[*].metadata.name")
            let node = project.pool.hosts.hosts[0].address
            #expect(names.contains(try await ask(project, "\(node):\(port)")))
            #expect(try await project.row("service", "my-nginx")[4] == "80:\(port)/TCP")
            try await project("delete", "rc,service", "my-nginx")
            // The port is closed again.
            try await eventually("the port is closed") {
                try await project.onHost("curl -s -m 1 http://\(node):\(port)/ > /dev/null && echo open || echo closed")
                    == "closed\n"
            }
        }
    }
}
