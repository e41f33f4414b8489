internal import ClusterBase
public import ClusterModel

extension MachineID: WireModel {
    /// `mesos.v1.MachineID`.
    public static var messageName: String { "mesos.v1.MachineID" }

    /// Reads a machine's name.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            switch field {
            case Wire.MachineID.hostname: hostname = try reader.string()
            case Wire.MachineID.ip: ip = try reader.string()
            default: try reader.skip()
            }
        }
    }

    /// Writes the machine's name.
    public func write(to writer: inout WireWriter) {
        writer.string(Wire.MachineID.hostname, ifPresent: hostname)
        writer.string(Wire.MachineID.ip, ifPresent: ip)
    }
}

extension MaintenanceWindow: WireModel {
    /// `mesos.v1.maintenance.Window`.
    public static var messageName: String { "mesos.v1.maintenance.Window" }

    /// Reads a window.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(machines: [], unavailability: Unavailability(start: Instant(nanoseconds: 0)))
        while let field = try reader.next() {
            switch field {
            case Wire.Maintenance.Window.machineIDs: machines.append(try reader.message())
            case Wire.Maintenance.Window.unavailability: unavailability = try reader.message()
            default: try reader.skip()
            }
        }
    }

    /// Writes the window.
    public func write(to writer: inout WireWriter) {
        for machine in machines { writer.message(Wire.Maintenance.Window.machineIDs, machine) }
        writer.message(Wire.Maintenance.Window.unavailability, unavailability)
    }
}

extension MaintenanceSchedule: WireModel {
    /// `mesos.v1.maintenance.Schedule`.
    public static var messageName: String { "mesos.v1.maintenance.Schedule" }

    /// Reads a schedule.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            if field == Wire.Maintenance.Schedule.windows {
                windows.append(try reader.message())
            } else {
                try reader.skip()
            }
        }
    }

    /// Writes the schedule.
    public func write(to writer: inout WireWriter) {
        for window in windows { writer.message(Wire.Maintenance.Schedule.windows, window) }
    }
}

extension DrainConfig: WireModel {
    /// `mesos.v1.DrainConfig`.
    public static var messageName: String { "mesos.v1.DrainConfig" }

    /// Reads a configuration.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            switch field {
            case Wire.DrainConfig.maxGracePeriod: maxGracePeriod = try reader.duration()
            case Wire.DrainConfig.markGone: markGone = try reader.bool()
            default: try reader.skip()
            }
        }
    }

    /// Writes the configuration.
    public func write(to writer: inout WireWriter) {
        if let maxGracePeriod { writer.duration(Wire.DrainConfig.maxGracePeriod, maxGracePeriod) }
        if markGone { writer.bool(Wire.DrainConfig.markGone, true) }
    }
}

extension DrainInfo: WireModel {
    /// `mesos.v1.DrainInfo`.
    public static var messageName: String { "mesos.v1.DrainInfo" }

    /// Reads how far an agent is.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(config: DrainConfig())
        while let field = try reader.next() {
            switch field {
            case Wire.DrainInfo.state: state = try reader.integer() == 2 ? .drained : .draining
            case Wire.DrainInfo.config: config = try reader.message()
            default: try reader.skip()
            }
        }
    }

    /// Writes how far the agent is.
    public func write(to writer: inout WireWriter) {
        writer.integer(Wire.DrainInfo.state, state == .drained ? 2 : 1)
        writer.message(Wire.DrainInfo.config, config)
    }
}
