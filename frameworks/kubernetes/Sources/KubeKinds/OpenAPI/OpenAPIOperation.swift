internal import ClusterBase
internal import KubeModel

/// One operation of the API, before it is written in a form of OpenAPI.
struct OpenAPIOperation {
    /// A parameter of a path or query.
    struct Parameter {
        var name: String
        var isInPath = false
        var type = "string"
        var description: String
    }

    /// The group and version it is served in.
    var served: GroupVersion
    /// The path, such as `/api/v1/namespaces/{namespace}/pods/{name}`.
    var path: String
    /// The method, in lower case.
    var method: String
    /// The word of `x-kubernetes-action`.
    var action: String
    /// The name of the operation, unique in a document.
    var identifier: String
    /// What it does, in one line.
    var description: String
    /// The kind it is about.
    var kind: GroupVersionKind
    /// Its parameters, but for the body.
    var parameters: [Parameter]
    /// The definition of the body, or nil without one; empty for patches, whose body is any document.
    var body: String?
    /// Types of body it takes.
    var consumes: [String]
    /// Types of answer it gives.
    var produces: [String]
    /// The status of success.
    var status = 200
    /// The definition of the answer, or nil for text.
    var answer: String?

    private var tag: String {
        let group = served.group.split(separator: ".").first.map(String.init) ?? "core"
        return group + "_" + served.version
    }

    private var extensions: [(key: String, value: JSONValue)] {
        [("x-kubernetes-action", .string(action)), ("x-kubernetes-group-version-kind", kind.tree)]
    }

    private func head() -> JSONObject {
        ["description": .string(description), "operationId": .string(identifier), "tags": [.string(tag)]]
    }

    /// The operation in Swagger 2.0.
    func swagger(_ definitions: OpenAPIDefinitions) -> JSONValue {
        var object = head()
        object["consumes"] = .array(consumes.map { .string($0) })
        object["produces"] = .array(produces.map { .string($0) })
        var parameters = self.parameters.map { parameter -> JSONValue in
            [
                "name": .string(parameter.name), "in": parameter.isInPath ? "path" : "query",
                "description": .string(parameter.description), "required": .bool(parameter.isInPath),
                "type": .string(parameter.type),
            ]
        }
        if let body {
            parameters.append([
                "name": "body", "in": "body", "required": true,
                "schema": body.isEmpty ? ["type": "object"] : definitions.reference(body),
            ])
        }
        object["parameters"] = .array(parameters)
        let schema: JSONValue = answer.map(definitions.reference) ?? ["type": "string"]
        object["responses"] = [
            String(status): ["description": "Success.", "schema": schema],
            "401": ["description": "The credentials are missing or wrong."],
        ]
        for (key, value) in extensions { object[key] = value }
        return .object(object)
    }

    /// The operation in OpenAPI 3.0.
    func openAPI(_ definitions: OpenAPIDefinitions) -> JSONValue {
        var object = head()
        object["parameters"] = .array(
            parameters.map { parameter in
                [
                    "name": .string(parameter.name), "in": parameter.isInPath ? "path" : "query",
                    "description": .string(parameter.description), "required": .bool(parameter.isInPath),
                    "schema": ["type": .string(parameter.type)],
                ]
            })
        if let body {
            let schema: JSONValue = body.isEmpty ? ["type": "object"] : definitions.reference(body)
            object["requestBody"] = ["content": Self.content(consumes, schema), "required": true]
        }
        let schema: JSONValue = answer.map(definitions.reference) ?? ["type": "string"]
        object["responses"] = [
            String(status): ["description": "Success.", "content": Self.content(produces, schema)],
            "401": ["description": "The credentials are missing or wrong."],
        ]
        for (key, value) in extensions { object[key] = value }
        return .object(object)
    }

    private static func content(_ types: [String], _ schema: JSONValue) -> JSONValue {
        var object = JSONObject()
        for type in types { object[type] = ["schema": schema] }
        return .object(object)
    }
}
