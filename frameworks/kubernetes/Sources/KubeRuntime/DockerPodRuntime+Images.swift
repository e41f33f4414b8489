internal import ClusterBase
internal import Containers
public import KubeNode

extension DockerPodRuntime {
    /// The id of an image; see `PodRuntime`.
    public func image(_ reference: String) async throws(RuntimeFailure) -> String? {
        try await asking { try await engine.inspectImage(reference)?["Id"]?.string }
    }

    /// The user an image names; see `PodRuntime`.
    public func imageUser(_ reference: String) async throws(RuntimeFailure) -> String? {
        try await asking {
            guard let document = try await engine.inspectImage(reference) else { return nil }
            return document["Config"]?["User"]?.string ?? ""
        }
    }

    /// Pulls an image; see `PodRuntime`.
    public func pull(_ reference: String, credentials: [RegistryCredential]) async throws(RuntimeFailure) {
        let name = DockerImageName(reference)
        var refusals: [String] = []
        for credential in credentials.map(Optional.some) + [nil] {
            do {
                try await engine.pull(
                    name, authorization: credential?.authorization(for: name), patience: options.pullPatience)
                return records.forgetDigests()
            } catch {
                let failure = PullWords.failure(error, of: name)
                guard failure.kind == .pullRefused else { throw failure }
                if !refusals.contains(failure.message) { refusals.append(failure.message) }
            }
        }
        throw RuntimeFailure(.pullRefused, refusals.joined(separator: "; "))
    }

    /// Every image; see `PodRuntime`.
    public func images() async throws(RuntimeFailure) -> [RuntimeImage] {
        try await asking {
            try await engine.images().compactMap { entry in
                guard let id = entry["Id"]?.string else { return nil }
                let names = (entry["RepoTags"]?.array ?? []) + (entry["RepoDigests"]?.array ?? [])
                return RuntimeImage(
                    id: id, names: names.compactMap(\.string).filter { !$0.hasPrefix("<none>") },
                    sizeBytes: entry["Size"]?.integer ?? 0)
            }
        }
    }

    /// Removes an image with all its names; see `PodRuntime`.
    public func removeImage(_ id: String) async throws(RuntimeFailure) {
        try await asking {
            guard let document = try await engine.inspectImage(id) else { return }
            // Asked before, lest the first names go and the last one stays.
            guard try await engine.list(labels: [], image: id).isEmpty else {
                throw ClusterError(.conflict, "image \(id) is used by a container")
            }
            let tags = (document["RepoTags"]?.array ?? []).compactMap(\.string)
            for name in tags.count > 1 ? tags : [id] { try await engine.removeImage(name) }
        }
    }
}

extension RegistryCredential {
    /// The `X-Registry-Auth` field.
    func authorization(for image: DockerImageName) -> String {
        var fields = JSONObject()
        if token.isEmpty {
            fields["username"] = .string(username)
            fields["password"] = .string(password)
        } else {
            fields["identitytoken"] = .string(token)
        }
        fields["serveraddress"] = .string(image.registry ?? "https://index.docker.io/v1/")
        return String(decoding: Base64.encode(JSONValue.object(fields).bytes, urlSafe: true), as: UTF8.self)
    }
}

/// What the engine's words on a failed pull mean: it passes on the registry's, in no form of its own.
enum PullWords {
    /// Words of a registry that answers, and says no.
    private static let refusals = [
        "unauthorized", "denied", "no basic auth credentials", "manifest unknown", "not found", "does not exist",
        "name unknown", "name invalid", "invalid reference", "no matching manifest", "invalid repository name",
        "incorrect username or password",
    ]

    /// The failure of a pull.
    static func failure(_ error: any Error, of image: DockerImageName) -> RuntimeFailure {
        guard let error = error as? ClusterError, error.code != .unavailable else { return RuntimeFailure(error) }
        if error.code == .timeout {
            return RuntimeFailure(.registryUnavailable, "the pull of \(image.reference) makes no progress")
        }
        let prefix = "cannot pull \(image.reference): "
        let words = error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.message
        let isRefused =
            error.code == .notFound || error.code == .invalidArgument
            || refusals.contains { words.lowercased().contains($0) }
        return RuntimeFailure(isRefused ? .pullRefused : .registryUnavailable, words)
    }
}
