internal import ClusterBase
internal import ClusterModel

/// What a maintenance schedule and lists of machines have to be like (spec `mesos/06` §6.12).
enum MaintenanceRules {
    /// What is wrong with a new schedule; nil when nothing is.
    ///
    /// Machines that are down have to stay in it.
    static func problem(_ schedule: MaintenanceSchedule, machines: OrderedTable<MachineID, MachineInfo>) -> String? {
        var seen = Set<MachineID>()
        if size(schedule) > sizeLimit { return "The schedule is too large: more than \(sizeLimit) bytes" }
        for window in schedule.windows {
            if window.machines.isEmpty { return "List of machines in the maintenance window is empty" }
            if let duration = window.unavailability.duration, duration < .zero {
                return "Unavailability 'duration' is negative"
            }
            if let problem = repeatedOrBad(window.machines, &seen) { return problem }
        }
        for key in machines.keys where !seen.contains(key) {
            guard let machine = machines[key], machine.mode == .down else { continue }
            return "Machine '\(text(machine.id))' is deactivated and cannot be removed from the schedule"
        }
        return nil
    }

    /// What is wrong with a list of machines; nil when nothing is.
    static func problem(_ machines: [MachineID]) -> String? {
        if machines.isEmpty { return "List of machines is empty" }
        var seen = Set<MachineID>()
        return repeatedOrBad(machines, &seen)
    }

    /// What the registry can hold of it, in bytes.
    private static let sizeLimit = 900_000

    /// About as many bytes as it takes in the registry; never less.
    private static func size(_ schedule: MaintenanceSchedule) -> Int {
        schedule.windows.reduce(0) { sum, window in
            window.machines.reduce(sum + 48) { $0 + 16 + ($1.hostname?.utf8.count ?? 0) + ($1.ip?.utf8.count ?? 0) }
        }
    }

    private static func repeatedOrBad(_ machines: [MachineID], _ seen: inout Set<MachineID>) -> String? {
        for machine in machines {
            if let problem = problem(machine) { return problem }
            guard seen.insert(machine.normalized).inserted else {
                return "Machine '\(text(machine))' appears more than once in the schedule"
            }
        }
        return nil
    }

    private static func problem(_ machine: MachineID) -> String? {
        let ip = machine.ip ?? ""
        if ip.isEmpty, machine.hostname?.isEmpty ?? true {
            return "Both 'hostname' and 'ip' for a machine are empty"
        }
        if !ip.isEmpty, !isIPv4(ip) { return "Failed to parse IP address '\(ip)'" }
        let hostname = machine.hostname ?? ""
        if hostname.utf8.count > longestHostname || !hostname.utf8.allSatisfy(isPlain) {
            return "'hostname' of a machine is not a host name: '\(hostname.prefix(longestHostname))'"
        }
        return nil
    }

    /// As in DNS.
    private static let longestHostname = 253

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x3a: true
        default: false
        }
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && part.utf8.count <= 3 && UInt8(part) != nil
            }
    }

    /// A machine as JSON, for messages.
    static func text(_ machine: MachineID) -> String {
        var object = JSONObject()
        if let hostname = machine.hostname { object["hostname"] = .string(hostname) }
        if let ip = machine.ip { object["ip"] = .string(ip) }
        return JSONValue.object(object).text
    }

    /// A machine for people: `host (ip)`.
    static func name(_ machine: MachineID) -> String {
        guard let ip = machine.ip else { return machine.hostname ?? "" }
        return machine.hostname.map { "\($0) (\(ip))" } ?? "(\(ip))"
    }
}
