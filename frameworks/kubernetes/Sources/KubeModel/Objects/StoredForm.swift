public import ClusterBase

/// The bytes of an object in the store: its hub form without `metadata.resourceVersion`, which the store's revision is.
///
/// They begin exactly `{"kind":"K","apiVersion":"GV","metadata":{`, so that serving the stored version copies them and
/// splices the revision in, and never decodes.
public enum StoredForm {
    /// The bytes of an object in hub form.
    public static func bytes(of object: KubeObject) -> [UInt8] { [] }

    /// The object of stored bytes, with `metadata.resourceVersion` first in its metadata. Throws when they are malformed.
    public static func object(_ bytes: [UInt8], revision: Int64) throws(JSONError) -> KubeObject { KubeObject() }

    /// The JSON of the object as it is served in the stored version.
    public static func served(_ bytes: [UInt8], revision: Int64) -> [UInt8] { bytes }

    /// Appends the JSON of the object as it is served in the stored version, without a copy between.
    public static func append(_ bytes: [UInt8], revision: Int64, to output: inout [UInt8]) {}

    /// Only `metadata` of stored bytes (with `resourceVersion`), the rest being skipped; nil when they are malformed.
    public static func metadata(_ bytes: [UInt8], revision: Int64) -> JSONObject? { nil }

    /// Only `metadata.labels` of stored bytes, in order; empty when there are none.
    public static func labels(_ bytes: [UInt8]) -> [(key: String, value: String)] { [] }
}
