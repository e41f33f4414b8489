internal import Foundation

/// A port that was taken once and is asked for again, so that what others know of it stays true over restarts (D22).
struct RememberedPort: Sendable {
    /// Where it is written.
    let file: String

    /// The port; nil when none is remembered.
    var value: Int? {
        guard let data = FileManager.default.contents(atPath: file) else { return nil }
        return Int(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Remembers a port; what cannot be written is forgotten.
    func remember(_ port: Int) {
        if value == port { return }
        try? Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
