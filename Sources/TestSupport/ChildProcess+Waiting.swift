internal import Foundation

extension ChildProcess {
    /// Everything the process has written to the stream.
    public func output(_ stream: Stream = .standardOutput) -> String {
        let path = stream == .standardOutput ? standardOutputPath : standardErrorPath
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// The last lines of the stream, for messages.
    public func tail(_ stream: Stream, lines: Int = 20) -> String {
        output(stream).split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Both tails, labelled.
    public var tails: String {
        "--- \(name) stdout\n\(tail(.standardOutput))\n--- \(name) stderr\n\(tail(.standardError))"
    }

    /// Waits until the process has written a whole line that contains `text` (empty: any line), and returns the line.
    ///
    /// Throws `TestError` with the output's tail after `timeout`, or at once when the process ends without the line.
    @discardableResult
    public func waitForLine(
        containing text: String, in stream: Stream = .standardError, within timeout: Duration = .seconds(30)
    ) async throws -> String {
        try await waiting(for: "line with '\(text)'", within: timeout) {
            let written = output(stream)
            let end = written.lastIndex(of: "\n") ?? written.startIndex
            return written[..<end].split(separator: "\n").first { text.isEmpty || $0.contains(text) }.map(String.init)
        }
    }

    /// Waits until the port of 127.0.0.1 accepts connections.
    public func waitForPort(_ port: Int, within timeout: Duration = .seconds(30)) async throws {
        try await waiting(for: "port \(port)", within: timeout) { FreePort.isOpen(port) ? () : nil }
    }

    /// Waits until the file exists and is not empty, and returns its text.
    @discardableResult
    public func waitForFile(_ path: String, within timeout: Duration = .seconds(30)) async throws -> String {
        try await waiting(for: "file \(path)", within: timeout) {
            FileManager.default.contents(atPath: path).flatMap {
                $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self)
            }
        }
    }

    private func waiting<Value>(
        for what: String, within timeout: Duration, _ condition: () -> Value?
    ) async throws -> Value {
        do {
            return try await eventually(what, within: timeout) {
                let alive = isRunning  // asked first: what was written before the end still counts
                if let value = condition() { return value }
                guard alive else { throw TestError("\(name) ended before: \(what)") }
                return nil
            }
        } catch let error as TestError {
            throw TestError("\(error.description)\n\(tails)")
        }
    }
}
