internal import ClusterBase
internal import Foundation

/// `DevTool compatibility`: writes the pages of `docs/compatibility` that follow from the sources.
///
/// The flags are the rows of the tables in `Sources/roost`; a flag whose row says that it acts but whose name nothing
/// else reads fails the run. The fields are those of the descriptor table; one counts as *read or written* when a codec
/// uses its number by name. Run it at the root.
struct Compatibility {
    private let pages = "docs/compatibility"

    /// Runs the subcommand; throws with a message for people.
    func run(_ arguments: [String]) throws {
        try write(try FlagPage().text(), to: "mesos-flags.md")
        try write(try FieldPage().text(), to: "mesos-fields.md")
        try write(KindPage().text, to: "kubernetes-kinds.md")
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(pages)/\(name)"))
    }

    /// The Swift sources below a directory, generated ones left out.
    static func sources(below directory: String) throws -> [(path: String, text: String)] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).sorted()
            .filter { $0.hasSuffix(".swift") && !$0.contains("Generated/") }
            .map { ($0, try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)) }
    }
}

/// `mesos-flags.md`.
private struct FlagPage {
    private struct Row {
        var name: String
        var aliases: String
        var standard: String
        var effect: String
        var help: String
    }

    func text() throws -> String {
        var text = """
            # Flags of the daemons

            <!-- Written by `make docs` from the flag tables in Sources/roost. Do not edit. -->

            *supported*: does what the text says. *no effect*: taken, so that command lines keep working; a line at the
            start says that it changes nothing. *refused*: ends the program with status 64, because ignoring it would
            promise what is not there (*refused if true*: for booleans whose false is what happens anyway). Reading of
            flags, environment (`MESOS_…`, `MARATHON_…`, `ROOST_…`) and files is proved by
            `CommandFlagsTests/FlagTableTests.swift`. A name in brackets is an alias.


            """
        for (title, file) in [
            ("roost master", "MasterFlags"), ("roost agent", "AgentFlags"), ("roost marathon", "MarathonFlags"),
            ("roost kubernetes, roost km apiserver", "APIServerFlags"),
            ("roost km controller-manager", "ControllerManagerFlags"),
            ("roost km scheduler, roost kubernetes", "KubeSchedulerFlags"), ("roost kubecfg", "KubecfgFlags"),
        ] {
            let rows = try rows(of: file)
            text += "## \(title)\n\n| Flag | Default | State | Meaning |\n|---|---|---|---|\n"
            for row in rows {
                text += "| `\(row.name)`\(row.aliases) | \(row.standard) | \(row.effect) | \(row.help) |\n"
            }
            let supported = rows.count { $0.effect == "supported" }
            text += "\n\(supported) of \(rows.count) are supported.\n\n"
        }
        return String(text.dropLast())
    }

    private func rows(of file: String) throws -> [Row] {
        let sources = try Compatibility.sources(below: "Sources/roost")
        let readers = sources.filter { !$0.path.hasSuffix("Flags.swift") }.map(\.text).joined()
        let source = sources.first { $0.path == file + ".swift" }?.text ?? ""
        return try source.components(separatedBy: "Flag(").dropFirst().map { chunk in
            let row = try row(chunk, in: file)
            guard row.effect != "supported" || readers.contains("\"\(row.name)\"") else {
                throw ClusterError(.conflict, "\(file): nothing reads --\(row.name), which is said to act")
            }
            return row
        }
    }

    /// One row from the text that follows `Flag(`.
    private func row(_ chunk: String, in file: String) throws -> Row {
        let parts = chunk.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
        let body = chunk.components(separatedBy: "),\n").first ?? chunk
        let texts = body.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count > 3, texts.count >= 3, texts.count % 2 == 1 else {
            throw ClusterError(.invalidArgument, "\(file): cannot read the row \(chunk.prefix(60))")
        }
        let effect = body.firstMatch(of: /effect: \.(\w+)/).map { String($0.1) }
        let aliases = body.firstMatch(of: /aliases: \[([^\]]*)\]/).map { $0.1.replacing("\"", with: "`") }
        let standard = body.firstMatch(of: /default: "([^"]*)"/).map { "`\($0.1)`" }
        return Row(
            name: parts[1], aliases: aliases.map { " (\($0))" } ?? "",
            standard: (standard ?? "").replacing("|", with: "\\|"), effect: Self.state(effect),
            help: String(texts[texts.count - 2]).replacing("|", with: "\\|"))
    }

    private static func state(_ effect: String?) -> String {
        switch effect {
        case nil: "supported"
        case "accepted": "no effect"
        case "refusedWhenTrue": "refused if true"
        default: "refused"
        }
    }
}

/// `mesos-fields.md`.
private struct FieldPage {
    /// Messages that codecs read by number, or with the numbers of a message of the same shape.
    private let readWhole: Set<String> = [
        "Attribute", "CapabilityInfo", "Flag", "Label", "Labels", "Metric", "Parameter", "TimeInfo", "DurationInfo",
        "Value.Range", "Value.Ranges", "Value.Scalar", "Value.Set", "Value.Text", "CheckInfo.Tcp", "CheckInfo.Command",
        "Agent.Call.GetContainers", "Environment", "TaskGroupInfo", "FrameworkInfo.Capability", "CheckStatusInfo.Tcp",
        "CheckStatusInfo.Http", "CheckStatusInfo.Command", "Image.Docker", "Resource.SharedInfo",
        "Resource.RevocableInfo", "Resource.AllocationInfo", "AgentInfo.Capability", "MasterInfo.Capability",
        "Offer.Operation.Unreserve", "Offer.Operation.Destroy", "OfferFilters.MinAllocatableResources",
        "Scheduler.Call.AcceptInverseOffers", "Scheduler.Call.DeclineInverseOffers", "Scheduler.Call.UpdateFramework",
        "Scheduler.OfferConstraints.RoleConstraints.Group", "Scheduler.AttributeConstraint.Predicate.TextEquals",
        "Scheduler.AttributeConstraint.Predicate.TextNotEquals", "Scheduler.AttributeConstraint.Predicate.TextMatches",
        "Scheduler.AttributeConstraint.Predicate.TextNotMatches",
        "Scheduler.OfferConstraints.RoleConstraintsEntry", "OfferFilters.ResourceQuantities.QuantitiesEntry",
        "Master.Call.UnreserveResources", "Master.Call.DestroyVolumes", "TaskResourceLimitation", "UUID", "OperationID",
        "ResourceProviderID", "FrameworkID", "AgentID", "OfferID", "TaskID", "ExecutorID",
        "Internal.MasterSlaveConnection", "Internal.PingSlaveMessage", "Internal.UnregisterSlaveMessage",
    ]

    func text() throws -> String {
        let used = try usedFields()
        var text = """
            # Messages and fields

            <!-- Written by `make docs` from the tables and codecs in Sources/MesosProtocol. Do not edit. -->

            *Read or written*: a codec uses the field, and what becomes of it the pages of the APIs say. *Passed
            through*: no codec names the field; inside `TaskInfo`, `ExecutorInfo`, `FrameworkInfo`, `TaskStatus`, `Task`
            and `ContainerInfo` it travels on unharmed in the message's wire image (decision 2; proved by
            `MesosProtocolTests/ModelRoundTripTests.swift: nothingIsLost`), elsewhere it is skipped. JSON and protobuf
            are converted into each other for every field of every message
            (`MesosProtocolTests/JSONRoundTripTests.swift: everyMessageSurvivesWireToJSONToWire`), and every value of
            every enum is known by its name. v0 is the same set with *slave* for *agent*
            (`everyMessageSurvivesInTheOlderDialect` in the same file).


            """
        for (title, prefix) in [("Public API (v1)", "mesos.v1."), ("Between daemons", "mesos.internal.")] {
            text += "## \(title)\n\n| Message | Read or written | Passed through or not used |\n|---|---|---|\n"
            for message in try messages() where message.name.hasPrefix(prefix) {
                let path = Self.path(of: message.name)
                let whole = readWhole.contains(path) || isWrapper(message, path, used)
                let known = message.fields.filter { whole || used.contains(path + "." + Self.plain($0)) }
                let others = message.fields.filter { !known.contains($0) }
                text += "| `\(message.name.dropFirst(prefix.count))` | \(Self.list(known)) | \(Self.list(others)) |\n"
            }
            text += prefix == "mesos.v1." ? "\n" : ""
        }
        return text
    }

    /// Whether a message holds one field only and is read where its parent's field of the same name is.
    private func isWrapper(_ message: (name: String, fields: [String]), _ path: String, _ used: Set<String>) -> Bool {
        let parts = path.split(separator: ".").map(String.init)
        guard message.fields.count == 1, let last = parts.last else { return false }
        return used.contains((parts.dropLast() + [last.lowercased()]).joined(separator: "."))
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "–" : names.joined(separator: ", ")
    }

    /// Names and fields of all messages, from the generated table.
    private func messages() throws -> [(name: String, fields: [String])] {
        let table = try String(
            contentsOfFile: "Sources/MesosProtocol/Generated/DescriptorTable.swift", encoding: .utf8)
        let part = table.components(separatedBy: "static let enumerations").first ?? ""
        return part.components(separatedBy: "\"\"\"\n").filter { $0.contains("mesos.") && !$0.contains("Generated") }
            .map { block in
                let lines = block.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                return (
                    lines.first ?? "",
                    lines.dropFirst().compactMap { $0.split(separator: " ").dropFirst().first }
                        .map(String.init)
                )
            }
    }

    /// `<Message path>.<field without underscores, small>` of every constant that a codec uses.
    private func usedFields() throws -> Set<String> {
        var used = Set<String>()
        for (_, text) in try Compatibility.sources(below: "Sources/MesosProtocol") {
            var aliases: [String: String] = ["Wire": ""]
            for line in text.split(separator: "\n") {
                if let found = line.firstMatch(of: /typealias (\w+) = Wire\.([\w.]+)/) {
                    aliases[String(found.1)] = String(found.2) + "."
                    continue
                }
                for found in line.matches(of: /\b(Wire|Field|First|Again)\.([\w.`]+)/) {
                    guard let prefix = aliases[String(found.1)] else { continue }
                    let parts = (prefix + found.2.replacing("`", with: "")).split(separator: ".").map(String.init)
                    guard let field = parts.last else { continue }
                    used.insert((parts.dropLast() + [field.lowercased()]).joined(separator: "."))
                }
            }
        }
        return used
    }

    /// `mesos.v1.master.Response` → `Master.Response`, as in the generated `Wire`.
    private static func path(of name: String) -> String {
        let rest = name.hasPrefix("mesos.v1.") ? name.dropFirst(9) : name.dropFirst(6)
        return rest.split(separator: ".").map { part in
            part.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }.joined(separator: ".")
    }

    private static func plain(_ field: String) -> String { field.replacing("_", with: "").lowercased() }
}
