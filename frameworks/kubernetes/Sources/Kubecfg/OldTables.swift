public import ClusterBase

/// The tables that `kubecfg` prints of v1beta1 objects: cells 20 wide or more, a dashed line below the headings.
///
/// Source: upstream `pkg/kubecfg/resource_printer.go` at 0.4; seeds K-KCF-02, K-KCF-03.
public enum OldTables {
    /// A resource's columns.
    private struct Table: Sendable {
        var heading: [String]
        var cells: @Sendable (JSONValue) -> [String]
    }

    /// The printed form of an object or a list; nil for kinds without a table.
    public static func text(of object: JSONValue) -> String? {
        let kind = object["kind"]?.string ?? ""
        let isList = kind.hasSuffix("List")
        guard let table = tables[isList ? String(kind.dropLast(4)) : kind] else { return nil }
        let items = isList ? object["items"]?.array ?? [] : [object]
        let dashes = table.heading.map { _ in "----------" }
        return aligned([table.heading, dashes] + items.map(table.cells))
    }

    private static let tables: [String: Table] = [
        "Pod": Table(heading: ["ID", "Image(s)", "Host", "Labels", "Status"]) { pod in
            let state = pod["currentState"]
            return [
                id(pod), images(pod["desiredState"]?["manifest"]), host(of: state),
                labels(pod["labels"]), state?["status"]?.string ?? "",
            ]
        },
        "ReplicationController": Table(heading: ["ID", "Image(s)", "Selector", "Replicas"]) { controller in
            let state = controller["desiredState"]
            return [
                id(controller), images(state?["podTemplate"]?["desiredState"]?["manifest"]),
                labels(state?["replicaSelector"]), "\(state?["replicas"]?.integer ?? 0)",
            ]
        },
        "Service": Table(heading: ["ID", "Labels", "Selector", "IP", "Port"]) { service in
            [
                id(service), labels(service["labels"]), labels(service["selector"]),
                service["portalIP"]?.string ?? "", "\(service["port"]?.integer ?? 0)",
            ]
        },
        "Minion": Table(heading: ["Minion identifier", "Labels"]) { [id($0), labels($0["labels"])] },
        "Endpoints": Table(heading: ["ID", "Endpoints"]) { endpoints in
            [id(endpoints), (endpoints["endpoints"]?.array ?? []).compactMap(\.string).joined(separator: ",")]
        },
        "Event": Table(heading: ["ID", "Reason", "Message"]) { event in
            [id(event), event["reason"]?.string ?? "", event["message"]?.string ?? ""]
        },
        "Namespace": Table(heading: ["ID", "Status"]) { [id($0), $0["status"]?["phase"]?.string ?? ""] },
        "Status": Table(heading: ["Status"]) { [$0["status"]?.string ?? ""] },
    ]

    private static func id(_ object: JSONValue) -> String { object["id"]?.string ?? "" }

    private static func host(of state: JSONValue?) -> String {
        let (name, address) = (state?["host"]?.string ?? "", state?["hostIP"]?.string ?? "")
        return name.isEmpty && address.isEmpty ? "<unassigned>" : name + "/" + address
    }

    private static func images(_ manifest: JSONValue?) -> String {
        (manifest?["containers"]?.array ?? []).compactMap { $0["image"]?.string }.joined(separator: ",")
    }

    private static func labels(_ map: JSONValue?) -> String {
        let pairs = map?.object?.map { "\($0.key)=\($0.value.string ?? "")" } ?? []
        return pairs.sorted().joined(separator: ",")
    }

    /// Columns of 20 characters or more, three blanks apart; the last is not filled up.
    private static func aligned(_ rows: [[String]]) -> String {
        let count = rows.first?.count ?? 0
        let widths = (0..<count).map { column in max(20, 3 + (rows.map { $0[column].count }.max() ?? 0)) }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return cells.joined() + "\n"
        }.joined()
    }
}
