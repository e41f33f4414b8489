import ClusterBase
import DaemonEndpoints
import Foundation
import HTTPTransport
import MesosProtocol
import TestSupport
import Testing

/// What upstream's `files_tests` say of browsing, reading and downloading.
@Suite struct FileAccessTests {
    private struct Folder {
        let path: String
        let endpoints: FileEndpoints
        let access: FileAccess
    }

    /// A folder mounted at `/box`, and a file in it mounted at `/master/log`.
    private func folder(_ scope: TestScope) throws -> Folder {
        let path = scope.directory.path
        let files = FileManager.default
        try files.createDirectory(atPath: path + "/box/1/2", withIntermediateDirectories: true)
        try Data("testing".utf8).write(to: URL(fileURLWithPath: path + "/box/one"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: path + "/outside"))
        try files.createSymbolicLink(atPath: path + "/box/out", withDestinationPath: "../outside")
        try files.createSymbolicLink(atPath: path + "/box/in", withDestinationPath: "one")
        let access = FileAccess(mounts: { [.init("/box", path + "/box"), .init("/master/log", path + "/box/one")] })
        return Folder(path: path, endpoints: FileEndpoints(access), access: access)
    }

    private func json(_ response: HTTPResponse) throws -> JSONValue {
        try JSONValue(parsing: LogVerbosityTests.text(response))
    }

    @Test(arguments: [
        ("offset=-1", "", 7), ("", "", 7), ("offset=0", "testing", 0), ("offset=0&length=4", "test", 0),
        ("offset=2&length=-1", "sting", 2), ("offset=7", "", 7), ("offset=100", "", 7), ("offset=0&length=0", "", 7),
    ])
    func reading(_ query: String, _ data: String, _ offset: Int) async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            for path in ["/box/one", "/master/log", "/box/in"] {
                let response = try await folder.endpoints.read(HTTPRequest(.get, "/files/read?path=\(path)&\(query)"))
                #expect(try json(response) == ["data": .string(data), "offset": .integer(Int64(offset))])
            }
        }
    }

    @Test(arguments: [
        ("", 400, "Expecting 'path=value' in query.\n"), ("path=", 400, "Expecting 'path=value' in query.\n"),
        ("path=/box/one&offset=hello", 400, "Failed to parse offset: Failed to convert 'hello' to number.\n"),
        ("path=/box/one&length=hello", 400, "Failed to parse length: Failed to convert 'hello' to number.\n"),
        ("path=/box/one&offset=-2", 400, "Negative offset provided: -2.\n"),
        ("path=/box/one&offset=0&length=-2", 400, "Negative length provided: -2.\n"),
        ("path=/box/1", 400, "Cannot read a directory.\n"), ("path=/box/missing", 404, "404 Not Found"),
        ("path=/none", 404, "404 Not Found"), ("path=/etc/passwd", 404, "404 Not Found"),
        ("path=/master/log/below", 404, "404 Not Found"),
    ])
    func refusals(_ query: String, _ status: Int, _ text: String) async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let response = try await folder.endpoints.read(HTTPRequest(.get, "/files/read?" + query))
            #expect(response.status.code == status && LogVerbosityTests.text(response) == text)
        }
    }

    @Test(arguments: ["/box/out", "/box/../outside", "/box/1/../../outside"])
    func nothingOutside(_ path: String) async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let response = try await folder.endpoints.read(HTTPRequest(.get, "/files/read?path=\(path)&offset=0"))
            #expect(response.status.code == 400)
            #expect(LogVerbosityTests.text(response).hasSuffix("is inaccessible.\n"))
        }
    }

    @Test func browsing() async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let response = try await folder.endpoints.browse(HTTPRequest(.get, "/files/browse?path=/box/"))
            let entries = try #require(try json(response).array)
            #expect(entries.map { $0["path"]?.string } == ["/box/1", "/box/in", "/box/one", "/box/out"])
            #expect(entries[0]["mode"]?.string?.hasPrefix("d") == true)
            #expect(entries[2]["size"] == 7 && entries[2]["nlink"] == 1)
            let file = try await folder.endpoints.browse(HTTPRequest(.get, "/files/browse?path=/box/one"))
            #expect(try json(file) == [])
            let missing = try await folder.endpoints.browse(HTTPRequest(.get, "/files/browse?path=/box/x"))
            #expect(missing.status == .notFound)
        }
    }

    @Test func nothingIsToldOfFilesThatLinksLeadTo() async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let entries = try await folder.access.entries(of: "/box")
            let sizes = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0) })
            let outside = try #require(sizes["/box/out"])
            #expect(outside.size == "../outside".utf8.count && outside.mode & 0o170000 == 0o120000)
            #expect(sizes["/box/in"]?.size == 7)
        }
    }

    /// Whoever owns a sandbox may exchange a directory for a link between the check and the opening.
    @Test func exchangingADirectoryMeanwhileDoesNotHelp() async throws {
        try await withTestScope { scope in
            let (path, folder) = (scope.directory.path, try folder(scope))
            let files = FileManager.default
            for name in ["box/dir", "elsewhere"] {
                try files.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
            }
            try Data("own".utf8).write(to: URL(fileURLWithPath: path + "/box/dir/file"))
            try Data("secret".utf8).write(to: URL(fileURLWithPath: path + "/elsewhere/file"))
            try files.createSymbolicLink(atPath: path + "/box/link", withDestinationPath: "../elsewhere")
            let attacker = Thread {
                while !Thread.current.isCancelled {
                    rename(path + "/box/dir", path + "/box/kept")
                    rename(path + "/box/link", path + "/box/dir")
                    rename(path + "/box/dir", path + "/box/link")
                    rename(path + "/box/kept", path + "/box/dir")
                }
            }
            attacker.start()
            defer { attacker.cancel() }
            var own = 0
            for _ in 0..<4_000 {
                guard let content = try? await folder.access.content(of: "/box/dir/file", offset: 0, length: nil) else {
                    continue
                }
                #expect(content.bytes == Array("own".utf8))
                own += 1
            }
            #expect(own > 0)
        }
    }

    @Test func downloading() async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let response = try await folder.endpoints.download(HTTPRequest(.get, "/files/download?path=/box/one"))
            #expect(LogVerbosityTests.text(response) == "testing")
            #expect(response.headers["content-disposition"] == "attachment; filename=\"one\"")
            let directory = try await folder.endpoints.download(HTTPRequest(.get, "/files/download?path=/box"))
            #expect(LogVerbosityTests.text(directory) == "Cannot download a directory.\n")
        }
    }

    @Test func mountsAreShown() async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let response = try await folder.endpoints.debug(HTTPRequest(.get, "/files/debug"))
            let expected: JSONValue = [
                "/box": .string(folder.path + "/box"), "/master/log": .string(folder.path + "/box/one"),
            ]
            #expect(try json(response) == expected)
        }
    }

    @Test func oneReadingGivesSixteenPagesAtMost() async throws {
        try await withTestScope { scope in
            let folder = try folder(scope)
            let data = Data(repeating: 65, count: 100_000)
            try data.write(to: URL(fileURLWithPath: folder.path + "/box/large"))
            let content = try await folder.access.content(of: "/box/large", offset: 10, length: 90_000)
            #expect(content.size == 100_000 && content.bytes.count == 65_536)
        }
    }
}
