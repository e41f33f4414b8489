internal import HTTPTransport
internal import KubeKinds
internal import KubeModel

// `/openapi/v2` and `/openapi/v3` (spec `kubernetes/01` §1.6).

extension APICore {
    var openAPIRoutes: [Route] {
        [
            get("/openapi/v2") { core, request throws(APIError) in
                let form = try OpenAPICache.form(request)
                return try await core.openAPI.answer(form, request)
            },
            get("/openapi/v3") { core, request throws(APIError) in try await core.openAPI.answer(.index, request) },
            get("/openapi/v3/api/{version}") { core, request throws(APIError) in
                let groupVersion = GroupVersion(request.captures["version"] ?? "")
                return try await core.openAPI.answer(.version3(groupVersion), request)
            },
            get("/openapi/v3/apis/{group}/{version}") { core, request throws(APIError) in
                let (group, version) = (request.captures["group"] ?? "", request.captures["version"] ?? "")
                return try await core.openAPI.answer(.version3(GroupVersion(group: group, version)), request)
            },
        ]
    }
}

/// The API's description in each of its forms, built when first asked for and kept.
actor OpenAPICache {
    /// The documents there are.
    enum Form: Hashable, Sendable {
        case json
        case protobuf
        case index
        case version3(GroupVersion)
    }

    private let document: OpenAPIDocument
    private var kept: [Form: (bytes: [UInt8], tag: String)] = [:]

    init(_ document: OpenAPIDocument) { self.document = document }

    /// The form of version 2 that a client accepts. Throws 406.
    static func form(_ request: HTTPRequest) throws(APIError) -> Form {
        let values = request.headers.values("accept")
        guard !values.isEmpty else { return .json }
        for accepted in AcceptedType.list(values) {
            if protobufTypes.contains(accepted.name) { return .protobuf }
            if accepted.covers("application/json") { return .json }
        }
        throw .notAcceptable(["application/json", OpenAPIDocument.protobufMediaType])
    }

    private static let protobufTypes: Set<String> = [
        OpenAPIDocument.protobufMediaType, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
    ]

    /// A document, or 304 when the client has it. Throws 404 for a version that is not served, and 406.
    func answer(_ form: Form, _ request: HTTPRequest) throws(APIError) -> HTTPResponse {
        if form != .protobuf { _ = try OutputForm(request, shapes: false) }
        guard let (bytes, tag) = entry(form) else { throw .noSuchResource }
        let type = form == .protobuf ? OpenAPIDocument.protobufMediaType : OutputForm.json.contentType
        var response = Answers.response(bytes, contentType: type)
        if request.headers["if-none-match"] == tag { response = HTTPResponse(.notModified) }
        response.headers["ETag"] = tag
        response.headers.add("Vary", "Accept")
        return response
    }

    private func entry(_ form: Form) -> (bytes: [UInt8], tag: String)? {
        if let entry = kept[form] { return entry }
        let bytes: [UInt8]? =
            switch form {
            case .json: document.json()
            case .protobuf: document.protobuf()
            case .index: document.v3Index()
            case .version3(let groupVersion): document.v3(groupVersion)
            }
        guard let bytes else { return nil }
        let entry = (bytes: bytes, tag: Self.tag(bytes))
        kept[form] = entry
        return entry
    }

    /// FNV-1a of the bytes, so that the tag is the same on every server.
    private static func tag(_ bytes: [UInt8]) -> String {
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\"" + String(hash, radix: 16, uppercase: true) + "\""
    }
}
