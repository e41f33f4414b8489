internal import ClusterBase
internal import HTTPTransport
internal import NIOCore

/// The protocol a client wants to change to, and the versions it offers.
enum UpgradeRequest {
    case spdy(offered: [String])
    case webSocket(key: String, offered: [String])

    /// Reads a request; nil when it asks for neither protocol.
    init?(_ request: HTTPRequest) {
        let connection = request.headers.list("connection").map { $0.lowercased() }
        let wanted = request.headers.list("upgrade").map { $0.lowercased() }
        guard connection.contains("upgrade") else { return nil }
        if wanted.contains("spdy/3.1") {
            self = .spdy(offered: request.headers.list("x-stream-protocol-version"))
        } else if wanted.contains("websocket"), let key = request.headers["sec-websocket-key"] {
            self = .webSocket(key: key, offered: request.headers.list("sec-websocket-protocol"))
        } else {
            return nil
        }
    }

    /// 403 with the versions that would have been taken.
    static func refusal(_ offered: [String], known: [String]) -> HTTPResponse {
        var response = HTTPResponse.error(
            .forbidden,
            "unable to negotiate protocol: client supports \(offered.joined(separator: ", ")), server supports "
                + known.joined(separator: ", "))
        for version in known { response.headers.add("X-Accepted-Stream-Protocol-Versions", version) }
        return response
    }

    /// 101 to SPDY/3.1.
    static func acceptSPDY(
        _ version: String, _ begin: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> HTTPResponse {
        HTTPResponse(
            .switchingProtocols,
            headers: [
                "Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": version,
            ], body: .takeover(Takeover(begin)))
    }

    /// 101 to WebSocket; an empty version is not named.
    static func acceptWebSocket(
        key: String, version: String, _ begin: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> HTTPResponse {
        var headers: HeaderFields = [
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Accept": WebSocketKey.accept(key),
        ]
        if !version.isEmpty { headers["Sec-WebSocket-Protocol"] = version }
        return HTTPResponse(.switchingProtocols, headers: headers, body: .takeover(Takeover(begin)))
    }
}
