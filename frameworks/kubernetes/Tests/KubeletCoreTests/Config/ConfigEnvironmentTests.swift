import KubeModel
import KubeletCore
import Testing

/// The environment of containers (spec `kubernetes/04` §4.7, scenarios S-16 and S-39).
struct ConfigEnvironmentTests {
    private static let dns = ConfigFixture.service(
        "my-dns", address: "10.254.105.183",
        ports: #"[{"name":"dns","port":53,"protocol":"UDP"},{"name":"dns-tcp","port":53,"protocol":"TCP"}]"#)

    @Test func aServiceIsToldInBothFormsAndNothingMore() {
        let found = ConfigFixture.environment(
            ConfigFixture.pod(), ConfigObjects(services: [Self.dns]))
        let wanted = [
            "MY_DNS_SERVICE_HOST=10.254.105.183", "MY_DNS_SERVICE_PORT=53", "MY_DNS_SERVICE_PORT_DNS=53",
            "MY_DNS_SERVICE_PORT_DNS_TCP=53", "MY_DNS_PORT=udp://10.254.105.183:53",
            "MY_DNS_PORT_53_UDP=udp://10.254.105.183:53", "MY_DNS_PORT_53_UDP_PROTO=udp", "MY_DNS_PORT_53_UDP_PORT=53",
            "MY_DNS_PORT_53_UDP_ADDR=10.254.105.183", "MY_DNS_PORT_53_TCP=tcp://10.254.105.183:53",
            "MY_DNS_PORT_53_TCP_PROTO=tcp", "MY_DNS_PORT_53_TCP_PORT=53", "MY_DNS_PORT_53_TCP_ADDR=10.254.105.183",
        ]
        #expect(found == wanted)
    }

    @Test func servicesWithoutAnAddressHereAreNotTold() {
        let services = [
            ConfigFixture.service("other", in: "elsewhere"), ConfigFixture.service("headless", address: "None"),
            ConfigFixture.service("new", address: ""), ConfigFixture.service("outside", type: "ExternalName"),
            ConfigFixture.service("silent", ports: "[]"),
        ]
        #expect(ConfigFixture.environment(ConfigFixture.pod(), ConfigObjects(services: services)).isEmpty)
    }

    @Test func theMasterServiceIsToldEverywhere() {
        let services = [
            ConfigFixture.service("kubernetes", in: "default", address: "10.254.0.1"),
            ConfigFixture.service("db", in: "default"), ConfigFixture.service("cache"),
        ]
        func names(_ spec: String) -> [String] {
            ConfigFixture.environment(ConfigFixture.pod(spec: spec), ConfigObjects(services: services))
                .filter { $0.contains("_SERVICE_HOST") }
        }
        #expect(names("") == ["KUBERNETES_SERVICE_HOST=10.254.0.1", "CACHE_SERVICE_HOST=10.254.0.1"])
        #expect(names(#""enableServiceLinks":false"#) == ["KUBERNETES_SERVICE_HOST=10.254.0.1"])
    }

    @Test func anOwnServiceHidesTheMaster() {
        let services = [
            ConfigFixture.service("kubernetes", in: "default", address: "10.254.0.1"),
            ConfigFixture.service("kubernetes", address: "10.254.0.9"),
        ]
        let found = ConfigFixture.environment(ConfigFixture.pod(), ConfigObjects(services: services))
        #expect(found.filter { $0.contains("_SERVICE_HOST") } == ["KUBERNETES_SERVICE_HOST=10.254.0.9"])
    }

    @Test func laterSourcesWinOverEarlierOnes() {
        let objects = ConfigObjects(
            secrets: ["s": ConfigFixture.object(#"{"data":{"A":"c2VjcmV0","B":"c2VjcmV0"}}"#)],
            configMaps: ["m": ConfigFixture.object(#"{"data":{"A":"map","B":"map","C":"map","DB_PORT":"map"}}"#)],
            services: [ConfigFixture.service("db")])
        let container = """
            "envFrom":[{"configMapRef":{"name":"m"}},{"secretRef":{"name":"s"}}],"env":[{"name":"A","value":"own"}]
            """
        let found = ConfigFixture.environment(ConfigFixture.pod(container: container), objects)
        #expect(found.contains("A=own"))
        #expect(found.contains("B=secret"))
        #expect(found.contains("C=map"))
        #expect(found.contains("DB_PORT=map"))
        #expect(found.filter { $0.hasPrefix("DB_PORT=") }.count == 1)
    }

    @Test func referencesSeeWhatWasSetBeforeAndServices() {
        let objects = ConfigObjects(
            configMaps: ["m": ConfigFixture.object(#"{"data":{"FROM":"$(ONE)"}}"#)],
            services: [ConfigFixture.service("db", address: "10.254.0.5")])
        let container = """
            "envFrom":[{"configMapRef":{"name":"m"}}],
            "env":[{"name":"ONE","value":"1"},{"name":"TWO","value":"$(ONE)-$(FROM)-$(LATER)"},
                   {"name":"URL","value":"http://$(DB_SERVICE_HOST)/$$(ONE)"},{"name":"LATER","value":"x"},
                   {"name":"EMPTY","value":""},{"name":"NONE"}]
            """
        let found = ConfigFixture.environment(ConfigFixture.pod(container: container), objects)
        #expect(found.contains("FROM=$(ONE)"), "values of envFrom are taken as they are")
        #expect(found.contains("TWO=1-$(ONE)-$(LATER)"))
        #expect(found.contains("URL=http://10.254.0.5/$(ONE)"))
        #expect(found.contains("EMPTY="))
        #expect(found.contains("NONE="))
    }

    @Test(arguments: [
        ("plain", "plain"), ("$(A)", "1"), ("x$(A)y$(B)z", "x1y22z"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"),
        ("$$$$(A)", "$$(A)"), ("$(MISSING)", "$(MISSING)"), ("$(A", "$(A"), ("$(A$(B)", "$(A$(B)"), ("$A", "$A"),
        ("$", "$"), ("a$", "a$"), ("$()", "$()"), ("${A}", "${A}"), ("$(A)$(A)", "11"), ("é$(B)ü", "é22ü"),
    ])
    func referencesInTextsAreReplaced(text: String, wanted: String) {
        let values = ["A": "1", "B": "22"]
        #expect(VariableExpansion.expand(text) { values[$0] } == wanted)
    }

    @Test(arguments: [
        (#"{"configMapKeyRef":{"name":"m","key":"k"}}"#, "error: configmap \"m\" not found"),
        (#"{"secretKeyRef":{"name":"x","key":"k"}}"#, "error: secret \"x\" not found"),
        (#"{"configMapKeyRef":{"name":"there","key":"k"}}"#, "error: couldn't find key k in ConfigMap shop/there"),
        (#"{"secretKeyRef":{"name":"there","key":"k"}}"#, "error: couldn't find key k in Secret shop/there"),
        (#"{"fieldRef":{"fieldPath":"spec.hostname"}}"#, "error: unsupported fieldPath: spec.hostname"),
        (
            #"{"resourceFieldRef":{"containerName":"d","resource":"limits.cpu"}}"#, "error: container d not found"
        ),
    ])
    func whatIsMissingIsNamed(source: String, wanted: String) {
        let there = ConfigFixture.object(#"{"data":{"other":"dg=="}}"#)
        let objects = ConfigObjects(secrets: ["there": there], configMaps: ["there": there])
        let pod = ConfigFixture.pod(container: "\"env\":[{\"name\":\"V\",\"valueFrom\":\(source)}]")
        #expect(ConfigFixture.environment(pod, objects) == [wanted])
    }

    @Test func whatIsOptionalMayBeMissing() {
        let container = """
            "envFrom":[{"configMapRef":{"name":"m","optional":true}},{"secretRef":{"name":"s","optional":true}}],
            "env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"m","key":"k","optional":true}}},
                   {"name":"B","valueFrom":{"secretKeyRef":{"name":"there","key":"k","optional":true}}}]
            """
        let objects = ConfigObjects(secrets: ["there": ConfigFixture.object(#"{"data":{"other":"dg=="}}"#)])
        #expect(ConfigFixture.environment(ConfigFixture.pod(container: container), objects).isEmpty)
    }

    @Test func aSourceOfEnvFromThatIsMissingIsNamed() {
        let pod = ConfigFixture.pod(container: #""envFrom":[{"secretRef":{"name":"x"}}]"#)
        #expect(ConfigFixture.environment(pod) == ["error: secret \"x\" not found"])
    }

    @Test func namesThatNoVariableCanHaveAreLeftOutAndTold() throws {
        let pod = ConfigFixture.pod(container: #""envFrom":[{"configMapRef":{"name":"m"},"prefix":"P_"}]"#)
        let map = ConfigFixture.object(#"{"data":{"good":"1","2bad name":"2","x=y":"3"}}"#)
        let builder = EnvironmentBuilder(
            pod: pod, objects: ConfigObjects(configMaps: ["m": map]), facts: ConfigFixture.facts)
        let container = try #require(PodView(pod).container("c"))
        let (variables, warnings) = try builder.build(container.object)
        #expect(variables.map(\.name) == ["P_good"])
        #expect(warnings.map(\.reason) == ["InvalidEnvironmentVariableNames"])
        #expect(
            warnings.first?.message
                == "Keys [P_2bad name, P_x=y] from the EnvFrom configMap shop/m were skipped since they are considered "
                + "invalid environment variable names.")
    }
}
