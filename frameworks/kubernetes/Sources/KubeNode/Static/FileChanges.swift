internal import Dispatch
internal import Glibc

/// Tells when something changed in a directory; the kernel does, where it can (`inotify`).
enum FileChanges {
    /// One element for each burst of changes, until the reader goes; nil when the kernel cannot watch the path.
    static func of(_ directory: String) -> AsyncStream<Void>? {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        // Not its creation: a file counts once its writer has closed it.
        let mask = [IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE, IN_DELETE_SELF]
            .reduce(UInt32(0)) { $0 | UInt32($1) }
        guard inotify_add_watch(descriptor, directory, mask) >= 0 else {
            close(descriptor)
            return nil
        }
        let (stream, sink) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // A source may be cancelled from any thread; its type does not say so.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while read(descriptor, &buffer, buffer.count) > 0 {}
            sink.yield()
        }
        source.setCancelHandler { close(descriptor) }
        sink.onTermination = { _ in source.cancel() }
        source.resume()
        return stream
    }
}
