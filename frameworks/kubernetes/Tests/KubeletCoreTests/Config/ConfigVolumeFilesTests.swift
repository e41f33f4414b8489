import KubeModel
import KubeletCore
import Testing

/// The files of volumes that are made from objects (spec `kubernetes/04` §4.8, scenarios S-47 and S-48).
struct ConfigVolumeFilesTests {
    private static let objects = ConfigObjects(
        secrets: [
            "mysecret": ConfigFixture.object(#"{"data":{"username":"bXktdXNlcm5hbWUK","password":"bXktcGFzc3dvcmQK"}}"#)
        ],
        configMaps: ["m": ConfigFixture.object(#"{"data":{"a":"1","b":"2"},"binaryData":{"raw":"AAH/"}}"#)],
        accountToken: Array("token".utf8))

    /// The files as `path mode text`, or the error.
    private func files(_ volume: String, pod: KubeObject = ConfigFixture.pod()) -> [String]? {
        do throws(ConfigError) {
            let object = ConfigFixture.object("{\"name\":\"v\",\(volume)}")
            return try VolumeFiles.files(of: object, pod: pod, objects: Self.objects, ConfigFixture.facts)?.map {
                "\($0.path) \(String($0.mode, radix: 8)) \(String(decoding: $0.bytes, as: UTF8.self))"
            }
        } catch {
            return ["error: \(error.message)"]
        }
    }

    @Test func everyKeyOfASecretIsAFile() {
        #expect(
            files(#""secret":{"secretName":"mysecret"}"#)
                == ["password 644 my-password\n", "username 644 my-username\n"])
    }

    @Test func itemsChooseKeysPathsAndModes() {
        let volume = """
            "configMap":{"name":"m","defaultMode":256,
            "items":[{"key":"b","path":"dir/b"},{"key":"a","path":"a","mode":511}]}
            """
        #expect(files(volume) == ["a 777 1", "dir/b 400 2"])
    }

    @Test(arguments: [
        (#""secret":{"secretName":"x"}"#, "error: secret \"x\" not found"),
        (#""configMap":{"name":"x"}"#, "error: configmap \"x\" not found"),
        (
            #""secret":{"secretName":"mysecret","items":[{"key":"k","path":"k"}]}"#,
            "error: references non-existent secret key: k"
        ),
        (
            #""configMap":{"name":"m","items":[{"key":"k","path":"k"}]}"#,
            "error: configmap references non-existent config key: k"
        ),
        (
            #""configMap":{"name":"m","items":[{"key":"a","path":"../a"}]}"#,
            "error: invalid path of a file: \"../a\""
        ),
        (
            #""configMap":{"name":"m","items":[{"key":"a","path":"/a"}]}"#, "error: invalid path of a file: \"/a\""
        ),
        (
            #""configMap":{"name":"m","items":[{"key":"a","path":"..data"}]}"#,
            "error: invalid path of a file: \"..data\""
        ),
        (
            #""projected":{"sources":[{"podCertificate":{}}]}"#,
            "error: projection of \"podCertificate\" is not supported"
        ),
    ])
    func whatIsMissingOrBadIsNamed(volume: String, wanted: String) {
        #expect(files(volume) == [wanted])
    }

    @Test func whatIsOptionalMayBeMissing() {
        #expect(files(#""secret":{"secretName":"x","optional":true}"#) == [])
        #expect(
            files(#""configMap":{"name":"m","optional":true,"items":[{"key":"k","path":"k"},{"key":"a","path":"a"}]}"#)
                == ["a 644 1"])
    }

    @Test func theDownwardAPIOfFixtureF61() {
        let pod = ConfigFixture.pod(
            metadata: """
                "labels":{"zone":"us-est-coast","cluster":"test-cluster1","rack":"rack-22"},
                "annotations":{"build":"two","builder":"john-doe"}
                """)
        let volume = """
            "downwardAPI":{"items":[{"path":"pod_name","fieldRef":{"fieldPath":"metadata.name"}},
            {"path":"pod_namespace","fieldRef":{"fieldPath":"metadata.namespace"}},
            {"path":"pod_labels","fieldRef":{"fieldPath":"metadata.labels"}},
            {"path":"pod_annotations","fieldRef":{"fieldPath":"metadata.annotations"}},
            {"path":"cpu","resourceFieldRef":{"containerName":"c","resource":"limits.cpu"}}]}
            """
        #expect(
            files(volume, pod: pod) == [
                "cpu 644 4", "pod_annotations 644 build=\"two\"\nbuilder=\"john-doe\"",
                "pod_labels 644 cluster=\"test-cluster1\"\nrack=\"rack-22\"\nzone=\"us-est-coast\"",
                "pod_name 644 web", "pod_namespace 644 shop",
            ])
    }

    @Test func severalSourcesInOneDirectoryTheLaterOneWinning() {
        let volume = """
            "projected":{"defaultMode":288,"sources":[{"configMap":{"name":"m","items":[{"key":"a","path":"same"}]}},
            {"secret":{"name":"mysecret","items":[{"key":"username","path":"same"}]}},
            {"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}},
            {"serviceAccountToken":{"path":"token"}}]}
            """
        #expect(files(volume) == ["name 440 web", "same 440 my-username\n", "token 440 token"])
    }

    @Test func binaryEntriesOfConfigMaps() throws {
        let volume = ConfigFixture.object(#"{"configMap":{"name":"m","items":[{"key":"raw","path":"raw"}]}}"#)
        let files = try VolumeFiles.files(
            of: volume, pod: ConfigFixture.pod(), objects: Self.objects, ConfigFixture.facts)
        #expect(files?.first?.bytes == [0, 1, 255])
    }

    @Test func otherVolumesHaveNoFilesOfThisKind() {
        #expect(files(#""emptyDir":{}"#) == nil)
    }

    @Test func referencesOfVolumesAndContainers() {
        let volume = ConfigReferences(
            volume: ConfigFixture.object(
                """
                {"projected":{"sources":[{"secret":{"name":"b"}},{"secret":{"name":"a"}},{"configMap":{"name":"m"}},
                {"serviceAccountToken":{"path":"t"}}]}}
                """))
        #expect(volume.secrets == ["a", "b"])
        #expect(volume.configMaps == ["m"])
        #expect(volume.wantsAccountToken)
        let container = ConfigReferences(
            container: ConfigFixture.object(
                """
                {"envFrom":[{"secretRef":{"name":"s"}}],
                 "env":[{"name":"x","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}]}
                """))
        #expect((container.secrets, container.configMaps) == (["s"], ["m"]))
    }
}
