import ClusterBase
import Containers
import HTTPTransport
import KubeNode
import KubeletCore
import TestSupport
import Testing

@testable import KubeRuntime

struct ImageTests {
    @Test func aRegistryWithPasswordsGivesImagesToThoseWhoHaveOne() async throws {
        try await withRuntime { fixture in
            let registry = try await Registry(fixture.scope)
            let name = "127.0.0.1:\(registry.port)/team/pause:1"
            try await registry.push(fixture.engine, name)
            #expect(try await fixture.runtime.image(name) == nil)

            let right = RegistryCredential(username: "somebody", password: "tell-nobody")
            let wrong = RegistryCredential(username: "somebody", password: "wrong")
            for credentials in [[], [wrong]] {
                let failure = await #expect(throws: RuntimeFailure.self) {
                    try await fixture.runtime.pull(name, credentials: credentials)
                }
                #expect(failure?.kind == .pullRefused)
                #expect(failure?.message.contains("wrong") == false)
            }
            let missing = await #expect(throws: RuntimeFailure.self) {
                try await fixture.runtime.pull("127.0.0.1:\(registry.port)/team/none:1", credentials: [right])
            }
            #expect(missing?.kind == .pullRefused)
            try await fixture.runtime.pull(name, credentials: [wrong, right])
            let id = try #require(try await fixture.runtime.image(name))
            #expect(id.hasPrefix("sha256:"))

            let pod = try await fixture.pod()
            let run = try await pod.run("") { config in
                config.image = name
                (config.command, config.arguments) = ([], [])
            }
            let imageID = try await pod.record().containers.first?.imageID ?? ""
            #expect(imageID.hasPrefix("docker-pullable://127.0.0.1:\(registry.port)/team/pause@sha256:"))
            let digest = String(imageID.dropFirst("docker-pullable://".count))

            let listed = try #require(try await fixture.runtime.images().first { $0.names.contains(name) })
            #expect(listed.id == id && listed.sizeBytes > 1_000)
            #expect(listed.names.contains(digest))
            let used = await #expect(throws: RuntimeFailure.self) { try await fixture.runtime.removeImage(id) }
            #expect(used?.message.contains("is used") == true)
            #expect(try await fixture.runtime.image(name) == id)
            try await fixture.runtime.removeContainer(run)
            try await fixture.runtime.removeImage(id)
            #expect(try await fixture.runtime.image(name) == nil)
            #expect(try await fixture.runtime.image(id) == nil)
            // By digest as well.
            try await fixture.runtime.pull(digest, credentials: [right])
            #expect(try await fixture.runtime.image(digest) == id)
            try await fixture.runtime.removeImage(id)
            #expect(try await fixture.runtime.image(digest) == nil)
        }
    }

    @Test func aRegistryThatIsAwayIsToldApart() async throws {
        try await withRuntime { fixture in
            let port = try FreePort.next()
            let failure = await #expect(throws: RuntimeFailure.self) {
                try await fixture.runtime.pull("127.0.0.1:\(port)/team/busybox:1", credentials: [])
            }
            #expect(failure?.kind == .registryUnavailable)
            #expect(failure?.message.contains("connection refused") == true)
            let malformed = await #expect(throws: RuntimeFailure.self) {
                try await fixture.runtime.pull("Not/An:Image", credentials: [])
            }
            #expect(malformed?.kind == .pullRefused)
        }
    }

    @Test func aRegistryThatSaysNothingIsGivenUp() async throws {
        try await withRuntime { fixture in
            let port = try FreePort.next()
            let silent = try fixture.scope.start(
                "/usr/bin/busybox", ["nc", "-ll", "-p", "\(port)", "-e", "sleep", "1000"])
            try await silent.waitForPort(port)
            let name = "127.0.0.1:\(port)/team/pause:1"
            let patient = Task { try await fixture.runtime.pull(name, credentials: []) }
            try await Task.sleep(for: .milliseconds(100))
            patient.cancel()
            let cancelled = await #expect(throws: RuntimeFailure.self) {
                try await within(.seconds(60), "the cancelled pull") { try await patient.value }
            }
            #expect(cancelled?.kind == .other)
            var options = DockerPodOptions(owner: fixture.owner)
            (options.socket, options.pullPatience) = (fixture.engine.socket, .milliseconds(300))
            let hasty = try DockerPodRuntime(options, logger: RuntimeFixture.logger)
            let failure = await #expect(throws: RuntimeFailure.self) {
                try await within(.seconds(60), "the hasty pull") { try await hasty.pull(name, credentials: []) }
            }
            #expect(failure?.kind == .registryUnavailable)
            #expect(failure?.message.contains("no progress") == true)
        }
    }

    @Test func imagesAreRemovedWithAllTheirNames() async throws {
        try await withRuntime { fixture in
            try await fixture.client.importImage(
                [UInt8](repeating: 0, count: 1024), repository: "roost-test-empty", tag: "1", changes: ["USER 1001"])
            try await fixture.engine.call(.post, "/images/roost-test-empty:1/tag?repo=roost-test-empty&tag=2")
            #expect(try await fixture.runtime.imageUser("roost-test-empty:2") == "1001")
            #expect(try await fixture.runtime.imageUser("roost-test-none:2") == nil)
            let id = try #require(try await fixture.runtime.image("roost-test-empty:1"))
            try await fixture.runtime.removeImage(id)
            #expect(try await fixture.runtime.image("roost-test-empty:2") == nil)
            try await fixture.runtime.removeImage(id)
        }
    }

    @Test func aSandboxImageThatIsAskedForIsPulled() async throws {
        try await withRuntime { fixture in
            let registry = try FreePort.next()
            let missing = await #expect(throws: RuntimeFailure.self) {
                _ = try await fixture.pod { $0.image = "127.0.0.1:\(registry)/pause:3" }
            }
            #expect(missing?.kind == .registryUnavailable)
            // A program of its own: the engine's words for an image without one say which image was taken.
            let other = await #expect(throws: RuntimeFailure.self) {
                _ = try await fixture.pod { $0.image = fixture.engine.image }
            }
            #expect(other?.message.contains("No command specified") == true)
        }
    }
}

/// A registry on loopback that knows one user.
private struct Registry: Sendable {
    let port: Int

    init(_ scope: TestScope) async throws {
        port = try FreePort.next()
        let directory = scope.directory
        // The user "somebody" with the password "tell-nobody" (bcrypt).
        let users = try directory.write(
            "somebody:$2b$04$LygMj4L7faT4wRh7lS7Y1.YZMQEPFE8ULpeje/5Iu5MMThALXJXqG\n", to: "users")
        let configuration = try directory.write(
            """
            version: 0.1
            storage:
              filesystem:
                rootdirectory: \(directory.path("registry"))
            http:
              addr: 127.0.0.1:\(port)
            auth:
              htpasswd:
                realm: test
                path: \(users)

            """, to: "registry.yml")
        let process = try scope.start("/usr/bin/docker-registry", ["serve", configuration], name: "registry")
        try await process.waitForPort(port)
    }

    /// Gives the registry an image of its own under a name, which the engine then has no more.
    func push(_ engine: DockerEngine, _ name: String) async throws {
        let (repository, tag) = (String(name.dropLast(2)), String(name.last ?? "1"))
        let client = DockerEngineClient(socket: engine.socket, http: engine.http)
        try await client.importImage(
            PauseImage.archive(PauseProgram.executable), repository: repository, tag: tag,
            changes: ["ENTRYPOINT [\"/pause\"]", "LABEL port=\(port)"])
        let account: JSONValue = ["username": "somebody", "password": "tell-nobody"]
        let field = String(decoding: Base64.encode(account.bytes, urlSafe: true), as: UTF8.self)
        let answer = try await engine.http.send(
            ClientRequest(
                .post, socket: engine.socket, path: "/images/\(repository)/push?tag=\(tag)",
                headers: ["X-Registry-Auth": field], body: []))
        guard answer.status.isSuccess, !answer.text.contains("errorDetail") else {
            throw TestError("push: \(answer.status) \(answer.text)")
        }
        let id = try await client.inspectImage(name)?["Id"]?.string
        for digest in try await client.inspectImage(name)?["RepoDigests"]?.array ?? [] {
            try await client.removeImage(digest.string ?? "")
        }
        try await client.removeImage(name)
        guard try await client.inspectImage(id ?? "") == nil else { throw TestError("the image is still there") }
    }
}
