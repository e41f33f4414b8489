import ClusterBase
import HTTPTransport
import Testing

@Suite struct NegotiationTests {
    @Test func answersComeInTheFirstAcceptableForm() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("cm"))
            let path = Sample.configMaps + "/cm"
            let table = "application/json;as=Table;v=v1;g=meta.k8s.io"
            let rows: [(accept: String?, type: String, kind: String)] = [
                (nil, "application/json", "ConfigMap"), ("*/*", "application/json", "ConfigMap"),
                ("application/*", "application/json", "ConfigMap"),
                ("application/json;stream=watch", "application/json", "ConfigMap"),
                ("application/vnd.kubernetes.protobuf,application/json", "application/json", "ConfigMap"),
                ("text/html, application/json;q=0.5", "application/json", "ConfigMap"),
                ("application/json;q=0.2, application/yaml", "application/yaml", "ConfigMap"),
                (table, "application/json", "Table"), (table + ",application/json", "application/json", "Table"),
                ("application/json;as=Table;v=v1beta1;g=meta.k8s.io", "application/json", "Table"),
                ("application/json;as=Table;v=v9;g=meta.k8s.io,application/json", "application/json", "ConfigMap"),
                (
                    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json",
                    "PartialObjectMetadata"
                ),
            ]
            for row in rows {
                let answer = try await api.get(path, accept: row.accept)
                #expect(answer.status == 200 && answer.type == row.type, "\(row.accept ?? "-")")
                #expect(
                    answer.json["kind"]?.string == row.kind || answer.text.hasPrefix("kind: \(row.kind)\n"),
                    "\(row.accept ?? "-"): \(answer.text)")
            }
        }
    }

    @Test(arguments: [
        "text/html", "application/vnd.kubernetes.protobuf", "application/json;q=0",
        "application/json;as=Table;v=v2;g=meta.k8s.io", "application/json;as=Table;v=v1;g=other",
        "application/json;as=Nonsense;v=v1;g=meta.k8s.io",
    ])
    func whatCannotBeMadeIsNotAcceptable(_ accept: String) async throws {
        try await APIFixture.run { api in
            let answer = try await api.get(Sample.configMaps, accept: accept)
            #expect(answer.status == 406 && answer.type == "application/json")
            #expect(answer.json["reason"] == "NotAcceptable" && answer.json["code"] == 406)
        }
    }

    /// The envelope and message that `kubectl create configmap p --from-literal=a=b` of later versions sends.
    @Test func bodiesInProtobufAreCreated() async throws {
        try await APIFixture.run { api in
            let metadata: [UInt8] = [0x0a, 3, 0x0a, 1, 0x70]
            let data: [UInt8] = [0x12, 6, 0x0a, 1, 0x61, 0x12, 1, 0x62]
            let names = [0x0a, 2] + Array("v1".utf8) + [0x12, 9] + Array("ConfigMap".utf8)
            let envelope =
                [0x6b, 0x38, 0x73, 0, 0x0a, UInt8(names.count)] + names + [0x12, UInt8(metadata.count + data.count)]
                + metadata + data
            let answer = try await api.send(
                .post, Sample.configMaps, bytes: envelope, ["Content-Type": "application/vnd.kubernetes.protobuf"])
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.json["metadata"]?["name"] == "p" && answer.json["data"]?["a"] == "b")
        }
    }

    @Test func bodiesAreReadByTheirType() async throws {
        try await APIFixture.run { api in
            let rows: [(name: String, type: String?, status: Int)] = [
                ("a", nil, 201), ("b", "application/json; charset=utf-8", 201),
                ("c", "application/x-www-form-urlencoded", 201), ("d", "application/yaml", 201),
                ("e", "application/vnd.kubernetes.protobuf", 400), ("f", "text/plain", 415),
            ]
            for row in rows {
                let body =
                    row.name == "d"
                    ? "metadata:\n  name: d\ndata:\n  n: \"1\"\n" : Sample.configMap(row.name).text
                let headers: HeaderFields = row.type.map { ["Content-Type": $0] } ?? [:]
                let answer = try await api.send(.post, Sample.configMaps, body, headers)
                #expect(answer.status == row.status, "\(row.name): \(answer.text)")
            }
            #expect(try await api.get(Sample.configMaps + "/d").json["data"] == ["n": "1"])
        }
    }

    @Test func peopleGetIndentedText() async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("cm"))
            let path = Sample.configMaps + "/cm"
            let plain = try await api.get(path)
            #expect(plain.text.hasSuffix("}\n") && plain.text.dropLast().firstIndex(of: "\n") == nil)
            for agent in ["curl/7.88", "Wget/1.21", "Mozilla/5.0 (X11)"] {
                let answer = try await api.send(.get, path, nil, ["User-Agent": agent])
                #expect(answer.text.hasPrefix("{\n  \"kind\": \"ConfigMap\",\n") && answer.json == plain.json)
            }
            #expect(try await api.get(path + "?pretty=true").text.hasPrefix("{\n"))
            let refused = try await api.send(.get, path + "?pretty=false", nil, ["User-Agent": "curl/7.88"])
            #expect(refused.text.hasPrefix("{\"kind\""))
            let missing = try await api.send(.get, path + "x", nil, ["User-Agent": "curl/7.88"])
            #expect(missing.status == 404 && missing.text.hasPrefix("{\n  \"kind\": \"Status\""))
        }
    }

    @Test func yamlAnswersKeepTypes() async throws {
        try await APIFixture.run { api in
            let data: JSONValue = ["yes": "true", "n": "1", "date": "2024-01-02", "multi": "a\nb: c\n", "e": ""]
            try await api.create(Sample.configMaps, Sample.configMap("cm", data: data))
            let answer = try await api.get(Sample.configMaps + "/cm", accept: "application/yaml")
            #expect(answer.text.contains("n: \"1\"\n") && answer.text.contains("date: \"2024-01-02\"\n"))
            let again = try await api.send(
                .put, Sample.configMaps + "/cm", answer.text, ["Content-Type": "application/yaml"])
            #expect(again.status == 200 && again.json["data"] == data)
        }
    }

    @Test func onlyLargeAnswersAreCompressed() async throws {
        try await APIFixture.run { api in
            let large = String(repeating: "x", count: 140 << 10)
            try await api.create(
                Sample.configMaps, Sample.configMap("small", data: ["a": .string(String(large.prefix(4_096)))]))
            try await api.create(Sample.configMaps, Sample.configMap("large", data: ["a": .string(large)]))
            let gzip: HeaderFields = ["Accept-Encoding": "gzip"]
            let small = try await api.send(.get, Sample.configMaps + "/small", nil, gzip)
            #expect(small.status == 200 && !small.headers.contains("content-encoding"))
            let answer = try await api.send(.get, Sample.configMaps + "/large", nil, gzip)
            #expect(
                answer.status == 200 && answer.text.utf8.count < 10_000 || answer.json["data"]?["a"]?.string == large)
            #expect(answer.headers["content-encoding"] == "gzip")
        }
    }
}
