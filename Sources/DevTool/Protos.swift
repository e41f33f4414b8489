internal import ClusterBase
internal import Foundation

/// `DevTool protos`: regenerates everything that is made from the `.proto` sources.
///
/// Needs `protoc` on the path; builds `protoc-gen-swift` from the pinned swift-protobuf checkout. Run it at the root.
struct Protos {
    private let sources = "Sources/MesosWire/Protos"
    private let messages = "Sources/MesosWire/Generated"
    private let tables = "Sources/MesosProtocol/Generated"
    private let scratch = ".build/protoc-gen"

    /// Runs the subcommand; throws with a message for people.
    func run(_ arguments: [String]) throws {
        let files = try protoFiles()
        guard !files.isEmpty else { throw ClusterError(.notFound, "no .proto files under \(sources)") }
        if !arguments.contains("--tables-only") { try generateMessages(files) }
        try generateTables(files)
    }

    private func protoFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: sources).filter { $0.hasSuffix(".proto") }.sorted()
    }

    private func generateMessages(_ files: [String]) throws {
        try execute([
            "swift", "build", "--package-path", ".build/checkouts/swift-protobuf", "--scratch-path", scratch,
            "--product", "protoc-gen-swift",
        ])
        try? FileManager.default.removeItem(atPath: messages)
        try FileManager.default.createDirectory(atPath: messages, withIntermediateDirectories: true)
        try execute(
            [
                "protoc", "-I", sources, "--plugin=\(scratch)/debug/protoc-gen-swift", "--swift_out=\(messages)",
                "--swift_opt=Visibility=Public", "--swift_opt=UseAccessLevelOnImports=true",
                "--swift_opt=FileNaming=PathToUnderscores",
            ] + files)
    }

    private func generateTables(_ files: [String]) throws {
        let set = FileManager.default.temporaryDirectory.appendingPathComponent("descriptors-\(getpid()).bin")
        defer { try? FileManager.default.removeItem(at: set) }
        try execute(["protoc", "-I", sources, "--include_imports", "--descriptor_set_out=\(set.path)"] + files)
        let schema = try ProtoSchema(descriptorSet: [UInt8](Data(contentsOf: set)))
        try FileManager.default.createDirectory(atPath: tables, withIntermediateDirectories: true)
        try write(ProtoTables(schema).descriptorTable(), to: tables + "/DescriptorTable.swift")
        try write(ProtoTables(schema).fieldNumbers(), to: tables + "/WireFields.swift")
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func execute(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ClusterError(.system, "\(command[0]) ended with status \(process.terminationStatus)")
        }
    }
}
