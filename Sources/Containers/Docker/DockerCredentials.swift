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
            } else if let coded = value["auth"]?.string, let pair = Base64.decode(coded) {
                let parts = String(decoding: pair, as: UTF8.self).split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                answer["username"] = .string(String(parts[0]))
                answer["password"] = .string(String(parts[1]))
            } else {
                answer["username"] = value["username"]
                answer["password"] = value["password"]
            }
            answer["serveraddress"] = .string(key)
            return Base64.encodeForURL(JSONValue.object(answer).bytes)
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

/// Base64 (RFC 4648), as much as registry credentials need.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The URL-safe form, padded, as the engine reads it.
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let digit = Int(bits >> UInt32(18 - 6 * place)) & 63
                result.append(place <= group.count ? letters[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Reads either form; nil for anything else.
    static func decode(_ text: String) -> [UInt8]? {
        var (result, bits, count): ([UInt8], UInt32, UInt32) = ([], 0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\n") {
            let letter =
                byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
            guard let digit = letters.firstIndex(of: letter) else { return nil }
            (bits, count) = (bits << 6 | UInt32(digit), count + 6)
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return result
    }
}
