/// A machine as maintenance knows it: by host name, by address, or by both (`MachineID` of the v1 messages).
public struct MachineID: Hashable, Sendable {
    /// The host name that the machine's agents report.
    public var hostname: String?
    /// The IPv4 address that its agents speak from, as text.
    public var ip: String?

    /// Makes a machine's name.
    public init(hostname: String? = nil, ip: String? = nil) { (self.hostname, self.ip) = (hostname, ip) }

    /// The name in the form that names are compared in: letters of the host name do not differ by case.
    public var normalized: MachineID { MachineID(hostname: hostname?.lowercased(), ip: ip) }
}

/// Machines that are not there at the same time (`maintenance.Window` of the v1 messages).
public struct MaintenanceWindow: Hashable, Sendable {
    /// Which machines.
    public var machines: [MachineID]
    /// When.
    public var unavailability: Unavailability

    /// Makes a window.
    public init(machines: [MachineID], unavailability: Unavailability) {
        (self.machines, self.unavailability) = (machines, unavailability)
    }
}

/// All planned maintenance of a cluster (`maintenance.Schedule` of the v1 messages).
public struct MaintenanceSchedule: Hashable, Sendable {
    /// The windows, in the operator's order.
    public var windows: [MaintenanceWindow]

    /// Makes a schedule; empty unless said otherwise.
    public init(windows: [MaintenanceWindow] = []) { self.windows = windows }
}

/// What maintenance does with a machine now (`MachineInfo.Mode` of the v1 messages).
public enum MachineMode: Hashable, Sendable {
    /// In normal use; such machines are not in the schedule.
    case up
    /// Scheduled: frameworks are asked to leave it.
    case draining
    /// Out of use: no agent may register from it.
    case down
}

/// A machine in the schedule and how it stands (`MachineInfo` of the v1 messages).
public struct MachineInfo: Hashable, Sendable {
    /// Its name, as the operator wrote it.
    public var id: MachineID
    /// What maintenance does with it now.
    public var mode: MachineMode
    /// When it is not there.
    public var unavailability: Unavailability?

    /// Makes a description.
    public init(id: MachineID, mode: MachineMode, unavailability: Unavailability?) {
        (self.id, self.mode, self.unavailability) = (id, mode, unavailability)
    }
}
