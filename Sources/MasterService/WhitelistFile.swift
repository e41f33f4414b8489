internal import Foundation
internal import Logging
internal import MasterCore

/// The file of `--whitelist`: the host names whose agents are offered, one a line.
public struct WhitelistFile: Sendable {
    private let path: String

    /// Makes one of a path or a `file://` URL.
    public init(_ path: String) { self.path = path.hasPrefix("file://") ? String(path.dropFirst(7)) : path }

    /// Reads the names; throws when the file cannot be read.
    public func read() throws -> Set<String> {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        return Set(lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
    }

    /// Reads again and again until cancelled, and tells the core of changes.
    ///
    /// While the file cannot be read, what it said last holds.
    func watch(every interval: Duration, _ driver: MasterDriver, _ logger: Logger) async {
        var (known, isReadable): (Set<String>?, Bool) = (nil, true)
        while !Task.isCancelled {
            do {
                let names = try read()
                if names != known, driver.post(.whitelistChanged(names)) { known = names }
                isReadable = true
            } catch {
                if isReadable { logger.warning("cannot read the whitelist", metadata: ["path": "\(path)"]) }
                isReadable = false
            }
            try? await Task.sleep(for: interval)
        }
    }
}
