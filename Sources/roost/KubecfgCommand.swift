internal import ClusterBase
internal import CommandFlags
internal import Foundation
internal import HTTPTransport
internal import KubeClient
internal import KubeModel
internal import Kubecfg

/// The client of 2014 (seeds §1.19, K-KCF-01…04; spec `kubernetes/08` §8.6).
let kubecfgCommand = Command(
    name: "kubecfg", programNames: ["kubecfg"],
    table: FlagTable(
        command: "roost kubecfg", summary: "Talk to the Kubernetes API as in 2014: list, get, create, resize, …",
        flags: kubecfgFlags, environmentPrefixes: [], positional: "VERB [RESOURCE[/ID]] …")
) { values in
    let options = try await kubecfgOptions(values)
    let client = try KubeClient(kubecfgServer(values))
    let kubecfg = Kubecfg(client: client, options: options) { text in
        FileHandle.standardOutput.write(Data(text.utf8))
    }
    do {
        try await kubecfg.run(values.positional)
    } catch {
        await client.shutdown()
        if let error = error as? KubecfgUsage { throw UsageError(error.description) }
        throw error
    }
    await client.shutdown()
    return ExitStatus.success
}

private let kubecfgFlags: [Flag] = [
    Flag("h", .text, "The API server: host:port or URL (default: KUBERNETES_MASTER, else http://localhost:8080)."),
    Flag("c", .text, "File, URL or - (standard input) with the object of 'create' and 'update'; JSON or YAML."),
    Flag("l", .text, "Label selector for 'list'."),
    Flag("json", .boolean, default: "false", "Print answers as JSON."),
    Flag("yaml", .boolean, default: "false", "Print answers as YAML."),
    Flag("verbose", .boolean, default: "false", "Tell what is sent."),
    Flag("u", .text, default: "60s", "Pause between two pods of 'rollingupdate'."),
    Flag("image", .text, "Image 'rollingupdate' changes the first container to."),
    Flag("p", .text, "Ports of 'run': comma list of [HOST:]CONTAINER."),
    Flag("s", .integer, default: "-1", "Port of a service that 'run' makes too."),
    Flag("api_version", .text, default: "v1beta1", "API version: v1beta1 or v1beta2."),
    Flag("ns", .text, "Namespace, over that of --ns_file."),
    Flag("ns_file", .text, "JSON file that names the namespace (default: ~/.kubernetes_ns)."),
    Flag("auth", .text, "JSON file of credentials for https (default: ~/.kubernetes_auth)."),
    Flag("bearer_token", .text, "Token to authenticate with."),
    Flag("certificate_authority", .text, "Authority of the server's certificate."),
    Flag("client_certificate", .text, "Certificate to authenticate with."),
    Flag("client_key", .text, "Key of that certificate."),
    Flag("insecure_skip_tls_verify", .boolean, default: "false", "Do not check the server's certificate."),
    Flag("template", .text, effect: .noTemplates, "Go template for answers."),
    Flag("template_file", .text, effect: .noTemplates, "File of a Go template for answers."),
    Flag("proxy", .boolean, default: "false", effect: .noLocalProxy, "Serve the API on localhost:8001."),
    Flag("www", .text, effect: .accepted, "Directory that --proxy serves."),
    Flag("expect_version_match", .boolean, default: "false", effect: .accepted, "Insist on the server's version."),
    Flag("logtostderr", .boolean, default: "true", effect: .accepted, "The log goes to standard error."),
    Flag("v", .integer, default: "0", effect: .accepted, "Verbosity of the log; there is none."),
]

extension Flag.Effect {
    fileprivate static let noTemplates = Self.refused("Go templates are not read; --json and --yaml give everything")
    fileprivate static let noLocalProxy = Self.refusedWhenTrue(
        "the local proxy is not in this version; 'kubectl proxy' is one")
}

private func kubecfgOptions(_ values: FlagValues) async throws -> KubecfgOptions {
    var options = KubecfgOptions()
    options.apiVersion = values["api_version"] ?? options.apiVersion
    guard ["v1beta1", "v1beta2"].contains(options.apiVersion) else {
        throw UsageError(flag: "--api_version", "expected v1beta1 or v1beta2, not '\(options.apiVersion)'")
    }
    options.namespace = try values["ns"] ?? savedNamespace(values) ?? options.namespace
    options.selector = values["l"] ?? ""
    options.format = values.bool("json") ? .json : values.bool("yaml") ? .yaml : .table
    options.isVerbose = values.bool("verbose")
    guard let period = GoDuration.parse(values["u"] ?? ""), period >= 0 else {
        throw UsageError(flag: "--u", "expected a duration such as 60s, not '\(values["u"] ?? "")'")
    }
    options.updatePeriod = .nanoseconds(period)
    options.image = values["image"]
    options.ports = values["p"] ?? ""
    options.servicePort = values.integer("s").flatMap { $0 > 0 ? $0 : nil }
    if let place = values["c"] { options.body = try await contents(of: place) }
    return options
}

/// The bytes behind `-c`: a file, a URL, or standard input.
private func contents(of place: String) async throws -> [UInt8] {
    if place == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
    guard place.hasPrefix("http://") || place.hasPrefix("https://") else {
        do { return Array(try Data(contentsOf: URL(fileURLWithPath: place))) } catch {
            throw UsageError(flag: "--c", plainWords(of: error))
        }
    }
    let pool = try HTTPClientPool()
    let response: ClientResponse
    do { response = try await pool.send(ClientRequest(.get, place)) } catch {
        await pool.shutdown()
        throw error
    }
    await pool.shutdown()
    guard response.status.code == 200 else {
        throw UsageError(flag: "--c", "\(place) answered \(response.status.code)")
    }
    return response.body
}

// MARK: - Server and credentials

private func kubecfgServer(_ values: FlagValues) throws -> KubeClientConfiguration {
    let environment = ProcessInfo.processInfo.environment["KUBERNETES_MASTER"].flatMap { $0.isEmpty ? nil : $0 }
    let host = values["h"] ?? environment ?? "http://localhost:8080"
    var configuration = KubeClientConfiguration(server: host.contains("://") ? host : "http://" + host)
    configuration.userAgent = "kubecfg"
    let saved = try configuration.server.hasPrefix("https://") ? document(values, "auth", ".kubernetes_auth") : nil
    configuration.trust.authorityFile = values["certificate_authority"] ?? saved?["CAFile"]?.string
    configuration.trust.verifiesCertificates =
        !(values.bool("insecure_skip_tls_verify") || saved?["Insecure"]?.bool == true)
    let certificate = values["client_certificate"] ?? saved?["CertFile"]?.string
    if let certificate, let key = values["client_key"] ?? saved?["KeyFile"]?.string {
        configuration.trust.identity = TLSIdentity(certificateFile: certificate, privateKeyFile: key)
    }
    let authorization = authorization(token: values["bearer_token"], saved)
    configuration.authorization = { authorization }
    return configuration
}

private func authorization(token: String?, _ saved: JSONValue?) -> String? {
    if let token = token ?? saved?["BearerToken"]?.string, !token.isEmpty { return "Bearer " + token }
    guard let user = saved?["User"]?.string, !user.isEmpty else { return nil }
    let credentials = Array("\(user):\(saved?["Password"]?.string ?? "")".utf8)
    return "Basic " + String(decoding: Base64.encode(credentials), as: UTF8.self)
}

private func savedNamespace(_ values: FlagValues) throws -> String? {
    try document(values, "ns_file", ".kubernetes_ns")?["Namespace"]?.string
}

/// The JSON of the file that a flag names, or of one in the home directory if it exists.
private func document(_ values: FlagValues, _ flag: String, _ name: String) throws -> JSONValue? {
    let standard = FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(name).path
    guard let path = values[flag] ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil) else {
        return nil
    }
    do { return try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: path)))) } catch {
        throw UsageError(flag: "--\(flag)", "\(path): \(plainWords(of: error))")
    }
}
