internal import KubeModel
internal import KubeStore

extension APIError {
    /// 410: a watch or list begins before the history kept.
    static func tooOld(_ requested: Int64, oldest: Int64) -> APIError {
        .expired("too old resource version: \(requested) (\(oldest))")
    }

    /// 504: a revision that is not there yet.
    static func tooNew(_ requested: Int64, current: Int64) -> APIError {
        let text = "Too large resource version: \(requested), current: \(current)"
        var error = APIError.timeout(text)
        error.causes = [Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")]
        error.retryAfterSeconds = 1
        return error
    }

    /// 422: an option of a request is wrong; `kind` is `ListOptions`, `DeleteOptions`, ….
    static func invalidOptions(_ kind: String, _ errors: [FieldError]) -> APIError {
        .invalid(GroupVersionKind(GroupVersion(group: "meta.k8s.io", "v1"), kind), "", errors)
    }

    /// 409: an object is not the one the client means.
    static func wrongUID(_ resource: GroupResource, _ name: String, wanted: String, actual: String) -> APIError {
        .conflict(resource, name, "Precondition failed: UID in precondition: \(wanted), UID in object meta: \(actual)")
    }

    /// What a client is told of any error: API errors as they are, the store's in the API's words.
    init(translating error: any Error) {
        switch error {
        case let error as APIError: self = error
        case StoreError.compacted(let requested, let oldest): self = .tooOld(requested, oldest: oldest)
        case StoreError.future(let requested, let current): self = .tooNew(requested, current: current)
        case StoreError.unavailable(let text): self = .unavailable("the store is not available: \(text)")
        case is CancellationError: self = .timeout("the request was cancelled")
        default: self = .internalError("\(error)")
        }
    }
}

extension APIError {
    /// 422: an update of a kind whose updates must say which version they replace.
    ///
    /// Upstream shows the value in hex.
    static func missingRevision(_ kind: GroupVersionKind, _ name: String) -> APIError {
        .invalid(
            kind, name,
            [.invalid("metadata.resourceVersion", shown: "0x0", "must be specified for an update")])
    }
}
