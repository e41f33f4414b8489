internal import HTTPTransport

/// Recognises messages among the requests of a port and delivers them (spec `mesos/11` §11.2).
struct MessageReceiver: RequestInterceptor {
    let core: TransportCore

    var bodyLimit: Int { core.configuration.messageLimit }

    func takes(_ request: HTTPRequest) -> Bool {
        request.method == .post
            && (request.headers.contains("libprocess-from")
                || request.headers["user-agent"]?.hasPrefix(MessageReceiver.agentPrefix) == true)
    }

    func handle(_ request: HTTPRequest, _ reply: Reply) {
        guard let from = MessageReceiver.sender(of: request) else {
            core.count { $0.malformed += 1 }
            return reply.send(.error(.internalServerError, "Failed to determine the sender of the message"))
        }
        if core.configuration.requiresPeerAddressMatch, request.remoteAddress != from.host {
            core.count { $0.malformed += 1 }
            return reply.send(
                .error(.badRequest, "The address of sender '\(from)' is not that of the connection"))
        }
        guard let (id, name) = MessageReceiver.target(of: request.rawPath) else {
            core.count { $0.malformed += 1 }
            return reply.send(.error(.notFound))
        }
        core.deliver(IncomingMessage(from: from, to: id, name: name, body: request.body), reply)
    }

    private static let agentPrefix = "libprocess/"

    /// `Libprocess-From` first, else the `User-Agent`.
    private static func sender(of request: HTTPRequest) -> UPID? {
        if let text = request.headers["libprocess-from"] { return try? UPID(parsing: text) }
        guard let agent = request.headers["user-agent"], agent.hasPrefix(agentPrefix) else { return nil }
        return try? UPID(parsing: agent.dropFirst(agentPrefix.count))
    }

    /// The decoded process id and the message name of `/<id>/<name>`.
    static func target(of path: Substring) -> (id: String, name: String)? {
        guard path.hasPrefix("/") else { return nil }
        let halves = path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
        return (PercentCoding.decode(halves[0]), PercentCoding.decode(halves[1]))
    }
}
