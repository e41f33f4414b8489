internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import MesosWire
internal import ResourceModel
internal import SwiftProtobuf
internal import Testing

/// Operations, their statuses and records, in ACCEPT and in events.
@Suite struct OperationCodecTests {
    static let reserved: Resources = [
        Resource(
            name: "disk", value: .scalar(Scalar(64)),
            reservations: [.init(kind: .static, role: "a"), .init(kind: .dynamic, role: "a/b", principal: "p")])
    ]
    static let volume = Resource(
        name: "disk", value: .scalar(Scalar(64)), reservations: [.init(kind: .dynamic, role: "a", principal: "p")],
        disk: .init(
            persistenceID: "id", persistencePrincipal: "p", mounting: .init(containerPath: "data", isReadOnly: true),
            source: .init(.mount, root: "/m", profile: "f", metadata: [Label(key: "k", value: "v")])), isShared: true)
    static let raw = Resource(
        name: "disk", value: .scalar(Scalar(9)), disk: .init(source: .init(.raw, id: "i", profile: "f", vendor: "v")),
        providerID: "rp")

    static let operations: [OfferOperation] = [
        .launch([Samples.commandTask]), .launchGroup(Samples.executor, [Samples.commandTask, Samples.dockerTask]),
        .reserve(reserved, source: [.scalar("disk", 64)], id: "1"), .reserve(reserved), .unreserve(reserved, id: "2"),
        .create([volume], id: "3"), .destroy([volume], id: "4"),
        OfferOperation(id: "5", .growVolume(volume: volume, addition: .scalar("disk", 1.5))),
        OfferOperation(id: "6", .shrinkVolume(volume: volume, subtract: Scalar(2.25))),
        OfferOperation(id: "7", .createDisk(source: raw, kind: .block, profile: "x")),
        OfferOperation(.createDisk(source: raw, kind: .mount, profile: nil)),
        OfferOperation(id: "8", .destroyDisk(source: raw)), .unsupported(name: "UNKNOWN", id: "9"),
    ]

    static let status = OperationStatus(
        operationID: "op", state: .finished, message: "done", convertedResources: reserved,
        statusUUID: UniqueID(high: 1, low: 2), agentID: "m-1-S0", providerID: "rp")

    @Test(arguments: operations) func everyOperationSurvivesBothFormats(operation: OfferOperation) throws {
        for format in WireFormat.allCases {
            for style in [WireStyle.full, .daemon] {
                let bytes = operation.encoded(as: format, style: style)
                let read = try OfferOperation(decoding: bytes, as: format)
                #expect(read == operation && read.name == operation.name, "\(format)")
                #expect(Self.resources(of: read).map { $0 } == Self.resources(of: operation).map { $0 })
            }
        }
    }

    /// The resources compared field by field: bags are equal whatever is said of volumes.
    private static func resources(of operation: OfferOperation) -> [Resource] {
        switch operation.action {
        case .reserve(let source, let resources): Array(source) + Array(resources)
        case .unreserve(let resources), .create(let resources), .destroy(let resources): Array(resources)
        case .growVolume(let volume, let addition): [volume, addition]
        case .shrinkVolume(let resource, _), .createDisk(let resource, _, _), .destroyDisk(let resource): [resource]
        case .launch, .launchGroup, .unsupported: []
        }
    }

    @Test func swiftProtobufReadsOperations() throws {
        func message(_ operation: OfferOperation) throws -> Mesos_V1_Offer.Operation {
            try Mesos_V1_Offer.Operation(serializedBytes: operation.encoded(as: .protobuf))
        }
        let messages = try Self.operations.map(message)
        #expect(
            messages.map(\.type) == [
                .launch, .launchGroup, .reserve, .reserve, .unreserve, .create, .destroy, .growVolume, .shrinkVolume,
                .createDisk, .createDisk, .destroyDisk, .unknown,
            ])
        #expect(messages.map(\.id.value) == ["", "", "1", "", "2", "3", "4", "5", "6", "7", "", "8", "9"])
        #expect(messages[2].reserve.source.count == 1 && messages[2].reserve.resources[0].reservations.count == 2)
        let disk = messages[5].create.volumes[0].disk
        #expect(disk.persistence.id == "id" && disk.persistence.principal == "p" && disk.volume.mode == .ro)
        #expect(disk.volume.containerPath == "data" && disk.source.type == .mount && disk.source.mount.root == "/m")
        #expect(disk.source.metadata.labels.first?.value == "v" && disk.source.profile == "f")
        #expect(messages[5].create.volumes[0].hasShared && messages[7].growVolume.addition.scalar.value == 1.5)
        #expect(messages[8].shrinkVolume.subtract.value == 2.25)
        #expect(messages[9].createDisk.targetType == .block && messages[9].createDisk.targetProfile == "x")
        #expect(messages[11].destroyDisk.source.providerID.value == "rp")
        #expect(messages[11].destroyDisk.source.disk.source.vendor == "v")
    }

    @Test func operationsWithoutTheirPartSaySo() throws {
        func read(_ text: String) throws -> OfferOperation {
            try OfferOperation(decoding: Array(text.utf8), as: .json)
        }
        let reserve = try read(#"{"type":"RESERVE","id":{"value":"x"},"create":{"volumes":[]}}"#)
        #expect(reserve.action == .unsupported(name: "RESERVE") && reserve.id == "x")
        #expect(
            reserve.resourceProblem
                == "A RESERVE offer operation must have the Offer.Operation.reserve field set.")
        #expect(
            try read(#"{"type":"UNRESERVE"}"#).resourceProblem
                == "An UNRESERVE offer operation must have the Offer.Operation.unreserve field set.")
        #expect(try read("{}") == .unsupported(name: "UNKNOWN"))
    }

    @Test func statusesAndRecordsSurvive() throws {
        let record = OperationRecord(
            frameworkID: "f", agentID: "a", operation: .reserve(Self.reserved, id: "op"), latest: Self.status,
            statuses: [OperationStatus(state: .pending), Self.status], uuid: UniqueID(high: 5, low: 6))
        for format in WireFormat.allCases {
            for state in OperationState.allCases {
                let status = OperationStatus(state: state)
                #expect(try OperationStatus(decoding: status.encoded(as: format), as: format) == status)
            }
            #expect(try OperationStatus(decoding: Self.status.encoded(as: format), as: format) == Self.status)
            #expect(try OperationRecord(decoding: record.encoded(as: format), as: format) == record)
        }
        let message = try Mesos_V1_Operation(serializedBytes: record.encoded(as: .protobuf))
        #expect(message.statuses.map(\.state) == [.operationPending, .operationFinished])
        #expect(message.uuid.value.count == 16 && message.info.type == .reserve && message.agentID.value == "a")
        #expect(message.latestStatus.resourceProviderID.value == "rp" && message.latestStatus.uuid.value.count == 16)
        for state in OperationState.allCases {
            let tree = try JSONValue(parsing: OperationStatus(state: state).encoded(as: .json))
            #expect(tree["state"]?.string == state.wireName)
        }
        let terminal = OperationState.allCases.filter(\.isTerminal)
        #expect(terminal == [.finished, .failed, .error, .dropped, .goneByOperator])
    }

    @Test func eventsOfOperationsAndMaintenanceSurvive() throws {
        let inverse = InverseOffer(
            id: "m-O7", frameworkID: "f", agentID: "m-S1", hostname: "h1", ip: "10.0.0.2", port: 5051,
            unavailability: Unavailability(start: Instant(nanoseconds: 5), duration: .seconds(60)))
        let events: [SchedulerEvent] = [
            .inverseOffers([inverse, inverse]), .rescindInverseOffer("m-O7"), .updateOperationStatus(Self.status),
        ]
        for event in events {
            for format in WireFormat.allCases {
                let bytes = SchedulerCodec.encodeEvent(event, as: format, for: [.multiRole, .reservationRefinement])
                #expect(try SchedulerCodec.decodeEvent(bytes, as: format) == event, "\(format)")
            }
        }
        let bytes = SchedulerCodec.encodeEvent(.inverseOffers([inverse]), as: .protobuf, for: [])
        let message = try Mesos_V1_Scheduler_Event(serializedBytes: bytes).inverseOffers.inverseOffers[0]
        #expect(message.id.value == "m-O7" && message.url.address.port == 5051 && message.resources.isEmpty)
        #expect(message.unavailability.start.nanoseconds == 5 && message.agentID.value == "m-S1")
        let update = SchedulerCodec.encodeEvent(.updateOperationStatus(Self.status), as: .protobuf, for: [])
        let status = try Mesos_V1_Scheduler_Event(serializedBytes: update)
        #expect(status.type == .updateOperationStatus && status.updateOperationStatus.status.operationID.value == "op")
    }

    @Test func anAcceptTellsWhichOperationsHaveBadResources() throws {
        let text = #"""
            {"type":"ACCEPT","framework_id":{"value":"f"},"accept":{"offer_ids":[{"value":"o"}],"operations":[
            {"type":"RESERVE","reserve":{"resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":-1}}]}},
            {"type":"LAUNCH","launch":{"task_infos":[{"name":"t","task_id":{"value":"t"},"agent_id":{"value":"a"},
            "resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":1}}],"executor":{"executor_id":{"value":"e"},
            "resources":[{"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":5},{"begin":5,"end":6}]}}]
            }}]}},
            {"type":"UNRESERVE","unreserve":{"resources":[{"name":"cpus","type":"SCALAR","scalar":{"value":1}}]}}]}}
            """#
        let call = try SchedulerCodec.decodeCall(Array(text.utf8), as: .json).call
        guard case .accept(_, let operations, _) = call else { throw WireError.malformed }
        #expect(
            operations.map(\.resourceProblem) == [
                "Resource 'cpus:-1.0' is invalid: Invalid scalar resource: value <= 0",
                "Resource 'ports:[1-5, 5-6]' is invalid: Invalid ranges resource: overlapping ranges", nil,
            ])
    }
}

@Suite struct ConstraintCodecTests {
    static let constraints = OfferConstraints(roles: [
        .init(
            role: "a",
            groups: [
                [.init(.attribute("rack"), .exists), .init(.hostname, .notExists)],
                [.init(.region, .textEquals("r")), .init(.zone, .textNotEquals("z"))],
            ]),
        .init(role: "b", groups: [[.init(.attribute("x"), .textMatches("a.*")), .init(.zone, .textNotMatches("b"))]]),
        .init(role: "c", groups: []), .init(role: "d", groups: [[]]),
    ])

    @Test func constraintsTravelWithSubscriptions() throws {
        var info = Samples.framework
        info.offerFilters = [
            "web": OfferFilters(minimumAllocatable: [["cpus": Scalar(1), "mem": Scalar(32)], [:]]),
            "other": OfferFilters(minimumAllocatable: []), "plain": OfferFilters(),
        ]
        let calls: [SchedulerCall] = [
            .subscribe(info, suppressedRoles: ["web"], constraints: Self.constraints),
            .updateFramework(info, suppressedRoles: [], constraints: Self.constraints),
            .updateFramework(info, suppressedRoles: [], constraints: OfferConstraints()),
            .updateFramework(info, suppressedRoles: []),
        ]
        for call in calls {
            for format in WireFormat.allCases {
                let body = SchedulerCodec.encodeCall(call, frameworkID: "f", as: format)
                #expect(try SchedulerCodec.decodeCall(body, as: format).call == call, "\(format)")
            }
        }
        let body = SchedulerCodec.encodeCall(calls[0], frameworkID: "f", as: .protobuf)
        let message = try Mesos_V1_Scheduler_Call(serializedBytes: body).subscribe
        let groups = try #require(message.offerConstraints.roleConstraints["a"]?.groups)
        #expect(groups[0].attributeConstraints[0].selector.attributeName == "rack" && groups.count == 2)
        #expect(groups[1].attributeConstraints[1].predicate.textNotEquals.value == "z")
        let minimums = message.frameworkInfo.offerFilters["web"]?.minAllocatableResources.quantities
        #expect(minimums?[0].quantities["mem"]?.value == 32 && minimums?.count == 2)
        #expect(message.frameworkInfo.offerFilters["plain"]?.hasMinAllocatableResources == false)
    }

    @Test(arguments: [
        ("-2", "Negative values not supported"), (#""NaN""#, "NaN not supported"),
        (#""Infinity""#, "Infinite values not supported"), ("1e-310", "Subnormal values not supported"),
        ("0", nil), ("2", nil),
    ]) func numbersOfOfferFiltersAreLookedAt(number: String, problem: String?) throws {
        let text = #"""
            {"min_allocatable_resources":{"quantities":[{"quantities":{"cpus":{"value":\#(number)}}}]}}
            """#
        let read = try OfferFilters(decoding: Array(text.utf8), as: .json)
        #expect(read.formProblem == problem.map { "Invalid resource quantity for 'cpus': " + $0 })
        #expect(try OfferFilters(decoding: Array("{}".utf8), as: .json) == OfferFilters())
    }

    @Test func whatIsNotKnownIsTold() throws {
        let text = #"""
            {"role_constraints":{"r":{"groups":[{"attribute_constraints":[{"selector":{},"predicate":{}},
            {"selector":{"pseudoattribute_type":"HOSTNAME"},"predicate":{"exists":{}}}]}]}}}
            """#
        let read = try OfferConstraints(decoding: Array(text.utf8), as: .json)
        #expect(read.roles == [.init(role: "r", groups: [[.init(.unknown, .unknown), .init(.hostname, .exists)]])])
        let path = "role_constraints[0].value.groups[0].attribute_constraints[0].predicate"
        #expect(throws: WireError.missingRequired([path])) {
            let text = #"{"role_constraints":{"r":{"groups":[{"attribute_constraints":[{"selector":{}}]}]}}}"#
            return try OfferConstraints(decoding: Array(text.utf8), as: .json)
        }
    }
}
