internal import AsyncHTTPClient
internal import NIOCore

/// The body of a streaming response: its bytes as they come, at the reader's pace.
///
/// Where one element ends and the next begins means nothing. Ends when the response does; throws `ClusterError`
/// `unavailable` when the connection breaks before.
public struct StreamingBody: AsyncSequence, Sendable {
    let body: HTTPClientResponse.Body
    let request: ClientRequest

    /// Begins to read; to be called once.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(iterator: body.makeAsyncIterator(), request: request)
    }

    /// Reads the body.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var iterator: HTTPClientResponse.Body.AsyncIterator
        let request: ClientRequest

        /// The next bytes, never empty, or nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            do {
                while let part = try await iterator.next() {
                    if part.readableBytes > 0 { return Array(part.readableBytesView) }
                }
                return nil
            } catch {
                throw ClientCore.translate(error, request)
            }
        }
    }
}
