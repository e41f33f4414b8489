import Testing

/// Rules that the formatter cannot say (style.md §4).
///
/// Each lists the offending places, so that a failure reads as a to-do.
struct SourceRules {
    private static let pureTargets = [
        "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "AllocatorCore", "MasterCore",
        "AgentCore",
        "MarathonModel", "MarathonCore", "KubeModel", "KubeSchemas", "KubeKinds", "KubeCore",
        "KubeletCore", "KubeScheduling", "KubeNetworkCore",
    ]

    private func places(_ files: [SourceTree.File], _ isOffence: (Substring) -> Bool) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().filter { isOffence($0.element) }.map { "\(file.path):\($0.offset + 1)" }
        }
    }

    @Test func theTreeIsReadAtAll() {
        #expect(SourceTree.swift.count > 100)
        #expect(SourceTree.documents.count > 3)
    }

    @Test func pureTargetsDoNoInputAndOutput() {
        let pure = SourceTree.swift.filter { Self.pureTargets.contains($0.target) && !$0.isTest }
        let modules = ["Foundation", "NIO", "Dispatch", "Glibc", "Logging", "Synchronization"]
        #expect(places(pure) { line in modules.contains { line.contains("import \($0)") } } == [])
        let words = [
            "Date()", "ContinuousClock", "SuspendingClock", ".random(", "SystemRandomNumberGenerator", "Task {",
        ]
        #expect(places(pure) { line in words.contains { line.contains($0) } && !line.contains("///") } == [])
    }

    @Test func coresDoNotWait() {
        let cores = SourceTree.swift.filter { $0.target.hasSuffix("Core") && !$0.isTest }
        #expect(places(cores) { $0.contains(" async ") || $0.contains("await ") } == [])
    }

    @Test func everyImportHasAnAccessLevel() {
        let library = SourceTree.swift.filter { !$0.isTest }
        #expect(places(library) { $0.hasPrefix("import ") || $0.hasPrefix("@testable import") } == [])
    }

    @Test func filesAreNoLongerThanTheyMayBe() {
        #expect(SourceTree.swift.filter { $0.lines.count > 800 }.map(\.path) == [])
    }

    @Test func linesAreNoWiderThanTheyMayBe() {
        #expect(places(SourceTree.swift) { $0.count > 120 } == [])
    }

    @Test func nothingIsForced() {
        let library = SourceTree.swift.filter { !$0.isTest }
        #expect(places(library) { $0.contains("try!") || $0.contains(" as! ") } == [])
    }

    @Test func nothingIsLeftForLater() {
        let words = ["TODO", "FIXME", "XXX", "HACK"].map { $0 + ":" } + ["Place" + "holder until"]
        #expect(places(SourceTree.swift) { line in words.contains { line.contains($0) } } == [])
    }

    @Test func theAgentIsCalledAgent() {
        // "Slave" is a word of the wire only: protocol conversion, v0 endpoints, checkpoint paths, flag aliases.
        let allowed = ["MesosWire", "MesosProtocol", "DevTool", "roost", "CommandFlags", "TestSupport"]
        let files = SourceTree.swift.filter { !$0.isTest && !allowed.contains($0.target) }
        let offences = places(files) { line in
            guard let at = line.firstRange(of: "slave") ?? line.firstRange(of: "Slave") else { return false }
            let before = line[..<at.lowerBound].replacing("\\\"", with: "")
            let isText = before.count { $0 == "\"" } % 2 == 1 || line.contains("//")
            return !isText
        }
        #expect(offences == [])
    }
}
