internal import ClusterBase
internal import ClusterModel
internal import Foundation
internal import TestSupport
internal import Testing

@testable internal import Containers

@Suite struct FetcherTests {
    /// A directory with a script, an archive of each kind, and a server of the same files.
    private func withSources(
        _ body: (ContainerFixture, _ files: String, _ url: String, _ sandbox: String) async throws -> Void
    ) async throws {
        try await withContainers { fixture in
            let files = try fixture.directory.makeDirectory("files")
            try fixture.directory.write("#!/bin/sh\necho run\n", to: "files/tool.sh")
            let made = try ChildProcess(
                "/bin/sh",
                ["-ec", "mkdir d; echo inner > d/inner; tar czf a.tar.gz d; gzip -c tool.sh > text.gz; rm -r d"],
                workingDirectory: files)
            #expect(try await made.waitForExit().isSuccess)
            let port = try FreePort.next()
            let server = try ChildProcess("busybox", ["httpd", "-f", "-p", "127.0.0.1:\(port)", "-h", files])
            try await eventually("the server listens") { FreePort.isOpen(port) }
            try await body(fixture, files, "http://127.0.0.1:\(port)", try fixture.directory.makeDirectory("sandbox"))
            server.stop()
        }
    }

    @Test func filesAndDownloadsArriveExtractedAndExecutable() async throws {
        try await withSources { fixture, files, url, sandbox in
            try await fixture.fetcher.fetch(
                [
                    .init("\(files)/tool.sh", isExecutable: true), .init("file://\(files)/text.gz"),
                    .init("\(url)/a.tar.gz?version=1"), .init("\(url)/tool.sh", outputFile: "bin/renamed"),
                    .init("\(url)/a.tar.gz", extracts: false, outputFile: "kept.tar.gz"),
                ], into: sandbox)
            let original = try #require(PosixFile.bytes(files + "/tool.sh"))
            #expect(PosixFile.bytes(sandbox + "/tool.sh") == original)
            #expect(access(sandbox + "/tool.sh", X_OK) == 0)
            #expect(PosixFile.bytes(sandbox + "/text") == original)
            #expect(PosixFile.read(sandbox + "/d/inner") == "inner\n")
            #expect(PosixFile.exists(sandbox + "/a.tar.gz"))
            #expect(PosixFile.bytes(sandbox + "/bin/renamed") == original)
            #expect(PosixFile.read(sandbox + "/stdout")?.contains("Fetching '\(url)/tool.sh'") == true)
        }
    }

    @Test func failuresNameTheURIAndTheReason() async throws {
        try await withSources { fixture, files, url, sandbox in
            for (uri, words) in [
                ("\(files)/absent", "No such file or directory"), ("\(url)/absent", "404"),
                ("ftp://host/x", "no fetcher"),
                ("relative", "--frameworks_home"), ("\(url)/it's", "Illegal characters"), ("\(url)/", "names no file"),
                ("http://127.0.0.1:1/x", "127.0.0.1:1"),
            ] {
                let error = try await #require(throws: ClusterError.self) {
                    try await fixture.fetcher.fetch([.init(uri)], into: sandbox)
                }
                #expect(error.message == "Failed to fetch '\(uri)'")
                #expect(error.description.contains(words), "\(uri)")
            }
            #expect(PosixFile.read(sandbox + "/stderr")?.contains("Failed to fetch '\(files)/absent'") == true)
            try fixture.directory.write("no archive", to: "files/broken.tgz")
            let broken = try await #require(throws: ClusterError.self) {
                try await fixture.fetcher.fetch([.init("\(files)/broken.tgz")], into: sandbox)
            }
            #expect(broken.description.contains("tar -C"))
        }
    }

    @Test func boundsAreKept() async throws {
        try await withSources { fixture, _, url, sandbox in
            var bounds = Fetcher.Bounds()
            bounds.sizeBytes = 4
            let small = Fetcher(client: fixture.http, bounds: bounds)
            let error = try await #require(throws: ClusterError.self) {
                try await small.fetch([.init("\(url)/tool.sh")], into: sandbox)
            }
            #expect(error.code == .limitExceeded)
        }
    }

    @Test func namesInTheSandboxStayInTheSandbox() throws {
        #expect(try Fetcher.targetName(of: .init("http://h/a/b.tgz?x=/y#z")) == "b.tgz")
        #expect(try Fetcher.targetName(of: .init("/a/b c")) == "b c")
        #expect(try Fetcher.targetName(of: .init("plain")) == "plain")
        #expect(try Fetcher.targetName(of: .init("/x", outputFile: "d/e")) == "d/e")
        for bad in ["/abs", "../up", "a/../b", "", "a\\b"] {
            #expect(throws: ClusterError.self) { try Fetcher.targetName(of: .init("/x", outputFile: bad)) }
        }
        for bad in ["http://host", "http://host/", "/a/..", "/a'b", "a\\b"] {
            #expect(throws: ClusterError.self) { try Fetcher.targetName(of: .init(bad)) }
        }
    }
}
