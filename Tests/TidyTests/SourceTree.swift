import Foundation

/// The files of the repository that a person wrote.
struct SourceTree {
    struct File: Sendable {
        /// Relative to the repository.
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// The target's directory name, such as `MasterCore`.
        var target: String {
            let parts = path.split(separator: "/").map(String.init)
            if parts.count > 3, parts[0] == "frameworks", parts[2] == "Sources" { return parts[3] }
            return parts.count > 2 ? parts[1] : ""
        }
        var isTest: Bool { path.hasPrefix("Tests/") || path.contains("/Tests/") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files with an ending below the given directories; generated code and build folders are left out.
    static func files(under directories: [String], ending: String) -> [File] {
        directories.flatMap { directory -> [File] in
            let base = root.appending(path: directory)
            guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
            return names.compactMap { entry in
                guard let name = entry as? String, name.hasSuffix(ending), !name.contains("Generated/"),
                    !name.hasPrefix("."), !name.contains("/."),
                    let text = try? String(contentsOf: base.appending(path: name), encoding: .utf8)
                else { return nil }
                return File(path: directory.isEmpty ? name : directory + "/" + name, text: text)
            }
        }
    }

    static let swift = files(under: ["Sources", "Tests", "frameworks"], ending: ".swift")
    static let documents =
        files(under: ["docs"], ending: ".md")
        + files(under: [""], ending: ".md")
        .filter { !$0.path.contains("/") }
}
