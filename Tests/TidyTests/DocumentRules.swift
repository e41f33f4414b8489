import Foundation
import Testing

/// Rules for the documents: one title each, lines of readable width, links that lead somewhere.
struct DocumentRules {
    @Test func everyDocumentHasOneTitle() {
        let offences = SourceTree.documents.filter { document in
            var inCode = false
            let titles = document.lines.filter { line in
                if line.hasPrefix("```") { inCode.toggle() }
                return !inCode && line.hasPrefix("# ")
            }
            return titles.count != 1
        }
        #expect(offences.map(\.path) == [])
    }

    @Test func linksLeadSomewhere() {
        var broken: [String] = []
        for document in SourceTree.documents {
            let folder = SourceTree.root.appending(path: document.path).deletingLastPathComponent()
            for match in document.text.matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/) {
                let target = String(match.1)
                guard !target.contains("://") else { continue }
                let path = folder.appending(path: target).path
                if !FileManager.default.fileExists(atPath: path) { broken.append("\(document.path): \(target)") }
            }
        }
        #expect(broken == [])
    }

    @Test func theReadmeStartsWithRunAndTest() throws {
        let readme = try #require(SourceTree.documents.first { $0.path == "README.md" })
        let commands = readme.lines.filter { $0.hasPrefix("make ") }
        #expect(commands.first.map { $0.hasPrefix("make run") } == true)
        #expect(commands.dropFirst().first.map { $0.hasPrefix("make test") } == true)
    }
}
