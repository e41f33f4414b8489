import ClusterBase
import Foundation
import TestSupport
import Testing

/// The seeds' manifests, driven by an unmodified `kubectl` 1.20 through the life of an object.
@Suite(.serialized) struct KubectlFixtures {
    static let accepted = [
        "f-08", "f-09", "f-13", "f-14", "f-15", "f-16", "f-17", "f-18", "f-19", "f-21", "f-22", "f-23", "f-25", "f-26",
        "f-27", "f-28", "f-29", "f-32", "f-33", "f-37", "f-38", "f-39", "f-42", "f-45", "f-49", "f-50", "f-51", "f-52",
        "f-55", "f-56", "f-57", "f-58", "f-59", "f-60", "f-61",
    ]

    /// Manifests that the server stores in other words (`cpu: 1000m` is `1`), or that have a list without merge key
    /// whose elements get a default: `kubectl` 1.20 sends the same patch every time, which changes nothing on the
    /// server.
    static let reconfigured: Set = ["f-32", "f-58", "f-61"]

    /// One server for all fixtures; each is deleted before the next.
    @Test func everyFixtureIsCreatedReadPatchedAppliedLabelledWatchedAndDeleted() async throws {
        try await withTestScope("fixtures") { scope in
            let server = try await KubernetesServer.start(
                in: scope, arguments: ["--service-cluster-ip-range", "10.254.0.0/16"])
            for name in Self.accepted {
                let walk = FixtureWalk(server: server, file: try Roost.fixture(name), name: name)
                try await walk.run()
            }
        }
    }

    @Test func fixturesThatTheSeedsRefuseAreRefused() async throws {
        try await withTestScope("refused") { scope in
            let server = try await KubernetesServer.start(in: scope)
            func refusal(_ name: String, _ arguments: [String] = []) async throws -> String {
                let run = try await server.kubectl(["create", "-f", try Roost.fixture(name)] + arguments)
                #expect(run.status == .exited(1), "\(name): \(run.text)")
                return run.errors
            }
            let unknown = try await refusal("f-10")
            #expect(unknown.contains("unknown field \"entrypoint\" in io.k8s.api.core.v1.Container"), "\(unknown)")
            let invalid = try await refusal("f-10", ["--validate=false"])
            #expect(invalid.contains("name or generateName is required"), "\(invalid)")
            #expect(invalid.contains("spec.restartPolicy: Unsupported value: \"Maybe\""), "\(invalid)")
            let template = try await refusal("f-34")
            #expect(
                template.contains("spec.template.spec.restartPolicy: Unsupported value: \"Never\""), "\(template)")
            let reference = try await refusal("f-36")
            #expect(reference.contains("unknown field \"templateRef\""), "\(reference)")
            let without = try await refusal("f-36", ["--validate=false"])
            #expect(without.contains("spec.template: Required value"), "\(without)")
        }
    }
}

/// One manifest's way through `kubectl`.
private struct FixtureWalk {
    let server: KubernetesServer
    let file: String
    let name: String

    func run() async throws {
        let created = try await succeed(["create", "--save-config", "-f", file])
        let objects = created.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(!objects.isEmpty && created.lines.allSatisfy { $0.hasSuffix(" created") }, "\(name): \(created.text)")
        for object in objects { try await read(object) }
        let watches = try objects.map { try server.startKubectl(["get", $0, "-w", "-o", "name"]) }
        for watch in watches { try await watch.waitForLine(containing: "/", in: .standardOutput) }
        let before = try await versions()
        let applied = try await succeed(["apply", "-f", file])
        let word = KubectlFixtures.reconfigured.contains(name) ? " configured" : " unchanged"
        #expect(applied.lines.allSatisfy { $0.hasSuffix(word) }, "\(name): \(applied.text)")
        #expect(try await versions() == before, "\(name)")
        for (object, watch) in zip(objects, watches) {
            let patched = try await succeed(["patch", object, "-p", #"{"metadata":{"annotations":{"walk":"1"}}}"#])
            #expect(patched.text.contains("patched"), "\(name): \(patched.text)")
            let labelled = try await succeed(["label", object, "walked=yes"])
            #expect(labelled.text.contains("labeled"), "\(name): \(labelled.text)")
            let found = try await succeed(["get", kind(object), "-l", "walked=yes", "-o", "name"])
            #expect(found.text.contains(object), "\(name): \(found.text)")
            try await eventually("the watch of \(object) shows the changes", within: .seconds(20)) {
                watch.output().split(separator: "\n").count >= 3
            }
            watch.stop()
        }
        // Pods that name a node are deleted by its kubelet, and there is none: without grace.
        let deleted = try await succeed(["delete", "--force", "--grace-period=0", "--ignore-not-found", "-f", file])
        #expect(deleted.lines.allSatisfy { $0.hasSuffix(" force deleted") }, "\(name): \(deleted.text)")
        for object in objects {
            let gone = try await server.kubectl(["get", object])
            #expect(gone.status == .exited(1) && gone.errors.contains("(NotFound)"), "\(name): \(gone.errors)")
        }
    }

    /// Reads an object as table, wide table, JSON and description.
    private func read(_ object: String) async throws {
        let table = try await succeed(["get", object])
        let short = object.split(separator: "/").last.map(String.init) ?? ""
        #expect(table.lines.count == 2 && table.lines[1].hasPrefix(short + " "), "\(name): \(table.text)")
        let wide = try await succeed(["get", object, "-o", "wide"])
        #expect(wide.lines[0].hasPrefix(table.lines[0].trimmingCharacters(in: .whitespaces)), "\(name): \(wide.text)")
        let tree = try await succeed(["get", object, "-o", "json"]).json
        #expect(tree["metadata"]?["name"]?.string == short, "\(name)")
        #expect(tree["metadata"]?["uid"]?.string?.count == 36, "\(name)")
        #expect((tree["metadata"]?["resourceVersion"]?.string).flatMap { Int($0) } != nil, "\(name)")
        let described = try await succeed(["describe", object])
        #expect(described.text.contains("Name:"), "\(name): \(described.text)")
    }

    /// The resource versions of what the manifest holds.
    private func versions() async throws -> String {
        try await succeed(["get", "-f", file, "-o", "jsonpath={..metadata.resourceVersion}"]).text
    }

    private func kind(_ object: String) -> String { String(object.prefix { $0 != "/" }) }

    private func succeed(_ arguments: [String]) async throws -> KubernetesServer.Output {
        let run = try await server.kubectl(arguments)
        #expect(run.status == .exited(0), "\(name): kubectl \(arguments.joined(separator: " ")): \(run.errors)")
        return run
    }
}
