public import ClusterBase

/// The bytes of an object in the store: its hub form without `metadata.resourceVersion`, which the store's revision is.
///
/// They begin exactly `{"kind":"K","apiVersion":"GV","metadata":{`, so that serving the stored version copies them and
/// splices the revision in behind that beginning, and never decodes.
public enum StoredForm {
    private static let metadataMember = Array("\"metadata\":{".utf8)

    /// The bytes of an object in hub form; `kind` and `apiVersion` must be set.
    public static func bytes(of object: KubeObject) -> [UInt8] {
        var metadata = object.metadata
        metadata["resourceVersion"] = nil
        var writer = JSONWriter(capacity: 1024)
        writer.raw("{\"kind\":")
        writer.string(object.kind)
        writer.raw(",\"apiVersion\":")
        writer.string(object.apiVersion)
        writer.raw(",\"metadata\":")
        writer.value(.object(metadata))
        for (key, value) in object.fields where !["kind", "apiVersion", "metadata"].contains(key) {
            writer.raw(",")
            writer.string(key)
            writer.raw(":")
            writer.value(value)
        }
        writer.raw("}")
        return writer.bytes
    }

    /// Where in stored bytes the revision belongs: behind `"metadata":{`.
    ///
    /// Bytes of another form give their count.
    public static func spliceOffset(of bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { buffer in
            var at = 0
            while at + metadataMember.count <= buffer.count {
                if buffer[at] == metadataMember[0],
                    buffer[at..<at + metadataMember.count].elementsEqual(metadataMember)
                {
                    return at + metadataMember.count
                }
                at += 1
            }
            return buffer.count
        }
    }

    /// What belongs at `spliceOffset`: `"resourceVersion":"N",`; the comma is left out before an empty metadata's end.
    public static func revisionMember(_ revision: Int64, before next: UInt8?) -> [UInt8] {
        Array("\"resourceVersion\":\"\(revision)\"\(next == UInt8(ascii: "}") ? "" : ",")".utf8)
    }

    /// Appends the JSON of the object as it is served in the stored version, without a copy between.
    public static func append(_ bytes: [UInt8], revision: Int64, to output: inout [UInt8]) {
        let offset = spliceOffset(of: bytes)
        guard offset < bytes.count else {
            output.append(contentsOf: bytes)
            return
        }
        output.append(contentsOf: bytes[..<offset])
        output.append(contentsOf: revisionMember(revision, before: bytes[offset]))
        output.append(contentsOf: bytes[offset...])
    }

    /// The JSON of the object as it is served in the stored version.
    public static func served(_ bytes: [UInt8], revision: Int64) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 42)
        append(bytes, revision: revision, to: &output)
        return output
    }

    /// The object of stored bytes, with `metadata.resourceVersion` first in its metadata.
    ///
    /// Throws when they are not JSON; JSON of another shape gives an empty object.
    public static func object(_ bytes: [UInt8], revision: Int64) throws(JSONError) -> KubeObject {
        KubeObject(try JSONValue(parsing: served(bytes, revision: revision))) ?? KubeObject()
    }

    /// Only `metadata` of stored bytes, `resourceVersion` first, the rest being skipped unread; nil when malformed.
    public static func metadata(_ bytes: [UInt8], revision: Int64) -> JSONObject? {
        let offset = spliceOffset(of: bytes)
        guard offset < bytes.count, let end = JSONSkimmer(bytes).end(ofValueAt: offset - 1) else { return nil }
        let text = [UInt8(ascii: "{")] + revisionMember(revision, before: bytes[offset]) + bytes[offset..<end]
        return (try? JSONValue(parsing: text))?.object
    }

    /// Only `metadata.labels` of stored bytes, in order, all else being skipped unread; empty when there are none.
    public static func labels(_ bytes: [UInt8]) -> JSONObject {
        let offset = spliceOffset(of: bytes)
        guard offset < bytes.count, let range = JSONSkimmer(bytes).member("labels", ofObjectAt: offset - 1) else {
            return JSONObject()
        }
        return (try? JSONValue(parsing: bytes[range]))?.object ?? JSONObject()
    }
}
