import ClusterBase
import Foundation
import Glibc
import Synchronization
import TestSupport

/// A headless Chromium with one page, driven over the DevTools protocol through a pair of named pipes.
///
/// It records what must not happen: errors on the console, exceptions, requests, so that a test can ask at its end.
final class Browser: Sendable {
    /// What a page did behind the scenes.
    struct Record: Sendable {
        /// Console messages of level `error` and exceptions nobody caught.
        var errors: [String] = []
        /// The URLs that were asked for.
        var requests: Set<String> = []
    }

    private struct State: Sendable {
        var lastCall: Int64 = 0
        var waiting: [Int64: CheckedContinuation<JSONValue, any Error>] = [:]
        var record = Record()
    }

    private let input: Int32
    private let output: Int32
    private let state = Mutex(State())
    private let session = Mutex("")

    var record: Record { state.withLock { $0.record } }

    /// Starts a browser that ends with the scope.
    static func start(in scope: TestScope) async throws -> Browser {
        let pipes = ["browser-in", "browser-out"].map { scope.directory.path($0) }
        for pipe in pipes {
            guard mkfifo(pipe, 0o600) == 0 else { throw TestError("cannot make the pipe \(pipe)") }
        }
        // Opened for both ways, so that neither side waits for the other.
        let ends = pipes.map { Glibc.open($0, O_RDWR | O_CLOEXEC) }
        guard !ends.contains(-1) else { throw TestError("cannot open the pipes of the browser") }
        let flags = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-pipe", "--user-data-dir=" + scope.directory.path("browser"), "--window-size=1440,900",
            "about:blank",
        ]
        _ = try scope.start(
            "/bin/sh", ["-c", #"i=$1; o=$2; shift 2; exec chromium "$@" 3<"$i" 4>"$o""#, "sh"] + pipes + flags,
            name: "chromium")
        let browser = Browser(input: ends[0], output: ends[1])
        try await browser.attach()
        return browser
    }

    private init(input: Int32, output: Int32) {
        (self.input, self.output) = (input, output)
        Thread.detachNewThread { [weak self] in
            var rest: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = Glibc.read(output, &buffer, buffer.count)
                guard count > 0, let self else { return }
                rest += buffer[..<count]
                while let end = rest.firstIndex(of: 0) {
                    if let message = try? JSONValue(parsing: Array(rest[..<end])) { self.take(message) }
                    rest.removeSubrange(...end)
                }
            }
        }
    }

    private func attach() async throws {
        let targets = try await eventually("the browser has a page") {
            let targets = try await self.send("Target.getTargets")["targetInfos"]?.array ?? []
            return targets.first { $0["type"]?.string == "page" }
        }
        guard let target = targets["targetId"] else { throw TestError("a page without an id") }
        let attached = try await send("Target.attachToTarget", ["targetId": target, "flatten": true])
        session.withLock { $0 = attached["sessionId"]?.string ?? "" }
        for domain in ["Page", "Runtime", "Network", "Log"] { try await send(domain + ".enable") }
    }

    private func take(_ message: JSONValue) {
        if let id = message["id"]?.integer {
            let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
            if let text = message["error"]?["message"]?.string { waiting?.resume(throwing: TestError(text)) }
            waiting?.resume(unlessFailed: message)
            return
        }
        let parameters = message["params"] ?? .null
        state.withLock { state in
            switch message["method"]?.string {
            case "Runtime.exceptionThrown":
                state.record.errors.append("\(parameters["exceptionDetails"] ?? .null)")
            case "Runtime.consoleAPICalled" where parameters["type"]?.string == "error":
                state.record.errors.append("\(parameters["args"] ?? .null)")
            case "Log.entryAdded" where parameters["entry"]?["level"]?.string == "error":
                state.record.errors.append("\(parameters["entry"] ?? .null)")
            case "Network.requestWillBeSent":
                state.record.requests.insert(parameters["request"]?["url"]?.string ?? "")
            default: break
            }
        }
    }

    /// Calls a method of the protocol; throws what the browser objects to.
    @discardableResult
    func send(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await within(.seconds(30), method) { [self] in
            try await withCheckedThrowingContinuation { continuation in
                let id = state.withLock { state in
                    state.lastCall += 1
                    state.waiting[state.lastCall] = continuation
                    return state.lastCall
                }
                var call: JSONObject = ["id": .integer(id), "method": .string(method), "params": parameters]
                let page = session.withLock { $0 }
                if !page.isEmpty { call["sessionId"] = .string(page) }
                let bytes = JSONValue.object(call).bytes + [0]
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
                    guard count > 0 else { break }
                    sent += count
                }
            }
        }
    }

    /// The value of an expression on the page, promises awaited; throws what it throws.
    func value(_ expression: String) async throws -> JSONValue {
        let answer = try await send(
            "Runtime.evaluate",
            ["expression": .string(expression), "returnByValue": true, "awaitPromise": true, "userGesture": true])
        if let problem = answer["exceptionDetails"] { throw TestError("\(expression): \(problem)") }
        return answer["result"]?["value"] ?? .null
    }

    /// Runs a statement whose value says nothing.
    func run(_ statement: String) async throws { _ = try await value("void (\(statement))") }

    /// Waits until an expression is true.
    func expect(_ expression: String, within timeout: Duration = .seconds(30)) async throws {
        do {
            try await eventually(expression, within: timeout, every: .milliseconds(50)) {
                try await self.value("Boolean(\(expression))").bool == true
            }
        } catch {
            let text = try? await value("document.body.innerText")
            throw TestError("\(error); the page reads: \(text?.string ?? "nothing")")
        }
    }

    /// Opens an address and waits for the document.
    func go(to url: String) async throws {
        try await send("Page.navigate", ["url": .string(url)])
        try await expect("document.readyState === 'complete' && location.href.startsWith('http')")
    }

    /// Presses keys one after the other.
    func press(_ keys: String...) async throws {
        for key in keys {
            let text: JSONValue = key == "Enter" ? "\r" : .string(key)
            for kind in ["keyDown", "keyUp"] {
                var event: JSONObject = ["type": .string(kind), "key": .string(key)]
                if kind == "keyDown", key.count == 1 || key == "Enter" { event["text"] = text }
                try await send("Input.dispatchKeyEvent", .object(event))
            }
        }
    }

    /// Writes a picture of the page, for people.
    func picture(_ path: String) async throws {
        guard let data = try await send("Page.captureScreenshot")["data"]?.string.flatMap({ Data(base64Encoded: $0) })
        else { throw TestError("no picture") }
        try data.write(to: URL(filePath: path))
    }
}

extension CheckedContinuation<JSONValue, any Error> {
    /// Resumes with the result, if the answer was one.
    fileprivate func resume(unlessFailed message: JSONValue) {
        if message["error"] == nil { resume(returning: message["result"] ?? .null) }
    }
}
