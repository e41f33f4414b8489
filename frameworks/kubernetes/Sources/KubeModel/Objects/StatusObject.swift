public import ClusterBase

/// `Status` objects that report success, and the envelope of lists.
public enum StatusObject {
    /// `Status` of success, as DELETE answers for kinds that do not return the object.
    public static func success(
        _ resource: GroupResource? = nil, name: String = "", uid: String = "", code: Int? = nil
    ) -> JSONValue { .null }
}

/// The beginning and end of a list's JSON, items being written between.
public enum ListEnvelope {
    /// `{"kind":"PodList","apiVersion":"v1","metadata":{…},"items":[`.
    public static func opening(
        kind: String, _ groupVersion: GroupVersion, revision: Int64, continueToken: String = "",
        remaining: Int? = nil
    ) -> [UInt8] { [] }

    /// `]}`.
    public static let closing: [UInt8] = Array("]}".utf8)
}
