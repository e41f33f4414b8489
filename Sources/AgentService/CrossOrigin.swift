internal import HTTPTransport

extension Route {
    /// The same route, for pages of any origin to read.
    ///
    /// The operator's pages come from the master and read sandboxes from the agents themselves. The field opens what
    /// `jsonp` opens anyway (spec `mesos/08` C.9), and without credentials: browsers send none to `*`.
    func readableFromAnyOrigin() -> Route {
        guard case .async(let handler) = handler else { return self }
        return Route(method, pattern, prefix: isPrefix, bodyLimit: bodyLimit) { request in
            var response = try await handler(request)
            response.headers["Access-Control-Allow-Origin"] = "*"
            return response
        }
    }
}
