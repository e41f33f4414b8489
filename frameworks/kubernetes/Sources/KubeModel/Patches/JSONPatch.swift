public import ClusterBase

/// A list of operations on a document (RFC 6902, `application/json-patch+json`).
public struct JSONPatch: Sendable {
    /// How many operations a patch may have.
    public static let operationLimit = 10_000

    /// Reads a patch. Throws 400 when it is no patch and 413 for more than 10,000 operations.
    public init(_ document: JSONValue) throws(APIError) {}

    /// The document after all operations. Throws 422 when one cannot be applied.
    public func applied(to document: JSONValue) throws(APIError) -> JSONValue { document }
}
