public import ClusterBase
internal import HTTPTransport

/// The calls on images.
extension DockerEngineClient {
    /// The image's description; nil when it is not there.
    public func inspectImage(_ name: String) async throws -> JSONValue? {
        do {
            return try await call(.get, "/images/\(DockerEngineClient.path(of: name))/json")
        } catch let error as ClusterError where error.code == .notFound {
            return nil
        }
    }

    /// All images that have a name or are used; one entry for each.
    public func images() async throws -> [JSONValue] { try await call(.get, "/images/json").array ?? [] }

    /// Removes a name of an image and, with its last name, the image; nothing happens when it is gone.
    ///
    /// Throws `conflict` while a container uses the image.
    public func removeImage(_ name: String) async throws {
        do {
            _ = try await call(.delete, "/images/\(DockerEngineClient.path(of: name))", timeout: .seconds(120))
        } catch let error as ClusterError where error.code == .notFound {}
    }

    /// Pulls an image; returns when it is there.
    ///
    /// Cancellation ends the pull. What the registry says against it is thrown as `notFound` or `system`, as the engine
    /// classes it; `unavailable` is the engine's own absence, `timeout` that it says nothing for `patience`.
    public func pull(
        _ image: DockerImageName, authorization: String?, patience: Duration = .seconds(600)
    ) async throws {
        let query = "fromImage=\(PercentCoding.encode(image.repository))&tag=\(PercentCoding.encode(image.tag))"
        var headers: HeaderFields = [:]
        if let authorization { headers.add("X-Registry-Auth", authorization) }
        let response = try await stream(.post, "/images/create?\(query)", headers: headers, timeout: patience)
        try await DockerProgress.read(response.body, attempt: "cannot pull \(image.reference)", patience: patience)
    }

    /// Makes an image from a tar archive of its root; `changes` are lines of a Dockerfile.
    public func importImage(_ archive: [UInt8], repository: String, tag: String, changes: [String]) async throws {
        let query =
            ["fromSrc=-", "repo=\(PercentCoding.encode(repository))", "tag=\(PercentCoding.encode(tag))"]
            + changes.map { "changes=\(PercentCoding.encode($0))" }
        let response = try await stream(
            .post, "/images/create?\(query.joined(separator: "&"))", body: archive,
            headers: ["Content-Type": "application/x-tar"], timeout: .seconds(60))
        let attempt = "cannot import \(repository):\(tag)"
        try await DockerProgress.read(response.body, attempt: attempt, patience: .seconds(60))
    }

    /// A name with each part escaped and the slashes kept, as the engine's paths want it.
    private static func path(of name: String) -> String {
        name.split(separator: "/").map { PercentCoding.encode(String($0)) }.joined(separator: "/")
    }
}
