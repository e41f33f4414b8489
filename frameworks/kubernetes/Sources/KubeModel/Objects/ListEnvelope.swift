internal import ClusterBase

/// The JSON around the items of a list, which are written between with commas.
public enum ListEnvelope {
    /// `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"N"…},"items":[`.
    ///
    /// - Parameters:
    ///   - continueToken: where the next page goes on; empty on the last.
    ///   - remaining: how many objects follow the page; nil when unknown.
    public static func opening(
        kind: String, _ groupVersion: GroupVersion, revision: Int64, continueToken: String = "",
        remaining: Int? = nil
    ) -> [UInt8] {
        var metadata: JSONObject = ["resourceVersion": .string("\(revision)")]
        if !continueToken.isEmpty { metadata["continue"] = .string(continueToken) }
        if let remaining { metadata["remainingItemCount"] = .integer(Int64(remaining)) }
        var writer = JSONWriter()
        writer.raw("{\"kind\":")
        writer.string(kind)
        writer.raw(",\"apiVersion\":")
        writer.string(groupVersion.description)
        writer.raw(",\"metadata\":")
        writer.value(.object(metadata))
        writer.raw(",\"items\":[")
        return writer.bytes
    }

    /// `]}`.
    public static let closing: [UInt8] = Array("]}".utf8)
}
