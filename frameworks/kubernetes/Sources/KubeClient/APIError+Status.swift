public import KubeModel

extension APIError {
    /// Reads an error from a `Status` object; what is not one gives an error with the HTTP status alone.
    ///
    /// - Parameter code: the HTTP status, for a `Status` that names none.
    public init(status: KubeObject, code: Int) {
        let isStatus = status.kind == "Status"
        self.init(
            isStatus ? status.integer("code").map { Int($0) } ?? code : code, status.text("reason"),
            isStatus ? status.text("message") : "the server answered with status \(code)")
        (name, group) = (status.text("details", "name"), status.text("details", "group"))
        (kind, uid) = (status.text("details", "kind"), status.text("details", "uid"))
        causes = status.list("details", "causes").compactMap { KubeObject($0) }.map {
            Cause(reason: $0.text("reason"), message: $0.text("message"), field: $0.text("field"))
        }
        retryAfterSeconds = status.integer("details", "retryAfterSeconds").map { Int($0) }
        continueToken = status.text("metadata", "continue")
    }
}
