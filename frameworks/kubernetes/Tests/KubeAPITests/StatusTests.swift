import ClusterBase
import HTTPTransport
import KubeAPI
import KubeModel
import Testing

@Suite struct StatusTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var method: RequestMethod
        var path: String
        var body: String?
        var type: String?
        var code: Int64
        var reason: String
        var message: String

        init(_ method: RequestMethod, _ path: String, _ code: Int64, _ reason: String, _ message: String) {
            (self.method, self.path, self.code, self.reason, self.message) = (method, path, code, reason, message)
        }

        init(
            _ method: RequestMethod, _ path: String, _ body: String, type: String? = nil, _ code: Int64,
            _ reason: String, _ message: String
        ) {
            (self.method, self.path, self.body, self.type) = (method, path, body, type)
            (self.code, self.reason, self.message) = (code, reason, message)
        }

        var testDescription: String { "\(method) \(path) \(body?.prefix(60) ?? "") -> \(code)" }
    }

    static let unknown = "the server could not find the requested resource"
    static let notAllowed = "the server does not allow this method on the requested resource"
    static let configMap = Sample.configMaps + "/cm"

    static let rows: [Row] = [
        Row(.get, "/nonsense", 404, "NotFound", unknown),
        Row(.get, "/api/v2", 404, "NotFound", unknown),
        Row(.get, "/apis/none", 404, "NotFound", unknown),
        Row(.get, "/api/v1/nonsense", 404, "NotFound", unknown),
        Row(.get, "/api/v1/pods/x", 404, "NotFound", unknown),
        Row(.get, "/api/v1/namespaces/default/nodes", 404, "NotFound", unknown),
        Row(.get, configMap + "/nonsense", 404, "NotFound", unknown),
        Row(.get, Sample.configMaps + "/nope", 404, "NotFound", "configmaps \"nope\" not found"),
        Row(
            .get, "/apis/apps/v1/namespaces/default/deployments/x", 404, "NotFound",
            "deployments.apps \"x\" not found"),
        Row(.delete, Sample.pods + "/x", 404, "NotFound", "pods \"x\" not found"),
        Row(.post, "/api/v1/configmaps", "{}", 405, "MethodNotAllowed", notAllowed),
        Row(.delete, "/api/v1/configmaps", 405, "MethodNotAllowed", notAllowed),
        Row(.put, Sample.configMaps, "{}", 405, "MethodNotAllowed", notAllowed),
        Row(.post, configMap, "{}", 405, "MethodNotAllowed", notAllowed),
        Row(.options, configMap, 405, "MethodNotAllowed", notAllowed),
        Row(.post, "/version", "{}", 405, "MethodNotAllowed", notAllowed),
        Row(
            .delete, "/api/v1/namespaces/default/services", 405, "MethodNotAllowed",
            "deletecollection is not supported on resources of kind \"services\""),
        Row(
            .get, "/api/v1/namespaces/default/bindings", 405, "MethodNotAllowed",
            "list is not supported on resources of kind \"bindings\""),
        Row(
            .post, Sample.configMaps, #"{"metadata":{"name":"cm"}}"#, 409, "AlreadyExists",
            "configmaps \"cm\" already exists"),
        Row(
            .put, configMap, #"{"metadata":{"name":"cm","resourceVersion":"999999"}}"#, 409, "Conflict",
            "Operation cannot be fulfilled on configmaps \"cm\": the object has been modified; please apply your "
                + "changes to the latest version and try again"),
        Row(
            .put, configMap, #"{"metadata":{"name":"b"}}"#, 400, "BadRequest",
            "the name of the object (b) does not match the name on the URL (cm)"),
        Row(
            .post, Sample.configMaps, #"{"metadata":{"name":"x","namespace":"other"}}"#, 400, "BadRequest",
            "the namespace of the provided object does not match the namespace sent on the request"),
        Row(.post, Sample.configMaps, "not json", 400, "BadRequest", "the object provided is unrecognized"),
        Row(.post, Sample.configMaps, "", 400, "BadRequest", "the object provided is unrecognized"),
        Row(.post, Sample.configMaps, "[]", 400, "BadRequest", "the object provided is unrecognized"),
        Row(
            .post, Sample.configMaps, #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}}"#, 400,
            "BadRequest", ""),
        Row(.post, Sample.configMaps, #"{"metadata":{"name":5}}"#, 400, "BadRequest", ""),
        Row(
            .post, Sample.configMaps, #"{"metadata":{"name":"Not A Name"}}"#, 422, "Invalid",
            "ConfigMap \"Not A Name\" is invalid: metadata.name: Invalid value: \"Not A Name\": "),
        Row(
            .post, Sample.configMaps + "?dryRun=Some", #"{"metadata":{"name":"x"}}"#, 422, "Invalid",
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: "),
        Row(.post, Sample.configMaps + "?fieldValidation=Odd", "{}", 422, "Invalid", "CreateOptions.meta.k8s.io"),
        Row(.get, Sample.configMaps + "?labelSelector=a%3D%3D%3Db", 400, "BadRequest", ""),
        Row(
            .get, Sample.configMaps + "?fieldSelector=spec.x%3Db", 400, "BadRequest",
            "field label not supported: spec.x"),
        Row(.get, Sample.configMaps + "?limit=many", 400, "BadRequest", ""),
        Row(.get, Sample.configMaps + "?continue=nonsense", 400, "BadRequest", ""),
        Row(.get, Sample.configMaps + "?resourceVersion=abc", 400, "BadRequest", ""),
        Row(.delete, configMap, #"{"gracePeriodSeconds":"x"}"#, 400, "BadRequest", ""),
        Row(.delete, configMap, #"{"kind":"Pod"}"#, 400, "BadRequest", ""),
        Row(
            .delete, configMap, #"{"preconditions":{"uid":"x"}}"#, 409, "Conflict",
            "Operation cannot be fulfilled on configmaps \"cm\": Precondition failed: UID in precondition: x"),
        Row(.delete, configMap + "?propagationPolicy=Odd", 422, "Invalid", "DeleteOptions.meta.k8s.io"),
        Row(
            .delete, configMap, #"{"orphanDependents":true,"propagationPolicy":"Orphan"}"#, 422, "Invalid",
            "DeleteOptions.meta.k8s.io"),
        Row(.patch, configMap, "{}", type: "application/json", 415, "UnsupportedMediaType", "the body of the request"),
        Row(
            .patch, configMap, "{}", type: "application/apply-patch+yaml", 415, "UnsupportedMediaType",
            "the body of the request was in an unknown format"),
        Row(.patch, configMap, "{", type: "application/merge-patch+json", 400, "BadRequest", "error decoding patch"),
        Row(.patch, configMap, "{}", type: "application/json-patch+json", 400, "BadRequest", "error decoding patch"),
        Row(
            .patch, configMap, #"[{"op":"test","path":"/data/a","value":"z"}]"#, type: "application/json-patch+json",
            422, "Invalid", "the server rejected our request due to an error in our request"),
        Row(
            .patch, configMap, #"{"metadata":{"resourceVersion":"1"}}"#, type: "application/merge-patch+json", 409,
            "Conflict", "Operation cannot be fulfilled on configmaps \"cm\""),
        Row(
            .patch, configMap + "?force=true", "{}", type: "application/merge-patch+json", 422, "Invalid",
            "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"),
    ]

    @Test(arguments: rows) func errorsAreStatusObjects(_ row: Row) async throws {
        try await APIFixture.run { api in
            try await api.create(Sample.configMaps, Sample.configMap("cm"))
            let answer = try await api.send(
                row.method, row.path, row.body, row.type.map { ["Content-Type": $0] } ?? [:])
            #expect(Int64(answer.status) == row.code, "\(answer.text)")
            #expect(answer.type == "application/json")
            let status = answer.json
            #expect(status["kind"] == "Status" && status["apiVersion"] == "v1" && status["status"] == "Failure")
            #expect(status["code"] == .integer(row.code) && status["reason"] == .string(row.reason), "\(answer.text)")
            #expect(status["message"]?.string?.hasPrefix(row.message) == true, "\(answer.text)")
        }
    }

    @Test func detailsNameTheObject() async throws {
        try await APIFixture.run { api in
            let unknown = try await api.get("/apis/none/v1")
            #expect(unknown.json["details"] == [:], "clients look into it before they know what is missing")
            let missing = try await api.get("/apis/apps/v1/namespaces/default/deployments/x")
            #expect(
                missing.text == #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"#
                    + #""deployments.apps \"x\" not found","reason":"NotFound","details":{"name":"x","group":"apps","#
                    + #""kind":"deployments"},"code":404}"# + "\n")
            let invalid = try await api.send(.post, Sample.pods, #"{"metadata":{"name":"p"},"spec":{}}"#)
            let details = invalid.json["details"]
            #expect(invalid.status == 422 && details?["kind"] == "Pod" && details?["name"] == "p")
            #expect(details?["causes"]?[0]?["field"] == "spec.containers")
            #expect(details?["causes"]?[0]?["reason"] == "FieldValueRequired")
        }
    }

    @Test func aGateMayRefuse() async throws {
        try await APIFixture.run { configuration in
            configuration.gate = { (info, request) throws(APIError) in
                guard let user = request.credentials else { throw .unauthorized }
                _ = user
                info.user = UserInfo(name: "eve", groups: [])
                if info.verb == .delete {
                    throw .forbidden(GroupResource(info.resource), info.name, "User \"eve\" cannot delete")
                }
            }
        } _: { api in
            #expect(try await api.get(Sample.configMaps).status == 401)
            #expect(try await api.get("/version").json["reason"] == "Unauthorized")
            let basic: HeaderFields = ["Authorization": "Basic ZXZlOng="]
            #expect(try await api.send(.get, Sample.configMaps, nil, basic).status == 200)
            let refused = try await api.send(.delete, Self.configMap, nil, basic)
            #expect(refused.status == 403)
            #expect(refused.json["message"] == "configmaps \"cm\" is forbidden: User \"eve\" cannot delete")
        }
    }
}
