internal import ClusterBase
internal import HTTPTransport

/// Reads what daemons serve as JSON, for commands that print it.
struct OperatorClient: Sendable {
    let pool: HTTPClientPool

    /// A document that must be there; redirects to the leader are followed.
    ///
    /// Throws what a person can act on: no answer, another status with its text, no JSON.
    func get(_ path: String, at address: String) async throws -> JSONValue {
        let (status, body, url) = try await ask(path, at: address)
        guard status == 200 else {
            throw ClusterError(.unavailable, "\(url) answered \(status): \(String(decoding: body, as: UTF8.self))")
        }
        return try Self.tree(body, url)
    }

    /// A document, or the words of the 404 in its place.
    func find(_ path: String, at address: String) async throws -> Result<JSONValue, ClusterError> {
        let (status, body, url) = try await ask(path, at: address)
        let text = String(decoding: body, as: UTF8.self)
        switch status {
        case 200: return .success(try Self.tree(body, url))
        case 404: return .failure(ClusterError(.notFound, text.isEmpty ? "\(url) is not there" : text))
        default: throw ClusterError(.unavailable, "\(url) answered \(status): \(text)")
        }
    }

    private func ask(_ path: String, at address: String) async throws -> (status: Int, body: [UInt8], url: String) {
        var url = (address.contains("://") ? address : "http://" + address) + path
        for _ in 0..<4 {
            let response = try await pool.send(ClientRequest(.get, url))
            guard response.status.code == 307, let location = response.headers["location"] else {
                return (response.status.code, response.body, url)
            }
            url = location.hasPrefix("//") ? "http:" + location : location
        }
        throw ClusterError(.unavailable, "\(address) redirects in circles")
    }

    private static func tree(_ body: [UInt8], _ url: String) throws -> JSONValue {
        do { return try JSONValue(parsing: body) } catch {
            throw ClusterError(.unavailable, "the answer of \(url) is not JSON", cause: error)
        }
    }
}

/// Runs work with a client that is shut down afterwards.
func withOperatorClient<Value>(_ work: (OperatorClient) async throws -> Value) async throws -> Value {
    let pool = try HTTPClientPool()
    do {
        let value = try await work(OperatorClient(pool: pool))
        await pool.shutdown()
        return value
    } catch {
        await pool.shutdown()
        throw error
    }
}
