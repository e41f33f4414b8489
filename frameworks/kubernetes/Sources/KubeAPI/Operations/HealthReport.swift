/// The answers of `/healthz`, `/livez` and `/readyz` (apiserver `pkg/server/healthz`).
struct HealthReport: Sendable {
    /// The endpoints there are.
    static let endpoints = ["healthz", "livez", "readyz"]

    /// One of `endpoints`.
    let endpoint: String
    let checks: [HealthCheck]

    /// Runs the checks but the excluded ones; text and status.
    func whole(isVerbose: Bool, excluding excluded: [String]) async -> (text: String, code: Int) {
        var lines = ""
        var isFailed = false
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if await check.problem() == nil {
                lines += "[+]\(check.name) ok\n"
            } else {
                isFailed = true
                lines += "[-]\(check.name) failed: reason withheld\n"
            }
        }
        let unknown = excluded.filter { name in !checks.contains { $0.name == name } }
        if !unknown.isEmpty {
            let names = unknown.map { "\"\($0)\"" }.joined(separator: ", ")
            lines += "warn: some health checks cannot be excluded: no matches for \(names)\n"
        }
        if isFailed { return (lines + "\(endpoint) check failed\n", 500) }
        return isVerbose ? (lines + "\(endpoint) check passed\n", 200) : ("ok", 200)
    }

    /// Runs one check; nil when there is none of that name.
    func single(_ name: String) async -> (text: String, code: Int)? {
        guard let check = checks.first(where: { $0.name == name }) else { return nil }
        guard let problem = await check.problem() else { return ("ok", 200) }
        return ("internal server error: \(problem)\n", 500)
    }
}
