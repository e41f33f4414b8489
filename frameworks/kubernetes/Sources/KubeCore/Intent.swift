public import ClusterBase
public import KubeModel

/// One request that a controller wants made.
public enum Intent: Hashable, Sendable {
    /// Reads an object as it is now.
    case get(ResourceKind, ObjectKey)
    /// Lists the objects of a namespace as they are now.
    case list(ResourceKind, namespace: String)
    /// Creates an object in the namespace it names.
    case create(ResourceKind, KubeObject)
    /// Replaces an object, or a part that a subresource stands for; its `resourceVersion` guards it.
    case update(ResourceKind, KubeObject, subresource: String = "")
    /// Merges a tree into an object or a part of it (RFC 7386); a `resourceVersion` in the tree guards it.
    case patch(ResourceKind, ObjectKey, JSONValue, subresource: String = "")
    /// Deletes an object.
    case delete(ResourceKind, ObjectKey, DeletionRequest)
    /// Deletes every object of a namespace with one request.
    case deleteAll(ResourceKind, namespace: String)
}

/// What became of an intent.
public struct Outcome: Hashable, Sendable {
    /// What the server said.
    public enum Answer: Hashable, Sendable {
        /// The object asked for or written.
        case object(KubeObject)
        /// The objects listed.
        case objects([KubeObject])
        /// It is done.
        case done
        /// It was refused.
        case failed(APIError)
    }

    /// What was asked.
    public var intent: Intent
    /// What was answered.
    public var answer: Answer

    /// Makes an outcome.
    public init(_ intent: Intent, _ answer: Answer) { (self.intent, self.answer) = (intent, answer) }

    /// The error, if it was refused.
    public var error: APIError? { if case .failed(let error) = answer { error } else { nil } }

    /// Whether it must be tried again; deleting what is gone already is no failure.
    public var isFailure: Bool {
        guard let error else { return false }
        switch intent {
        case .delete, .deleteAll: return error.code != 404
        default: return true
        }
    }
}
