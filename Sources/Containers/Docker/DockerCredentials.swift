internal import ClusterBase

/// Registry credentials of a Docker configuration (`--docker_config`, `.docker/config.json`, `.dockercfg`).
struct DockerCredentials: Sendable {
    private let accounts: JSONObject

    /// Reads a configuration of either form: `{"auths": {registry: …}}` or `{registry: …}`.
    init(configuration: JSONValue) { accounts = configuration["auths"]?.object ?? configuration.object ?? JSONObject() }

    /// The configuration in a sandbox that the user has fetched there; nil when there is none.
    static func inSandbox(_ sandbox: String) throws(ClusterError) -> DockerCredentials? {
        for name in [".docker/config.json", ".dockercfg"] {
            guard let text = PosixFile.read("\(sandbox)/\(name)") else { continue }
            do {
                return DockerCredentials(configuration: try JSONValue(parsing: text))
            } catch {
                throw ClusterError(.invalidArgument, "\(name) in the sandbox is not JSON", cause: error)
            }
        }
        return nil
    }

    /// The `X-Registry-Auth` field for an image; nil without credentials for its registry.
    func registryAuthorization(for image: DockerImageName) -> String? {
        let wanted = image.registry ?? "index.docker.io"
        for (key, value) in accounts where DockerCredentials.host(of: key) == wanted {
            var answer = JSONObject()
            if let token = value["identitytoken"]?.string, !token.isEmpty {
                answer["identitytoken"] = .string(token)
            } else if let coded = value["auth"]?.string, let pair = Base64.decode(coded.utf8, strictly: false) {
                let parts = String(decoding: pair, as: UTF8.self).split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                answer["username"] = .string(String(parts[0]))
                answer["password"] = .string(String(parts[1]))
            } else {
                answer["username"] = value["username"]
                answer["password"] = value["password"]
            }
            answer["serveraddress"] = .string(key)
            return String(decoding: Base64.encode(JSONValue.object(answer).bytes, urlSafe: true), as: UTF8.self)
        }
        return nil
    }

    /// The host of a key such as `https://index.docker.io/v1/` or `registry.example:5000`.
    private static func host(of key: String) -> String {
        let rest = key.range(of: "://").map { key[$0.upperBound...] } ?? key[...]
        let host = rest.prefix { $0 != "/" }
        return host == "docker.io" || host == "registry-1.docker.io" ? "index.docker.io" : String(host)
    }
}
