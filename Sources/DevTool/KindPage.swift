internal import KubeKinds
internal import KubeModel

/// `kubernetes-kinds.md`: the kind table as the server serves it.
struct KindPage {
    var text: String {
        var text = """
            # Kinds of the Kubernetes API

            <!-- Written by `make docs` from the kind table in frameworks/kubernetes/Sources/KubeKinds. Do not edit. -->

            One row per kind and version; versions of one kind show the same objects, converted through the version that
            is marked *stored*. What each verb does, and the tests that prove it, is on the page
            [kubernetes.md](kubernetes.md).

            | Group and version | Resource | Kind | Short | Namespaced | Verbs | Subresources |
            |---|---|---|---|---|---|---|

            """
        for row in KindTable.standard.rows {
            for version in row.versions { text += line(row, version) }
        }
        return text
    }

    private func line(_ row: KindRow, _ version: VersionRow) -> String {
        let isHub = version.groupVersion == row.hub && version.toHub == nil
        let cells = [
            "`\(version.groupVersion)`" + (isHub && row.versions.count > 1 ? " (stored)" : ""),
            "`\(version.plural ?? row.plural)`", version.kind ?? row.kind, row.shortNames.joined(separator: ", "),
            row.isNamespaced ? "yes" : "no", row.verbs.names.joined(separator: ", "),
            row.subresources.map(\.name).joined(separator: ", "),
        ]
        return "| " + cells.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ") + " |\n"
    }
}
