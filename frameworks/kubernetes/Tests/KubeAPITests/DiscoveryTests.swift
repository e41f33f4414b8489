import ClusterBase
import HTTPTransport
import KubeAPI
import TestSupport
import Testing

@Suite struct DiscoveryTests {
    @Test func groupsAndVersionsAreListed() async throws {
        try await APIFixture.run { api in
            for path in ["/api", "/api/"] {
                let versions = try await api.get(path).json
                #expect(versions["kind"] == "APIVersions" && versions["versions"]?[0] == "v1")
                let address = versions["serverAddressByClientCIDRs"]?[0]
                #expect(address?["clientCIDR"] == "0.0.0.0/0")
                #expect("http://" + (address?["serverAddress"]?.string ?? "") == api.base)
            }
            let groups = try await api.get("/apis/").json
            #expect(groups["kind"] == "APIGroupList" && groups["apiVersion"] == "v1")
            let names = groups["groups"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names.first == "apps" && names.last == "extensions" && names.contains("coordination.k8s.io"))
            #expect(
                groups["groups"]?[0]
                    == [
                        "name": "apps", "versions": [["groupVersion": "apps/v1", "version": "v1"]],
                        "preferredVersion": ["groupVersion": "apps/v1", "version": "v1"],
                    ])
            #expect(
                try await api.get("/apis/apps").text
                    == #"{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","#
                    + #""version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}"# + "\n")
        }
    }

    @Test func resourcesAreDescribed() async throws {
        try await APIFixture.run { api in
            let core = try await api.get("/api/v1/").json
            #expect(core["kind"] == "APIResourceList" && core["groupVersion"] == "v1" && core["apiVersion"] == nil)
            func resource(_ list: JSONValue, _ name: String) throws -> JSONValue {
                try #require(list["resources"]?.array?.first { $0["name"]?.string == name }, "\(name)")
            }
            #expect(
                try resource(core, "pods")
                    == [
                        "name": "pods", "singularName": "", "namespaced": true, "kind": "Pod",
                        "verbs": [
                            "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
                        ],
                        "shortNames": ["po"], "categories": ["all"],
                    ])
            #expect(try resource(core, "pods/log")["verbs"] == ["get"])
            #expect(try resource(core, "pods/exec")["verbs"] == ["create", "get"])
            let eviction = try resource(core, "pods/eviction")
            #expect(eviction["kind"] == "Eviction" && eviction["group"] == "policy")
            let scale = try resource(core, "replicationcontrollers/scale")
            #expect(scale["kind"] == "Scale" && scale["group"] == "autoscaling" && scale["version"] == "v1")
            #expect(try resource(core, "nodes")["namespaced"] == false)
            let names = core["resources"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names == names.sorted())
            let apps = try await api.get("/apis/apps/v1").json
            #expect(apps["apiVersion"] == "v1" && apps["groupVersion"] == "apps/v1")
            #expect(try resource(apps, "deployments")["shortNames"] == ["deploy"])
            // `get all` and `deploy` must not mean the same objects twice.
            let old = try resource(try await api.get("/apis/extensions/v1beta1").json, "deployments")
            #expect(old["kind"] == "Deployment" && old["shortNames"] == nil && old["categories"] == nil)
        }
    }

    /// Strict clients fail when a member is missing, and every advertised version must answer.
    @Test func everyAdvertisedVersionIsComplete() async throws {
        try await APIFixture.run { api in
            var paths = try await api.get("/api").json["versions"]?.array?.map { "/api/" + ($0.string ?? "") } ?? []
            for group in try await api.get("/apis").json["groups"]?.array ?? [] {
                paths += group["versions"]?.array?.map { "/apis/" + ($0["groupVersion"]?.string ?? "") } ?? []
            }
            for path in paths {
                let list = try await api.get(path)
                #expect(list.status == 200)
                for resource in list.json["resources"]?.array ?? [] {
                    #expect(
                        resource["name"]?.string != nil && resource["singularName"]?.string != nil
                            && resource["namespaced"]?.bool != nil && resource["kind"]?.string != nil
                            && resource["verbs"]?.array != nil, "\(path) \(resource.text)")
                }
            }
            #expect(paths.count >= 4)
        }
    }

    @Test func newClientsGetEverythingAtOnce() async throws {
        try await APIFixture.run { api in
            let accept =
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
            let core = try await api.get("/api", accept: accept)
            #expect(core.type == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
            #expect(core.json["kind"] == "APIGroupDiscoveryList" && core.json["apiVersion"] == "apidiscovery.k8s.io/v2")
            let resources = core.json["items"]?[0]?["versions"]?[0]?["resources"]?.array ?? []
            let pods = resources.first { $0["resource"] == "pods" }
            #expect(pods?["responseKind"] == ["group": "", "version": "v1", "kind": "Pod"])
            #expect(pods?["scope"] == "Namespaced" && pods?["singularResource"] == "pod")
            #expect(pods?["subresources"]?.array?.contains { $0["subresource"] == "log" } == true)
            let groups = try await api.get("/apis", accept: accept).json
            #expect(groups["items"]?[0]?["metadata"]?["name"] == "apps")
            let old = try await api.get(
                "/apis", accept: "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList")
            #expect(old.json["apiVersion"] == "apidiscovery.k8s.io/v2beta1")
            #expect(try await api.get("/apis/apps", accept: accept).json["kind"] == "APIGroup")
        }
    }

    @Test func rootPathsLeadSomewhere() async throws {
        try await APIFixture.run { api in
            let paths = try await api.get("/").json["paths"]?.array?.compactMap(\.string) ?? []
            #expect(paths == paths.sorted() && Set(paths).isSuperset(of: ["/api", "/api/v1", "/apis", "/version"]))
            // The first root document named these, which had no use but for people (seeds F-04).
            let historic = ["/logs/", "/static/", "/swagger-ui/", "/swaggerapi/", "/validate"]
            for path in paths where !historic.contains(path) {
                #expect(try await api.get(path).status == 200, "\(path)")
            }
        }
    }

    @Test func theVersionIsWhatClientsParse() async throws {
        try await APIFixture.run { api in
            let version = try await api.get("/version/").json
            for member in [
                "major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler",
                "platform",
            ] {
                #expect(version[member]?.string != nil, "\(member)")
            }
            #expect(version["gitVersion"]?.string?.hasPrefix("v1.20.") == true)
        }
    }

    @Test func schemasComeInTheFormAskedFor() async throws {
        try await APIFixture.run { api in
            let json = try await api.get("/openapi/v2", accept: "application/json")
            #expect(json.type == "application/json" && json.json["swagger"] == "2.0")
            #expect(json.json["definitions"]?["io.k8s.api.core.v1.Pod"] != nil)
            let kubectl = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
            let binary = try await api.get("/openapi/v2", accept: kubectl)
            #expect(binary.status == 200 && !binary.type.contains("@") && !binary.text.isEmpty)
            #expect(!binary.text.hasPrefix("{"))
            let tag = try #require(json.headers["etag"])
            let again = try await api.send(
                .get, "/openapi/v2", nil, ["Accept": "application/json", "If-None-Match": tag])
            #expect(again.status == 304 && again.text.isEmpty)
            let index = try await api.get("/openapi/v3").json
            let place = try #require(index["paths"]?["apis/apps/v1"]?["serverRelativeURL"]?.string)
            #expect(try await api.get(place).json["openapi"]?.string?.hasPrefix("3.0") == true)
            #expect(try await api.get("/openapi/v3/apis/none/v1").status == 404)
            #expect(try await api.get("/swagger.json").status == 404)
        }
    }
}
