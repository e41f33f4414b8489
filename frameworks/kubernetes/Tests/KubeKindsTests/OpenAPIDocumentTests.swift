import ClusterBase
import KubeKinds
import KubeModel
import KubeSchemas
import Testing

/// The documents that describe the API, for the kinds of the table.
struct OpenAPIDocumentTests {
    private static let document = Result {
        OpenAPIDocument(table: .standard, library: try SchemaLibrary(parsing: KubeSchemas.all))
    }
    private static let swagger = Result { try JSONValue(parsing: try document.get().json()) }
    private static let protobuf = Result {
        try #require(OpenAPIProtobuf(try document.get().protobuf()), "the document is no protobuf")
    }

    /// Every reference within a tree.
    private static func references(in value: JSONValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(references)
        case .object(let object):
            object.flatMap { key, value in
                key == "$ref" ? [value.string ?? ""] : references(in: value)
            }
        default: []
        }
    }

    private static func operations(of document: JSONValue) -> [(path: String, method: String, operation: JSONValue)] {
        (document["paths"]?.object ?? JSONObject()).flatMap { path, item in
            (item.object ?? JSONObject()).map { (path, $0.key, $0.value) }
        }
    }

    @Test func definitionsAreWhole() throws {
        let swagger = try Self.swagger.get()
        let definitions = try #require(swagger["definitions"]?.object)
        for reference in Self.references(in: swagger) {
            let name = try #require(reference.split(separator: "/").last)
            #expect(definitions[String(name)] != nil, "\(reference)")
        }
        for row in KindTable.standard.rows {
            for version in row.versions where version.legacy == nil {
                let kind = GroupVersionKind(version.groupVersion, version.kind ?? row.kind)
                let found = definitions.contains { _, definition in
                    definition["x-kubernetes-group-version-kind"]?.array?.contains(Self.tree(kind)) == true
                }
                #expect(found, "\(kind)")
            }
        }
    }

    private static func tree(_ kind: GroupVersionKind) -> JSONValue {
        [
            "group": .string(kind.groupVersion.group), "kind": .string(kind.kind),
            "version": .string(kind.groupVersion.version),
        ]
    }

    @Test func fieldsSayWhatClientsNeed() throws {
        let definitions = try #require(try Self.swagger.get()["definitions"])
        let spec = try #require(definitions["io.k8s.api.core.v1.PodSpec"])
        #expect(spec["required"] == ["containers"])
        let volumes = spec["properties"]?["volumes"]
        #expect(volumes?["x-kubernetes-patch-merge-key"] == "name")
        #expect(volumes?["x-kubernetes-patch-strategy"] == "merge,retainKeys")
        #expect(volumes?["items"]?["$ref"] == "#/definitions/io.k8s.api.core.v1.Volume")
        #expect(spec["properties"]?["restartPolicy"]?["default"] == "Always")
        #expect(spec["properties"]?["terminationGracePeriodSeconds"]?["format"] == "int64")
        let quantity = definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"]
        #expect(quantity?["type"] == "string")
        let port = definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]
        #expect(port?["format"] == "int-or-string")
        let limits = definitions["io.k8s.api.core.v1.ResourceRequirements"]?["properties"]?["limits"]
        #expect(
            limits?["additionalProperties"]?["$ref"]
                == "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity")
        #expect(definitions["io.k8s.api.core.v1.PodList"]?["required"] == ["items"])
        let metadata = definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]
        #expect(metadata?["properties"]?["clusterName"] == nil)
    }

    @Test func everyVerbHasAnOperation() throws {
        let operations = Self.operations(of: try Self.swagger.get())
        let words: [(Verbs, String)] = [
            (.create, "post"), (.get, "get"), (.list, "list"), (.update, "put"), (.patch, "patch"), (.delete, "delete"),
            (.deleteCollection, "deletecollection"),
        ]
        for row in KindTable.standard.rows {
            for version in row.versions where version.legacy == nil {
                let kind = Self.tree(GroupVersionKind(version.groupVersion, version.kind ?? row.kind))
                let actions = operations.filter { path, _, operation in
                    operation["x-kubernetes-group-version-kind"] == kind && !path.contains("{name}/")
                }.compactMap { $0.operation["x-kubernetes-action"]?.string }
                let expected = words.filter { row.verbs.contains($0.0) }.map(\.1)
                #expect(Set(actions) == Set(expected), "\(kind.text)")
            }
        }
        let identifiers = operations.compactMap { $0.operation["operationId"]?.string }
        #expect(Set(identifiers).count == operations.count)
        #expect(identifiers.contains("createCoreV1NamespacedPod"))
        #expect(identifiers.contains("listCoreV1PodForAllNamespaces"))
        #expect(identifiers.contains("patchAppsV1NamespacedDeploymentScale"))
    }

    /// Clients ask the first PATCH of a kind they come across what parameters it takes.
    @Test func connectionsAreNotPatchesOfTheirObject() throws {
        for (path, _, operation) in Self.operations(of: try Self.swagger.get()) where path.contains("/proxy") {
            let kind = operation["x-kubernetes-group-version-kind"]?["kind"]?.string ?? ""
            #expect(kind.hasSuffix("ProxyOptions"), "\(path)")
        }
    }

    @Test func writesTakeDryRun() throws {
        for (path, method, operation) in Self.operations(of: try Self.swagger.get()) {
            guard operation["x-kubernetes-action"] != "connect" else { continue }
            let names = operation["parameters"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names.contains("dryRun") == (method != "get"), "\(method) \(path)")
            for word in path.split(separator: "{").dropFirst() {
                #expect(names.contains(String(word.prefix { $0 != "}" })), "\(method) \(path)")
            }
            if method == "patch" {
                #expect(operation["consumes"]?.array?.contains("application/merge-patch+json") == true)
            }
        }
    }

    @Test func protobufSaysWhatJSONSays() throws {
        let (swagger, protobuf) = (try Self.swagger.get(), try Self.protobuf.get())
        #expect(protobuf.text(1) == "2.0")
        #expect(protobuf.message(2)?.text(2) == swagger["info"]?["version"]?.string)
        let definitions = try #require(swagger["definitions"]?.object)
        let coded = try #require(protobuf.message(9)).named(1)
        #expect(Set(coded.keys) == Set(definitions.keys))
        for (name, definition) in definitions {
            Self.compare(definition, try #require(coded[name]), name)
        }
    }

    /// Compares a schema with its message, field by field.
    private static func compare(_ schema: JSONValue, _ message: OpenAPIProtobuf, _ path: String) {
        for (number, key) in [(1, "$ref"), (2, "format"), (4, "description")] {
            #expect(message.text(number) == schema[key]?.string ?? "", "\(path) \(key)")
        }
        #expect(message.message(22)?.text(1) ?? "" == schema["type"]?.string ?? "", "\(path)")
        #expect(message.texts(19) == schema["required"]?.array?.compactMap(\.string) ?? [], "\(path)")
        #expect(message.message(5)?.text(2) == schema["default"]?.text, "\(path)")
        #expect(message.messages(20).map { $0.text(2) } == schema["enum"]?.array?.map(\.text) ?? [], "\(path)")
        let extensions = (schema.object ?? JSONObject()).filter { $0.key.hasPrefix("x-") }
        let coded = message.named(31)
        #expect(coded.count == extensions.count, "\(path)")
        for (key, value) in extensions { #expect(coded[key]?.text(2) == value.text, "\(path) \(key)") }
        for (number, key) in [(21, "additionalProperties"), (23, "items")] {
            #expect((message.message(number) == nil) == (schema[key] == nil), "\(path) \(key)")
            if let inner = schema[key], let item = message.message(number, 1) { compare(inner, item, path + "." + key) }
        }
        let properties = schema["properties"]?.object ?? JSONObject()
        let members = message.message(25)?.named(1) ?? [:]
        #expect(members.count == properties.count, "\(path)")
        for (name, property) in properties {
            guard let member = members[name] else {
                Issue.record("\(path).\(name) is missing")
                continue
            }
            compare(property, member, path + "." + name)
        }
    }

    private static let methods = [(2, "get"), (3, "put"), (4, "post"), (5, "delete"), (8, "patch")]

    @Test func protobufHasThePaths() throws {
        let (swagger, protobuf) = (try Self.swagger.get(), try Self.protobuf.get())
        let paths = try #require(swagger["paths"]?.object)
        let coded = try #require(protobuf.message(8)).named(2)
        #expect(Set(coded.keys) == Set(paths.keys))
        for (path, item) in paths {
            for (number, method) in Self.methods {
                let message = coded[path]?.message(number)
                #expect((message == nil) == (item[method] == nil), "\(method) \(path)")
                guard let operation = item[method], let message else { continue }
                #expect(message.text(5) == operation["operationId"]?.string)
                #expect(message.texts(7) == operation["consumes"]?.array?.compactMap(\.string))
                #expect(
                    message.named(13)["x-kubernetes-group-version-kind"]?.text(2)
                        == operation["x-kubernetes-group-version-kind"]?.text)
                let parameters = operation["parameters"]?.array ?? []
                let items = message.messages(8).compactMap { $0.message(1) }
                let names = items.map { item in
                    item.message(1)?.text(2) ?? item.message(2, 3)?.text(4) ?? item.message(2, 4)?.text(4) ?? ""
                }
                #expect(names == parameters.compactMap { $0["name"]?.string }, "\(method) \(path)")
                let responses = message.message(9)?.named(1) ?? [:]
                #expect(Set(responses.keys) == Set(operation["responses"]?.object?.keys ?? []))
            }
        }
    }

    @Test func versionThreeIsSplitByGroupVersion() throws {
        let document = try Self.document.get()
        let index = try #require(try JSONValue(parsing: document.v3Index())["paths"]?.object)
        #expect(index["api/v1"] != nil)
        #expect(index["apis/apps/v1"] != nil)
        for (path, entry) in index {
            let url = try #require(entry["serverRelativeURL"]?.string)
            #expect(url.hasPrefix("/openapi/v3/\(path)?hash="))
            let text = path.split(separator: "/").dropFirst().joined(separator: "/")
            let groupVersion = try #require(GroupVersion(parsing: text))
            let part = try JSONValue(parsing: try #require(document.v3(groupVersion)))
            #expect(part["openapi"] == "3.0.0")
            let schemas = try #require(part["components"]?["schemas"]?.object)
            for reference in Self.references(in: part) {
                let name = try #require(reference.split(separator: "/").last)
                #expect(reference.hasPrefix("#/components/schemas/"))
                #expect(schemas[String(name)] != nil, "\(path): \(reference)")
            }
            #expect(part["paths"]?.object?.keys.allSatisfy { $0.hasPrefix("/\(path)/") } == true)
        }
        #expect(document.v3(GroupVersion(group: "bogus", "v1")) == nil)
        #expect(document.v3Index() == document.v3Index())
    }

    @Test func versionThreeKeepsMergeRules() throws {
        let part = try JSONValue(parsing: try #require(try Self.document.get().v3(.v1)))
        let schemas = part["components"]?["schemas"]
        let containers = schemas?["io.k8s.api.core.v1.PodSpec"]?["properties"]?["containers"]
        #expect(containers?["x-kubernetes-patch-merge-key"] == "name")
        let spec = schemas?["io.k8s.api.core.v1.Pod"]?["properties"]?["spec"]
        #expect(spec?["allOf"]?[0]?["$ref"] == "#/components/schemas/io.k8s.api.core.v1.PodSpec")
        let patch = part["paths"]?["/api/v1/namespaces/{namespace}/pods/{name}"]?["patch"]
        #expect(patch?["requestBody"]?["content"]?["application/strategic-merge-patch+json"] != nil)
    }
}
