public import Foundation

/// A new empty directory, removed with all it holds when the object goes, at `remove`, or when the test process dies.
public final class TemporaryDirectory: Sendable {
    /// The absolute path.
    public let path: String

    /// Makes a directory below the system's temporary directory; `label` shows in its name.
    public init(_ label: String = "test") throws {
        var template = Array((NSTemporaryDirectory() + "/roost-\(label)-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw TestError("no temporary directory: errno \(errno)") }
        let name = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = URL(fileURLWithPath: name).standardizedFileURL.path
        TestWatchdog.shared.remove(directory: path)
    }

    deinit { remove() }

    /// The path of a file or directory below; nothing is created.
    public func path(_ name: String) -> String { path + "/" + name }

    /// The same as a URL.
    public func url(_ name: String = "") -> URL { URL(fileURLWithPath: name.isEmpty ? path : path(name)) }

    /// Writes a text file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url(name))
        return path(name)
    }

    /// Makes a directory below, with its ancestors, and returns its path.
    @discardableResult
    public func makeDirectory(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    /// Removes everything now; further calls do nothing.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
