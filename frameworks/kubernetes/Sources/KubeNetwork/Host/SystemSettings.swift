internal import ClusterBase
internal import Glibc

/// Settings below `/proc/sys` that were changed, with what they were before.
struct SystemSettings: Sendable {
    private var before: [(path: String, value: String)] = []

    /// Sets a setting if it has another value; false when it cannot be set.
    ///
    /// - Parameter restores: whether `restore` undoes it; not for what others may rely on by then.
    mutating func set(_ name: String, _ value: String, restores: Bool) -> Bool {
        let path = "/proc/sys/" + name
        guard let old = Self.read(path) else { return false }
        if old == value { return true }
        guard Self.write(path, value) else { return false }
        if restores { before.append((path, old)) }
        return true
    }

    /// Gives the settings the values they had, last changed first.
    mutating func restore() {
        while let (path, value) = before.popLast() { _ = Self.write(path, value) }
    }

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func write(_ path: String, _ value: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, value, value.utf8.count) == value.utf8.count
    }
}
