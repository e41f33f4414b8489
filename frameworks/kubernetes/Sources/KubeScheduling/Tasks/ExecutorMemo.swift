internal import ClusterBase
internal import ClusterModel
internal import KubeCore
internal import ResourceModel

/// The description of a running executor as a node's annotation, so that a scheduler with other flags can go on using
/// it.
///
/// The master refuses a task whose executor is described otherwise than the one that runs. What an `ExecutorTemplate`
/// does not set is not written.
enum ExecutorMemo {
    /// The annotation of nodes.
    static let annotation = PoolNames.prefix + "executorInfo"
    /// Longer descriptions are not written down.
    private static let limit = 128 << 10

    /// Writes a description; nil when it is too long.
    static func text(_ executor: ExecutorInfo) -> String? {
        let command = executor.command ?? CommandInfo()
        let tree: JSONValue = [
            "id": .string(executor.id.value), "name": .string(executor.name), "source": .string(executor.source),
            "data": .string(String(decoding: Base64.encode(executor.data) as [UInt8], as: UTF8.self)),
            "shutdownGraceNanoseconds": executor.shutdownGracePeriod.map { .integer($0.totalNanoseconds) } ?? .null,
            "resources": .array(executor.resources.allocated(to: nil).compactMap(write)),
            "command": [
                "value": command.value.map { .string($0) } ?? .null, "shell": .bool(command.isShell),
                "user": command.user.map { .string($0) } ?? .null,
                "arguments": .array(command.arguments.map { .string($0) }),
                "environment": .array(
                    command.environment.map {
                        ["name": .string($0.name), "value": .string($0.value), "secret": .bool($0.isSecret)]
                    }),
                "uris": .array(
                    command.uris.map {
                        [
                            "value": .string($0.value), "executable": .bool($0.isExecutable),
                            "extract": .bool($0.extracts), "cache": .bool($0.isCached),
                            "file": $0.outputFile.map { .string($0) } ?? .null,
                        ]
                    }),
            ],
        ]
        let text = tree.text
        return text.utf8.count <= limit ? text : nil
    }

    /// Reads a description; nil for one that is not of this form.
    static func executor(_ text: String) -> ExecutorInfo? {
        guard let tree = try? JSONValue(parsing: text), let id = tree["id"]?.string, let command = tree["command"],
            let data = Base64.decode(Array((tree["data"]?.string ?? "").utf8))
        else { return nil }
        func strings(_ member: String) -> [String] { (command[member]?.array ?? []).compactMap(\.string) }
        let environment = (command["environment"]?.array ?? []).map {
            EnvironmentVariable(
                $0["name"]?.string ?? "", $0["value"]?.string ?? "", isSecret: $0["secret"]?.bool ?? false)
        }
        let uris = (command["uris"]?.array ?? []).map {
            CommandInfo.URI(
                $0["value"]?.string ?? "", isExecutable: $0["executable"]?.bool ?? false,
                extracts: $0["extract"]?.bool ?? true, isCached: $0["cache"]?.bool ?? false,
                outputFile: $0["file"]?.string)
        }
        return ExecutorInfo(
            id: ExecutorID(id),
            command: CommandInfo(
                value: command["value"]?.string, isShell: command["shell"]?.bool ?? false,
                arguments: strings("arguments"), environment: environment, uris: uris, user: command["user"]?.string),
            resources: Resources((tree["resources"]?.array ?? []).compactMap(read)),
            name: tree["name"]?.string ?? "", source: tree["source"]?.string ?? "", data: data,
            shutdownGracePeriod: tree["shutdownGraceNanoseconds"]?.integer.map { .nanoseconds($0) })
    }

    private static func write(_ resource: Resource) -> JSONValue? {
        guard case .scalar(let amount) = resource.value else { return nil }
        return [
            "name": .string(resource.name), "thousandths": .integer(amount.thousandths),
            "reservations": .array(
                resource.reservations.map { reservation in
                    [
                        "role": .string(reservation.role), "dynamic": .bool(reservation.kind == .dynamic),
                        "principal": reservation.principal.map { .string($0) } ?? .null,
                        "labels": .array(
                            reservation.labels.map {
                                ["key": .string($0.key), "value": $0.value.map { .string($0) } ?? .null]
                            }),
                    ]
                }),
        ]
    }

    private static func read(_ tree: JSONValue) -> Resource? {
        guard let name = tree["name"]?.string, let amount = tree["thousandths"]?.integer else { return nil }
        let reservations = (tree["reservations"]?.array ?? []).map { reservation in
            Resource.Reservation(
                kind: reservation["dynamic"]?.bool == true ? .dynamic : .static,
                role: reservation["role"]?.string ?? "", principal: reservation["principal"]?.string,
                labels: (reservation["labels"]?.array ?? []).map {
                    Resource.Label(key: $0["key"]?.string ?? "", value: $0["value"]?.string)
                })
        }
        return Resource(name: name, value: .scalar(Scalar(thousandths: amount)), reservations: reservations)
    }
}
