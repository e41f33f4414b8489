import KubeModel
import KubeletCore
import Testing

/// What sandboxes are made with: names, resolver, ports (spec `kubernetes/06` §6.6, scenario S-40).
struct ConfigSandboxTests {
    private static let host = SandboxConfig.Resolver(
        servers: ["127.0.0.53", "218.85.157.99"], searches: ["example.com"], options: ["timeout:1"])

    private func resolve(
        _ spec: String, servers: [String] = ["10.254.10.2"], host: SandboxConfig.Resolver = Self.host
    ) -> (resolver: SandboxConfig.Resolver?, warnings: [ConfigWarning]) {
        ResolverBuilder(clusterServers: servers, clusterDomain: "cluster.local", host: host)
            .build(PodView(ConfigFixture.pod(spec: spec)))
    }

    private static let cluster = SandboxConfig.Resolver(
        servers: ["10.254.10.2", "218.85.157.99"],
        searches: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"], options: ["ndots:5"])

    @Test(arguments: ["", #""dnsPolicy":"ClusterFirst""#, #""dnsPolicy":"ClusterFirstWithHostNet""#])
    func theClustersServersComeFirst(spec: String) {
        let (resolver, warnings) = resolve(spec)
        #expect(resolver == Self.cluster)
        #expect(warnings.isEmpty)
    }

    @Test(arguments: [
        #""dnsPolicy":"Default""#, #""dnsPolicy":"Default","hostNetwork":true"#,
        #""dnsPolicy":"ClusterFirst","hostNetwork":true"#,
    ])
    func theHostsFileIsLeftAsItIs(spec: String) {
        #expect(resolve(spec).resolver == nil)
    }

    @Test func onTheHostsNetworkTheClustersNamesMustBeAskedFor() {
        let resolver = resolve(#""dnsPolicy":"ClusterFirstWithHostNet","hostNetwork":true"#).resolver
        #expect(resolver?.servers == ["10.254.10.2", "127.0.0.53", "218.85.157.99"])
    }

    @Test func aClusterWithoutDNSIsToldOf() {
        let (resolver, warnings) = resolve("", servers: [])
        #expect(resolver == nil)
        #expect(warnings.map(\.reason) == ["MissingClusterDNS"])
        #expect(warnings.first?.message.hasPrefix("pod: \"web_shop(u-1)\".") == true)
    }

    @Test func aPodMaySayAllOfIt() {
        let config = """
            "dnsConfig":{"nameservers":["192.0.2.3","192.0.2.4"],"searches":["a.test"],
            "options":[{"name":"ndots","value":"2"},{"name":"rotate"}]}
            """
        let none = resolve("\"dnsPolicy\":\"None\",\(config)").resolver
        #expect(none?.servers == ["192.0.2.3", "192.0.2.4"])
        #expect(none?.searches == ["a.test"])
        #expect(none?.options == ["ndots:2", "rotate"])
        let cluster = resolve(config).resolver
        #expect(cluster?.servers == ["10.254.10.2", "192.0.2.3", "192.0.2.4"])
        #expect(cluster?.searches == Self.cluster.searches + ["a.test"])
        #expect(cluster?.options == ["ndots:2", "rotate"])
        let ownHost = resolve("\"dnsPolicy\":\"Default\",\(config)").resolver
        #expect(ownHost?.options == ["timeout:1", "ndots:2", "rotate"])
        #expect(ownHost?.servers == ["127.0.0.53", "218.85.157.99", "192.0.2.3"])
    }

    @Test func noMoreIsToldThanResolversTake() {
        let long = SandboxConfig.Resolver(
            servers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"], searches: (1...9).map { "d\($0).test" })
        let (resolver, warnings) = resolve("", host: long)
        #expect(resolver?.servers == ["10.254.10.2", "192.0.2.1", "192.0.2.2"])
        #expect(
            resolver?.searches
                == ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "d1.test", "d2.test", "d3.test"])
        #expect(warnings.map(\.reason) == ["DNSConfigForming"])
        let wide = SandboxConfig.Resolver(searches: [String(repeating: "x", count: 240)])
        #expect(resolve("", host: wide).resolver?.searches.count == 3)
    }

    @Test func filesOfResolversAreRead() {
        let resolver = ResolverFile.parse(
            """
            # comment
            domain old.test
            nameserver 192.0.2.1 ; the first
            nameserver\t192.0.2.2
            search a.test. b.test
            options ndots:2 rotate
            sortlist 192.0.2.0
            """)
        #expect(
            resolver
                == SandboxConfig.Resolver(
                    servers: ["192.0.2.1", "192.0.2.2"], searches: ["a.test", "b.test"], options: ["ndots:2", "rotate"])
        )
    }

    private func sandbox(_ pod: KubeObject) throws -> SandboxConfig {
        let resolver = ResolverBuilder(clusterServers: [], clusterDomain: "cluster.local", host: Self.host)
        return try SandboxConfigBuilder.build(
            PodView(pod), attempt: 1, clusterDomain: "cluster.local", resolver: resolver
        ).config
    }

    @Test func portsOfTheHostLeadToContainers() throws {
        let pod = ConfigFixture.pod(
            container: """
                "ports":[{"containerPort":80,"hostPort":8080,"hostIP":"0.0.0.0"},{"containerPort":81},
                {"containerPort":53,"hostPort":53,"protocol":"UDP","hostIP":"192.0.2.1"},
                {"containerPort":80,"hostPort":8080}]
                """)
        #expect(
            try sandbox(pod).ports == [
                SandboxConfig.PortMapping(hostPort: 8080, containerPort: 80),
                SandboxConfig.PortMapping(
                    hostAddress: "192.0.2.1", hostPort: 53, containerPort: 53, transport: "UDP"),
            ])
    }

    @Test func namespacesAndKernelSettings() throws {
        let pod = ConfigFixture.pod(
            container: #""ports":[{"containerPort":80,"hostPort":80}]"#,
            spec: """
                "hostNetwork":true,"hostPID":true,"hostIPC":true,"shareProcessNamespace":true,
                "securityContext":{"sysctls":[{"name":"net.core.somaxconn","value":"7"}]}
                """)
        let config = try sandbox(pod)
        #expect(config.usesHostNetwork && config.usesHostPID && config.usesHostIPC && config.sharesProcesses)
        #expect(config.hostname.isEmpty && config.ports.isEmpty)
        #expect(config.sysctls == ["net.core.somaxconn": "7"])
        #expect(config.attempt == 1)
    }

    @Test func hostNames() throws {
        #expect(try sandbox(ConfigFixture.pod()).hostname == "web")
        #expect(try sandbox(ConfigFixture.pod(spec: #""hostname":"h""#)).hostname == "h")
        let full = #""hostname":"h","subdomain":"s","setHostnameAsFQDN":true"#
        #expect(try sandbox(ConfigFixture.pod(spec: full)).hostname == "h.s.shop.svc.cluster.local")
        let older = ConfigFixture.pod(metadata: #""annotations":{"pod.beta.kubernetes.io/hostname":"old"}"#)
        #expect(try sandbox(older).hostname == "old")
        var long = ConfigFixture.pod()
        long.name = String(repeating: "a", count: 62) + "-" + String(repeating: "b", count: 20)
        #expect(try sandbox(long).hostname == String(repeating: "a", count: 62))
        let tooLong = #""hostname":"\#(String(repeating: "h", count: 60))","subdomain":"s","setHostnameAsFQDN":true"#
        #expect(throws: ConfigError.self) { try sandbox(ConfigFixture.pod(spec: tooLong)) }
    }

    @Test func theHostsFileOfAPod() throws {
        let pod = PodView(
            ConfigFixture.pod(
                spec: #""subdomain":"s","hostAliases":[{"ip":"192.0.2.9","hostnames":["a","b.test"]}]"#))
        let hostname = try PodHostname(pod.object, clusterDomain: "cluster.local")
        let text = HostsFile.text(pod, hostname: hostname, addresses: ["10.1.0.7"], hostFile: "unused")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "# Kubernetes-managed hosts file.")
        #expect(lines.contains("127.0.0.1\tlocalhost"))
        #expect(lines.contains("10.1.0.7\tweb.s.shop.svc.cluster.local\tweb"))
        #expect(Array(lines.suffix(3)) == ["# Entries added by HostAliases.", "192.0.2.9\ta\tb.test", ""])
    }

    @Test func whoGetsAHostsFile() throws {
        func needs(_ pod: KubeObject) throws -> Bool {
            let view = PodView(pod)
            return HostsFile.isNeeded(view, try #require(view.container("c")))
        }
        #expect(try needs(ConfigFixture.pod()))
        #expect(try !needs(ConfigFixture.pod(spec: #""hostNetwork":true"#)))
        #expect(try needs(ConfigFixture.pod(spec: #""hostNetwork":true,"hostAliases":[{"ip":"192.0.2.9"}]"#)))
        #expect(
            try !needs(ConfigFixture.pod(container: #""volumeMounts":[{"name":"v","mountPath":"/etc/hosts"}]"#)))
    }
}
