import Foundation
import Testing

/// Rules for the compatibility pages: what they claim is proved by a test that exists, and their tables are complete.
struct CompatibilityRules {
    private static let pages = SourceTree.documents.filter { $0.path.hasPrefix("docs/compatibility/") }

    /// The source of a test file as pages name it: `Target/File.swift`, or `Marathon/Group/File.swift`.
    private static func source(_ name: String) -> String? {
        let path =
            if name.hasPrefix("Marathon/") {
                "frameworks/marathon/Tests/" + name.dropFirst(9)
            } else if name.hasPrefix("Kube") {
                "frameworks/kubernetes/Tests/" + name
            } else {
                "Tests/" + name
            }
        return SourceTree.swift.first { $0.path == path }?.text
    }

    @Test func everyTestThatPagesNameExists() {
        var missing: [String] = []
        var count = 0
        for page in Self.pages {
            for match in page.text.matches(of: /`([A-Za-z]+Tests\/|Marathon\/)([A-Za-z\/+]+\.swift): (\w+)`/) {
                count += 1
                let file = String(match.1 + match.2)
                let isThere = Self.source(file)?.contains("func \(match.3)(") ?? false
                if !isThere { missing.append("\(page.path): \(file): \(match.3)") }
            }
        }
        #expect(missing == [])
        #expect(count > 100)
    }

    @Test func everyRowOfASupportedThingNamesItsTest() {
        var bare: [String] = []
        for page in Self.pages {
            for line in page.lines where line.hasPrefix("| ") && line.hasSuffix(" | supported | |") {
                bare.append("\(page.path): \(line)")
            }
        }
        #expect(bare == [])
    }

    @Test func everyFlagStandsOnItsPage() throws {
        let page = try #require(Self.pages.first { $0.path.hasSuffix("mesos-flags.md") }).text
        var missing: [String] = []
        for file in SourceTree.swift where file.target == "roost" && file.path.hasSuffix("Flags.swift") {
            for match in file.text.matches(of: /Flag\(\s*"(\w+)"/) where !page.contains("| `\(match.1)`") {
                missing.append("\(file.path): \(match.1)")
            }
        }
        #expect(missing == [])
    }

    /// The types of calls and events are read from the messages themselves.
    @Test(arguments: [
        ("master", "operator"), ("agent", "operator"), ("scheduler", "scheduler"), ("executor", "executor"),
    ])
    func everyCallAndEventStandsOnItsPage(message: String, page: String) throws {
        let protos = SourceTree.files(under: ["Sources/MesosWire/Protos/mesos/v1/\(message)"], ending: ".proto")
        let source = try #require(protos.first).text
        let text = try #require(Self.pages.first { $0.path.hasSuffix("/mesos-\(page)-api.md") }).text
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }.joined(separator: "\n")
        var names: [String] = []
        for block in source.matches(of: /enum Type \{([^}]*)\}/)
        where !block.1.contains(/\b(STDIN|CONTAINER_ID|DATA|TTY_INFO)\b/) {
            names += block.1.matches(of: /([A-Z_]+)\s*=\s*\d+;/).map { String($0.1) }
        }
        #expect(names.count > 10)
        let missing = names.filter { name in
            name != "UNKNOWN" && rows.matches(of: /[A-Z_]+/).contains { $0.output == name } == false
        }
        #expect(missing == [])
    }
}
