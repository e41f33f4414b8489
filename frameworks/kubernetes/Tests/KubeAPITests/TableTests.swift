import ClusterBase
import HTTPTransport
import Testing

@Suite struct TableTests {
    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"

    @Test func listsAreTables() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.pods, Sample.pod("web-2"))
            try await api.create(Sample.pods, Sample.pod("web-1"))
            let table = try await api.get(Sample.pods + "?limit=500", accept: Self.table).json
            #expect(table["kind"] == "Table" && table["apiVersion"] == "meta.k8s.io/v1")
            #expect(Int(table["metadata"]?["resourceVersion"]?.string ?? "") != nil)
            let columns = table["columnDefinitions"]?.array ?? []
            #expect(columns.first?["name"] == "Name" && columns.first?["format"] == "name")
            #expect(columns.map { $0["name"]?.string }.prefix(5) == ["Name", "Ready", "Status", "Restarts", "Age"])
            #expect(columns.contains { $0["priority"] == 1 })
            let rows = table["rows"]?.array ?? []
            #expect(rows.map { $0["cells"]?[0] } == ["web-1", "web-2"])
            #expect(rows.allSatisfy { $0["cells"]?.array?.count == columns.count })
            #expect(rows[0]["cells"]?[1] == "0/1" && rows[0]["cells"]?[2] == "Pending")
            #expect(rows[0]["object"]?["kind"] == "PartialObjectMetadata")
            #expect(rows[0]["object"]?["apiVersion"] == "meta.k8s.io/v1")
            #expect(rows[0]["object"]?["metadata"]?["uid"]?.string?.isEmpty == false)
            #expect(rows[0]["object"]?["spec"] == nil)
        }
    }

    @Test func rowsCarryWhatIsAskedFor() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("cm"))
            let path = Sample.configMaps + "/cm?includeObject="
            #expect(try await api.get(path + "None", accept: Self.table).json["rows"]?[0]?["object"] == .null)
            let whole = try await api.get(path + "Object", accept: Self.table).json["rows"]?[0]?["object"]
            #expect(whole?["kind"] == "ConfigMap" && whole?["data"] == ["a": "b"])
            let odd = try await api.get(path + "Odd", accept: Self.table)
            #expect(odd.status == 400 && odd.json["message"] == "unrecognized includeObject value: Odd")
            let one = try await api.get(Sample.configMaps + "/cm", accept: Self.table).json
            #expect(one["rows"]?.array?.count == 1 && one["rows"]?[0]?["object"]?["metadata"]?["name"] == "cm")
            let old = try await api.get(
                Sample.configMaps, accept: "application/json;as=Table;v=v1beta1;g=meta.k8s.io")
            #expect(old.json["apiVersion"] == "meta.k8s.io/v1beta1")
            #expect(old.json["rows"]?[0]?["object"]?["apiVersion"] == "meta.k8s.io/v1beta1")
            let empty = try await api.get("/api/v1/namespaces/default/secrets", accept: Self.table).json
            #expect(empty["rows"] == [])
        }
    }

    @Test func metadataAloneIsEnoughForSome() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("cm", labels: ["a": "b"]))
            let list = try await api.get(
                Sample.configMaps, accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
            ).json
            #expect(list["kind"] == "PartialObjectMetadataList" && list["apiVersion"] == "meta.k8s.io/v1")
            let item = list["items"]?[0]
            #expect(item?["metadata"]?["labels"] == ["a": "b"] && item?["data"] == nil)
        }
    }

    @Test func watchesTellTheColumnsOnce() async throws {
        try await APIFixture.run { api in
            let created = try await api.create(Sample.configMaps, Sample.configMap("a"))
            let version = created["metadata"]?["resourceVersion"]?.string ?? ""
            let watch = try await api.watch(
                Sample.configMaps + "?watch=true&resourceVersion=\(version)", accept: Self.table)
            try await api.create(Sample.configMaps, Sample.configMap("b"))
            try await api.create(Sample.configMaps, Sample.configMap("c"))
            let first = try #require(try await watch.next())
            #expect(first["type"] == "ADDED" && first["object"]?["kind"] == "Table")
            #expect(first["object"]?["columnDefinitions"]?.array?.isEmpty == false)
            #expect(first["object"]?["rows"]?[0]?["cells"]?[0] == "b")
            let second = try #require(try await watch.next())
            #expect(second["object"]?["columnDefinitions"] == nil)
            #expect(second["object"]?["rows"]?[0]?["object"]?["metadata"]?["name"] == "c")
        }
    }

    @Test func errorsAreNeverTables() async throws {
        try await APIFixture.run { api in
            let missing = try await api.get(Sample.pods + "/x", accept: Self.table)
            #expect(missing.status == 404 && missing.json["kind"] == "Status" && missing.type == "application/json")
        }
    }
}
