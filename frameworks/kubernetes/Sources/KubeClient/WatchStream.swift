internal import ClusterBase
internal import HTTPTransport
public import KubeModel

/// One event of a watch.
public enum WatchEvent: Hashable, Sendable {
    /// An object appeared, or is there at the beginning.
    case added(KubeObject)
    /// An object changed.
    case modified(KubeObject)
    /// An object is gone; its last state, of the revision of the deletion.
    case deleted(KubeObject)
    /// Nothing happened up to this revision.
    case bookmark(resourceVersion: String)
    /// The server ends the watch for this reason; 410 means that the revision asked for is too old.
    case failed(APIError)

    init?(_ line: JSONValue) {
        guard let type = line["type"]?.string, let object = KubeObject(line["object"]) else { return nil }
        switch type {
        case "ADDED": self = .added(object)
        case "MODIFIED": self = .modified(object)
        case "DELETED": self = .deleted(object)
        case "BOOKMARK": self = .bookmark(resourceVersion: object.resourceVersion)
        case "ERROR": self = .failed(APIError(status: object, code: 500))
        default: return nil
        }
    }
}

/// The events of a watch, in order, to be read once; leaving the loop or cancelling its task closes the connection.
///
/// Ends when the server does; throws `ClusterError` `unavailable` when the connection breaks or what it carries is no
/// watch, and `limitExceeded` for an event beyond the client's `bodyLimit`.
public struct WatchStream: AsyncSequence, Sendable {
    let body: StreamingBody
    let lineLimit: Int

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: body.makeAsyncIterator(), lineLimit: lineLimit)
    }

    /// Reads the events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var chunks: StreamingBody.AsyncIterator
        let lineLimit: Int
        private var bytes: [UInt8] = []
        /// Where the next line begins, and how far no end of it was found.
        private var start = 0
        private var searched = 0

        init(chunks: StreamingBody.AsyncIterator, lineLimit: Int) {
            (self.chunks, self.lineLimit) = (chunks, lineLimit)
        }

        /// The next event, or nil at the end.
        public mutating func next() async throws -> WatchEvent? {
            while true {
                if let line = takeLine() {
                    if line.isEmpty { continue }
                    guard let tree = try? JSONValue(parsing: line), let event = WatchEvent(tree) else {
                        throw ClusterError(.unavailable, "a line of the watch is no event")
                    }
                    return event
                }
                guard bytes.count - start <= lineLimit else {
                    throw ClusterError(.limitExceeded, "an event of the watch is larger than \(lineLimit) bytes")
                }
                guard let chunk = try await chunks.next() else { return nil }
                if start > 0 {
                    bytes.removeFirst(start)
                    (searched, start) = (searched - start, 0)
                }
                bytes += chunk
            }
        }

        private mutating func takeLine() -> ArraySlice<UInt8>? {
            guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = bytes.count
                return nil
            }
            defer { (start, searched) = (end + 1, end + 1) }
            return bytes[start..<end]
        }
    }
}
