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

extension InverseOfferStatus: WireModel {
    /// `mesos.v1.allocator.InverseOfferStatus`.
    public static var messageName: String { "mesos.v1.allocator.InverseOfferStatus" }

    private static let answers: [Answer] = [.unknown, .accept, .decline]

    /// Reads an answer.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(answer: .unknown, frameworkID: "", timestamp: Instant(nanoseconds: 0))
        while let field = try reader.next() {
            switch field {
            case Wire.Allocator.InverseOfferStatus.status:
                let number = try reader.int()
                if (1...3).contains(number) { answer = Self.answers[number - 1] }
            case Wire.Allocator.InverseOfferStatus.frameworkID: frameworkID = try reader.id()
            case Wire.Allocator.InverseOfferStatus.timestamp: timestamp = try reader.instant()
            default: try reader.skip()
            }
        }
    }

    /// Writes the answer.
    public func write(to writer: inout WireWriter) {
        writer.integer(Wire.Allocator.InverseOfferStatus.status, (Self.answers.firstIndex(of: answer) ?? 0) + 1)
        writer.id(Wire.Allocator.InverseOfferStatus.frameworkID, frameworkID)
        writer.instant(Wire.Allocator.InverseOfferStatus.timestamp, timestamp)
    }
}

extension MaintenanceStatus: WireModel {
    /// `mesos.v1.maintenance.ClusterStatus`.
    public static var messageName: String { "mesos.v1.maintenance.ClusterStatus" }

    /// Reads a status.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        while let field = try reader.next() {
            switch field {
            case Wire.Maintenance.ClusterStatus.drainingMachines:
                draining.append(try reader.nested(Self.machine))
            case Wire.Maintenance.ClusterStatus.downMachines: down.append(try reader.message())
            default: try reader.skip()
            }
        }
    }

    private static func machine(_ reader: inout WireReader) throws(WireError) -> DrainingMachine {
        typealias Field = Wire.Maintenance.ClusterStatus.DrainingMachine
        var machine = DrainingMachine(id: MachineID(), statuses: [])
        while let field = try reader.next() {
            switch field {
            case Field.id: machine.id = try reader.message()
            case Field.statuses: machine.statuses.append(try reader.message())
            default: try reader.skip()
            }
        }
        return machine
    }

    /// Writes the status.
    public func write(to writer: inout WireWriter) {
        typealias Field = Wire.Maintenance.ClusterStatus
        for machine in draining {
            writer.nested(Field.drainingMachines) { writer in
                writer.message(Field.DrainingMachine.id, machine.id)
                for status in machine.statuses { writer.message(Field.DrainingMachine.statuses, status) }
            }
        }
        for machine in down { writer.message(Field.downMachines, machine) }
    }
}
