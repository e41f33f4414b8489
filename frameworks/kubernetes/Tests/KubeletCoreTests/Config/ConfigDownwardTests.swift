import KubeModel
import KubeletCore
import Testing

/// What containers are told about their own pod (spec `kubernetes/04` §4.7, scenarios S-16 and S-48).
struct ConfigDownwardTests {
    private static let pod = ConfigFixture.pod(
        container: #""resources":{"limits":{"cpu":"1500m","memory":"100Mi"},"requests":{"cpu":"250m"}}"#,
        spec: #""serviceAccountName":"robot","initContainers":[{"name":"i","image":"x"}]"#,
        metadata: #""labels":{"zone":"us-est-coast","cluster":"c1"},"annotations":{"b/two":"a \"b\"\nc\té","a":""}"#)

    @Test(arguments: [
        ("metadata.name", "web"), ("metadata.namespace", "shop"), ("metadata.uid", "u-1"),
        ("metadata.labels['zone']", "us-est-coast"), ("metadata.labels['absent']", ""),
        ("metadata.annotations['b/two']", "a \"b\"\nc\té"), ("spec.nodeName", "node-1"),
        ("spec.serviceAccountName", "robot"), ("status.hostIP", "192.0.2.1"), ("status.podIP", "10.1.0.7"),
        ("status.podIPs", "10.1.0.7,fd00::7"), ("metadata.labels", "cluster=\"c1\"\nzone=\"us-est-coast\""),
        ("metadata.annotations", "a=\"\"\nb/two=\"a \\\"b\\\"\\nc\\té\""),
    ])
    func fieldsOfThePod(path: String, wanted: String) throws {
        #expect(try DownwardValue.field(path, of: Self.pod, ConfigFixture.facts) == wanted)
    }

    @Test(arguments: ["metadata", "metadata.labels['']", "metadata.labels[zone]", "status.phase", ""])
    func otherFieldsAreRefused(path: String) {
        #expect(throws: ConfigError("unsupported fieldPath: \(path)")) {
            try DownwardValue.field(path, of: Self.pod, ConfigFixture.facts)
        }
    }

    @Test(arguments: [
        ("limits.cpu", "", "2"), ("limits.cpu", "1m", "1500"), ("limits.cpu", "1", "2"), ("requests.cpu", "1m", "250"),
        ("requests.cpu", "0", "1"), ("limits.memory", "", "104857600"), ("limits.memory", "1Mi", "100"),
        ("limits.memory", "1Gi", "1"), ("requests.memory", "", "0"), ("requests.ephemeral-storage", "", "0"),
    ])
    func resourcesOfTheContainer(resource: String, divisor: String, wanted: String) throws {
        let reference = ConfigFixture.object(
            "{\"containerName\":\"c\",\"resource\":\"\(resource)\",\"divisor\":\"\(divisor)\"}")
        #expect(
            try DownwardValue.resource(reference, of: Self.pod, container: nil, ConfigFixture.facts) == wanted)
    }

    @Test func withoutALimitTheNodesResourcesAreTold() throws {
        for (resource, divisor, wanted) in [
            ("limits.cpu", "1m", "3500"), ("limits.cpu", "1", "4"), ("limits.memory", "1Gi", "8"),
        ] {
            let reference = ConfigFixture.object(
                "{\"containerName\":\"i\",\"resource\":\"\(resource)\",\"divisor\":\"\(divisor)\"}")
            #expect(
                try DownwardValue.resource(reference, of: Self.pod, container: nil, ConfigFixture.facts) == wanted)
        }
    }

    @Test func aReferenceWithoutAContainerMeansItsOwn() {
        let container = """
            "resources":{"limits":{"memory":"64Mi"}},
            "env":[{"name":"M","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}]
            """
        #expect(ConfigFixture.environment(ConfigFixture.pod(container: container)) == ["M=64"])
    }
}
