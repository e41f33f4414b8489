internal import ClusterBase
internal import KubeModel

/// Where a listing goes on: the revision it shows and the last key it has shown.
///
/// The text is upstream's: base64 of `{"v":"meta.k8s.io/v1","rv":N,"start":"ns/name\u0000"}`, opaque to clients.
struct ContinueToken: Equatable {
    /// The revision; nil goes on with the present state, after the listed one has left the history.
    var revision: Int64?
    /// What was shown last, relative to the kind's prefix.
    var last: String

    init(revision: Int64?, last: String) { (self.revision, self.last) = (revision, last) }

    /// Reads a token.
    ///
    /// Throws 400 for anything that is none.
    init(parsing text: String) throws(APIError) {
        guard let bytes = Base64.decode(text.utf8, strictly: false), let token = try? JSONValue(parsing: bytes),
            token["v"]?.string == Self.version, let revision = token["rv"]?.integer,
            let start = token["start"]?.string, start.last == "\0", start.count > 1, !start.hasPrefix("/")
        else { throw .badRequest("continue key is not valid") }
        guard revision > 0 || revision == -1 else { throw .badRequest("continue key is not valid: incorrect revision") }
        self.revision = revision == -1 ? nil : revision
        last = String(start.dropLast())
    }

    private static let version = "meta.k8s.io/v1"

    /// The token's text, safe in a query.
    var text: String {
        let token: JSONValue = [
            "v": .string(Self.version), "rv": .integer(revision ?? -1), "start": .string(last + "\0"),
        ]
        let letters = Base64.encode(token.bytes, urlSafe: true).filter { $0 != UInt8(ascii: "=") }
        return String(decoding: letters, as: UTF8.self)
    }
}
