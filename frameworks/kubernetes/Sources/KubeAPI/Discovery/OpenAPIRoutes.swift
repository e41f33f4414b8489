internal import HTTPTransport
internal import KubeModel

// `/openapi/v2` and `/openapi/v3`.

extension APICore {
    var openAPIRoutes: [Route] {
        [
            get("/openapi/v2") { _, _ in Answers.response([], contentType: "application/octet-stream") }
        ]
    }
}
