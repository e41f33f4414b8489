internal import ClusterBase
internal import CommandFlags

/// What an operator types every day: the master's state as tables, or as the JSON that the master serves.
private let operatorFlags = [
    Flag("master", .text, default: "127.0.0.1:5050", "The master: host:port or http://host:port."), outputFlag,
]

let stateCommand = operatorCommand("state", "Summarise the cluster: master, agents, frameworks, tasks") { state in
    let agents = state["slaves"]?.array ?? []
    let frameworks = state["frameworks"]?.array ?? []
    let tasks = frameworks.flatMap { $0["tasks"]?.array ?? [] }
    func total(_ key: String, _ resource: String) -> Double {
        agents.reduce(0) { $0 + ($1[key]?[resource]?.double ?? 0) }
    }
    var rows = [
        ["leader", state["hostname"]?.string ?? "-", state["pid"]?.string ?? "-"],
        ["version", state["version"]?.string ?? "-", ""],
        ["agents", "\(agents.count)", "active \(agents.count { $0["active"]?.bool == true })"],
        ["frameworks", "\(frameworks.count)", "active \(frameworks.count { $0["active"]?.bool == true })"],
        ["tasks", "\(tasks.count)", "running \(tasks.count { $0["state"]?.string == "TASK_RUNNING" })"],
    ]
    for resource in ["cpus", "mem", "disk", "gpus"] {
        let (used, all) = (total("used_resources", resource), total("resources", resource))
        rows.append([resource, "\(plain(used)) used", "of \(plain(all))"])
    }
    return TextTable(rows: rows)
}

let agentsCommand = operatorCommand("agents", "List the agents") { state in
    let rows = (state["slaves"]?.array ?? []).map { agent in
        [
            agent["id"]?.string ?? "-", agent["hostname"]?.string ?? "-", agent["active"]?.bool == true ? "yes" : "no",
            usage(agent, "cpus"), usage(agent, "mem"), usage(agent, "disk"), agent["version"]?.string ?? "-",
        ]
    }
    return TextTable(header: ["ID", "HOST", "ACTIVE", "CPUS", "MEM", "DISK", "VERSION"], rows: rows)
}

let frameworksCommand = operatorCommand("frameworks", "List the frameworks") { state in
    let rows = (state["frameworks"]?.array ?? []).map { framework in
        [
            framework["id"]?.string ?? "-", framework["name"]?.string ?? "-", framework["user"]?.string ?? "-",
            framework["active"]?.bool == true ? "yes" : "no", "\(framework["tasks"]?.array?.count ?? 0)",
            plain(framework["used_resources"]?["cpus"]?.double ?? 0),
            plain(framework["used_resources"]?["mem"]?.double ?? 0), framework["hostname"]?.string ?? "-",
        ]
    }
    return TextTable(header: ["ID", "NAME", "USER", "ACTIVE", "TASKS", "CPUS", "MEM", "HOST"], rows: rows)
}

let tasksCommand = operatorCommand("tasks", "List the tasks that have not ended") { state in
    let hosts = Dictionary(
        (state["slaves"]?.array ?? []).compactMap { agent in
            agent["id"]?.string.map { ($0, agent["hostname"]?.string ?? "-") }
        }, uniquingKeysWith: { first, _ in first })
    var rows: [[String]] = []
    for framework in state["frameworks"]?.array ?? [] {
        for task in framework["tasks"]?.array ?? [] {
            let agent = task["slave_id"]?.string ?? "-"
            rows.append([
                task["id"]?.string ?? "-", task["name"]?.string ?? "-", framework["name"]?.string ?? "-",
                String((task["state"]?.string ?? "-").drop { $0 != "_" }.dropFirst()), hosts[agent] ?? agent,
                plain(task["resources"]?["cpus"]?.double ?? 0), plain(task["resources"]?["mem"]?.double ?? 0),
            ])
        }
    }
    return TextTable(header: ["ID", "NAME", "FRAMEWORK", "STATE", "HOST", "CPUS", "MEM"], rows: rows)
}

private func operatorCommand(
    _ name: String, _ summary: String, table: @escaping @Sendable (JSONValue) -> TextTable
) -> Command {
    Command(
        name: name, table: FlagTable(command: "roost \(name)", summary: summary, flags: operatorFlags)
    ) { values in
        let isJSON = try wantsJSON(values)
        let address = try values.required("master")
        let body = try await withOperatorClient { try await $0.get("/state", at: address) }
        if isJSON {
            print(body.prettyText)
        } else {
            print(table(body).text, terminator: "")
        }
        return ExitStatus.success
    }
}

private func plain(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
}

private func usage(_ agent: JSONValue, _ resource: String) -> String {
    plain(agent["used_resources"]?[resource]?.double ?? 0) + "/" + plain(agent["resources"]?[resource]?.double ?? 0)
}
