import ClusterBase
import KubeModel
import KubeletCore
import TestSupport
import Testing

@testable import KubeNode

/// Which credentials count for which image (spec `kubernetes/04` §4.9, fixture F-27).
struct ConfigPullSecretsTests {
    private func users(_ text: String, _ image: String, isOlderForm: Bool = false) throws -> [String] {
        let ring = try #require(RegistryKeyring(Array(text.utf8), isOlderForm: isOlderForm))
        return ring.credentials(for: try #require(ImageReference(image))).map(\.username)
    }

    @Test(arguments: [
        ("example.com", "example.com/redis", true), ("https://example.com/v1/", "example.com/redis", true),
        ("http://example.com/v2", "example.com/team/redis:1", true), ("example.com", "example.com:5000/redis", false),
        ("example.com:5000", "example.com:5000/redis", true), ("example.com", "other.com/redis", false),
        ("*.example.com", "a.example.com/x", true), ("*.example.com", "a.b.example.com/x", false),
        ("r*.example.com", "reg.example.com/x", true), ("example.com/team", "example.com/team/redis", true),
        ("example.com/team", "example.com/teammate/redis", false), ("example.com/team", "example.com/redis", false),
        ("https://index.docker.io/v1/", "busybox", true), ("docker.io", "team/app", true),
        ("docker.io", "example.com/app", false), ("localhost:5000", "localhost:5000/x", true),
        ("EXAMPLE.com", "example.com/redis", true),
    ])
    func hostsAndPathsCount(key: String, image: String, matches: Bool) throws {
        let text = "{\"auths\":{\"\(key)\":{\"username\":\"u\",\"password\":\"p\"}}}"
        #expect(try users(text, image) == (matches ? ["u"] : []))
    }

    @Test func theMoreSpecificComesFirst() throws {
        let text = """
            {"auths":{"example.com":{"username":"host","password":"p"},
            "example.com/team/app":{"username":"app","password":"p"},
            "example.com/team":{"username":"team","password":"p"},"bad":{},"worse":{"auth":"bm9jb2xvbg=="}}}
            """
        #expect(try users(text, "example.com/team/app") == ["app", "team", "host"])
        #expect(try users(text, "bad/x") == [])
    }

    @Test func formsOfCredentials() throws {
        let text = Array(#"{"auths":{"e.com":{"auth":"YTpiOmM="},"t.com":{"identitytoken":"T"}}}"#.utf8)
        let ring = try #require(RegistryKeyring(text, isOlderForm: false))
        #expect(
            ring.credentials(for: try #require(ImageReference("e.com/x")))
                == [RegistryCredential(username: "a", password: "b:c")])
        #expect(
            ring.credentials(for: try #require(ImageReference("t.com/x"))) == [RegistryCredential(token: "T")])
        #expect(RegistryKeyring(Array("no JSON".utf8), isOlderForm: false) == nil)
        #expect(RegistryKeyring(Array("{}".utf8), isOlderForm: false) == nil)
    }

    @Test func secretsOfPodAccountAndNode() async throws {
        try await withTestScope { scope in
            let source = StubConfigSource()
            let newer = Base64.encode(Array(#"{"auths":{"example.com":{"auth":"cG9kOnA="}}}"#.utf8))
            let newerText = String(decoding: newer, as: UTF8.self)
            source.set {
                // The secret of fixture F-27, whose name and password are not encoded.
                $0.secrets[.shop("myregistrykey")] = VolumeRig.object(
                    """
                    {"type":"kubernetes.io/dockercfg",
                     "data":{".dockercfg":"eyJleGFtcGxlLmNvbSI6eyJhdXRoIjoiYTpiIiwiZW1haWwiOiJhQGIuYyJ9fQ=="}}
                    """)
                $0.secrets[.shop("good")] = VolumeRig.object(
                    """
                    {"type":"kubernetes.io/dockercfg",
                     "data":{".dockercfg":"eyJleGFtcGxlLmNvbSI6eyJ1c2VybmFtZSI6Im9sZCIsInBhc3N3b3JkIjoicCJ9fQ=="}}
                    """)
                $0.secrets[.shop("newer")] = VolumeRig.object(
                    """
                    {"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"\(newerText)"}}
                    """)
                $0.accounts[.shop("default")] = VolumeRig.object(#"{"imagePullSecrets":[{"name":"newer"}]}"#)
            }
            let file = try scope.directory.write(
                #"{"auths":{"example.com":{"auth":"bm9kZTpw"}}}"#, to: "config.json")
            let secrets = PullSecrets(source: source, files: [file, file + ".none"])
            func users(_ names: String) async -> [String] {
                let pod = VolumeRig.pod("", spec: "\"imagePullSecrets\":[\(names)]")
                return await secrets.credentials(pod, image: "example.com/redis").map(\.username)
            }
            #expect(await users("") == ["pod", "node"])
            #expect(
                await users(#"{"name":"good"},{"name":"missing"},{"name":"myregistrykey"}"#) == ["old", "a", "node"])
            #expect(await users(#"{"name":"good"},{"name":"newer"}"#) == ["old", "pod", "node"])
            source.set { $0.isAway = true }
            #expect(await users(#"{"name":"good"}"#) == ["node"])
            #expect(await secrets.credentials(VolumeRig.pod(""), image: "Not An Image") == [])
        }
    }
}
