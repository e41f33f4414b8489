internal import ClusterBase
internal import HTTPTransport
internal import KubeModel
internal import KubeSchemas

/// Takes bodies in protobuf for what they say: they go on as the JSON of the same document.
struct ProtobufBody: Sendable {
    /// The content type.
    static let mediaType = "application/vnd.kubernetes.protobuf"

    private let reader: ProtobufReader

    init(_ library: SchemaLibrary) { reader = ProtobufReader(library: library, numbers: KubeSchemas.numbers) }

    /// The request with its body as JSON; throws 400 for bytes that are no known kind in protobuf.
    func translated(_ request: HTTPRequest) throws(APIError) -> HTTPRequest {
        guard !request.body.isEmpty, RequestBody.mediaType(request) == Self.mediaType else { return request }
        guard let document = reader.document(request.body) else {
            throw .badRequest("the object provided is unrecognized: expected a known kind in protobuf")
        }
        var request = request
        request.body = document.bytes
        request.headers["Content-Type"] = "application/json"
        return request
    }
}
