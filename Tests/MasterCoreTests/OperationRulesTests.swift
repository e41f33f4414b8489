import ClusterBase
import ClusterModel
import ResourceModel
import Testing

@testable import MasterCore

/// Every rule for operations, with its words.
struct OperationRulesTests {
    typealias World = MasterWorld

    struct Row: Sendable, CustomTestStringConvertible {
        let message: String
        let action: OfferOperation.Action
        let change: @Sendable (inout OperationRules.Context) -> Void
        var testDescription: String { message }

        init(
            _ message: String, _ action: OfferOperation.Action,
            _ change: @escaping @Sendable (inout OperationRules.Context) -> Void = { _ in }
        ) {
            (self.message, self.action, self.change) = (message, action, change)
        }
    }

    /// A framework in role `r` on an agent that knows everything and has a volume.
    static let context = OperationRules.Context(
        framework: FrameworkInfo(
            id: "f", user: "u", name: "f", roles: ["r", "q"],
            capabilities: [.multiRole, .reservationRefinement, .sharedResources]),
        principal: nil, capabilities: MasterWorld.allCapabilities, checkpointed: [World.volume("old", 10)], used: [])

    static func offered(_ resource: Resource, _ role: String = "r") -> Resource {
        var resource = resource
        resource.allocationRole = role
        return resource
    }

    static func reserve(_ resources: Resource...) -> OfferOperation.Action {
        .reserve(source: [], resources: Resources(resources))
    }

    static func operators(_ context: inout OperationRules.Context) { context.framework = nil }

    static let cpus = World.reserved("cpus", 1, "r")
    static let mixed: Resources = [cpus, World.reserved("mem", 1, "q")]
    static let words = "cpus(allocated: r)(reservations: [(DYNAMIC,r)]):1"

    static let reservations: [Row] = [
        Row("Invalid resources: The resources have multiple resource providers: ", reserve()),
        Row("Resource cpus(allocated: r):1 is not dynamically reserved", reserve(offered(.scalar("cpus", 1)))),
        Row(
            "Resource cpus(allocated: r)(reservations: [(STATIC,r)]):1 is not dynamically reserved",
            reserve(offered(World.reserved("cpus", 1, "r", kind: .static)))),
        Row(
            "Invalid resources: Invalid ReservationInfo: Dynamically reserved resource cpus(allocated: r)(reservations:"
                + " [(DYNAMIC,r)]){REV}:1 cannot be created from revocable resources",
            reserve(
                {
                    var resource = offered(cpus)
                    resource.isRevocable = true
                    return resource
                }())),
        Row(
            "Invalid resources: Some resources have a resource provider and some do not",
            reserve(
                offered(cpus),
                {
                    var resource = offered(World.reserved("mem", 1, "r"))
                    resource.providerID = "p"
                    return resource
                }())),
        Row(
            "Resource cpus(allocated: r/s)(reservations: [(DYNAMIC,r/s)]):1 with reservation for hierarchical"
                + " role 'r/s'"
                + " cannot be reserved on an agent without HIERARCHICAL_ROLE capability",
            reserve(offered(World.reserved("cpus", 1, "r/s"), "r/s"))
        ) { $0.capabilities = [] },
        Row(
            "Resource cpus(allocated: r/s)(reservations: [(DYNAMIC,r),(DYNAMIC,r/s)]):1 with reservation refinement"
                + " cannot be reserved on an agent without RESERVATION_REFINEMENT capability",
            reserve(offered(World.reserved("cpus", 1, "r", "r/s"), "r/s"))
        ) { $0.capabilities = ["HIERARCHICAL_ROLE"] },
        Row(
            "A reserve operation was attempted by principal 'p', but there is a reserved resource in the"
                + " request with no"
                + " principal set", reserve(offered(cpus))
        ) { $0.principal = "p" },
        Row(
            "A reserve operation was attempted by authenticated principal 'p', which does not match a reserved resource"
                + " in the request with principal 'x'", reserve(offered(World.reserved("cpus", 1, "r", principal: "x")))
        ) { $0.principal = "p" },
        Row(
            "A reserve operation was attempted on unallocated resource cpus(reservations: [(DYNAMIC,r)]):1, but"
                + " frameworks can only perform reservations on allocated resources", reserve(cpus)),
        Row(
            "A reserve operation was attempted for a resource with role 'q', but the resource was allocated to"
                + " role 'r'",
            reserve(offered(World.reserved("cpus", 1, "q")))),
        Row(
            "A reserve operation was attempted for a resource allocated to role 'x', but the framework only has roles"
                + " '{ q, r }'", reserve(offered(World.reserved("cpus", 1, "x"), "x"))),
        Row(
            "Invalid reservation resources: The resources have multiple allocation roles ('q' and 'r') but only one"
                + " allocation role is allowed", reserve(offered(cpus), offered(World.reserved("mem", 1, "q"), "q"))),
        Row(
            "A reserve operation was attempted with an allocated resource, but the operator API only allows"
                + " reservations"
                + " to be made to unallocated resources", reserve(offered(cpus)), operators),
        Row(
            "Invalid resources: Mixed reservations are not supported: \(mixed)",
            .reserve(
                source: [World.reserved("cpus", 1, "x"), World.reserved("mem", 1, "x")],
                resources: [cpus, World.reserved("mem", 1, "q")]),
            operators),
        Row(
            "Invalid source: Mixed reservations are not supported: \(mixed)",
            .reserve(
                source: [cpus, World.reserved("mem", 1, "q")],
                resources: [World.reserved("cpus", 1, "x"), World.reserved("mem", 1, "x")]),
            operators),
        Row(
            "Source and target resources should refer to identical resource quantities: cpus:2 vs. cpus:1",
            .reserve(source: [World.reserved("cpus", 2, "q")], resources: [cpus]), operators),
        Row("Resource cpus(allocated: r):1 is not dynamically reserved", .unreserve([offered(.scalar("cpus", 1))])),
        Row("Invalid resources: The resources have multiple resource providers: ", .unreserve([])),
        Row(
            "A dynamically reserved persistent volume disk(reservations: [(DYNAMIC,r)])[old:data]:10 cannot be"
                + " unreserved"
                + " directly. Please destroy the persistent volume first then unreserve the resource",
            .unreserve([World.volume("old", 10)])),
    ]

    static func create(_ change: (inout Resource) -> Void) -> OfferOperation.Action {
        var volume = offered(World.volume("v", 10))
        change(&volume)
        return .create([volume])
    }

    static let volumes: [Row] = [
        Row(
            "Not a persistent volume: Resource disk(allocated: r)(reservations: [(DYNAMIC,r)]):10 does not have"
                + " DiskInfo",
            create { $0.disk = nil }),
        Row(
            "Not a persistent volume: 'persistence' is not set in DiskInfo",
            create { $0.disk = .init(source: .init(.path, root: "/p")) }),
        Row(
            "Invalid resources: Invalid DiskInfo: Expecting 'volume' to be set for persistent volume",
            create { $0.disk?.mounting = nil }),
        Row(
            "Not a persistent volume: Read-only persistent volume not supported",
            create { $0.disk?.mounting?.isReadOnly = true }),
        Row(
            "Invalid resources: Invalid DiskInfo: Expecting 'host_path' to be unset for persistent volume",
            create { $0.disk?.mounting?.hostPath = "/etc" }),
        Row(
            "Invalid resources: Invalid DiskInfo: Invalid persistence ID for persistent volume: 'a/b' contains invalid"
                + " characters", create { $0.disk?.persistenceID = "a/b" }),
        Row(
            "Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources",
            create { $0.reservations = [] }),
        Row(
            "Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from revocable resources",
            create { $0.isRevocable = true }),
        Row(
            "Invalid resources: Invalid DiskInfo: Non-persistent volume not supported",
            create { $0.disk?.persistenceID = nil }),
        Row("Invalid resources: Invalid DiskInfo: DiskInfo is set but empty", create { $0.disk = .init() }),
        Row("Persistence ID 'old' is not unique", create { $0.disk?.persistenceID = "old" }),
        Row(
            "Persistence ID 'v' is not unique",
            .create([offered(World.volume("v", 10)), offered(World.volume("v", 20))])),
        Row(
            "Persistence ID 'v' is not unique",
            .create([offered(World.volume("v", 10, isShared: true)), offered(World.volume("v", 10, isShared: true))])),
        Row(
            "Create volume operation for 'disk(allocated: r)(reservations: [(DYNAMIC,r)])[v:data]<SHARED>:10' has been"
                + " attempted by framework 'f' with no SHARED_RESOURCES capability", create { $0.isShared = true }
        ) { $0.framework?.capabilities = [.multiRole] },
        Row(
            "Volume disk(allocated: r)(reservations: [(DYNAMIC,r/s)])[v:data]:10 with reservation for hierarchical role"
                + " 'r/s' cannot be created on an agent without HIERARCHICAL_ROLE capability",
            create { $0.reservations = [.init(kind: .dynamic, role: "r/s")] }
        ) { $0.capabilities = [] },
        Row(
            "Volume disk(allocated: r)(reservations: [(STATIC,r),(DYNAMIC,r/s)])[v:data]:10 with reservation refinement"
                + " cannot be created on an agent without RESERVATION_REFINEMENT capability",
            create {
                $0.reservations = [.init(kind: .static, role: "r"), .init(kind: .dynamic, role: "r/s")]
            }
        ) { $0.capabilities = ["HIERARCHICAL_ROLE"] },
        Row(
            "Create volume operation attempted by principal 'p', but there is a volume in the operation with no"
                + " principal"
                + " set in 'disk.persistence'", create { _ in }
        ) { $0.principal = "p" },
        Row(
            "Create volume operation attempted by authenticated principal 'p', which does not match a volume in the"
                + " operation with principal 'x' set in 'disk.persistence'",
            create { $0.disk?.persistencePrincipal = "x" }
        ) { $0.principal = "p" },
        Row(
            "Invalid volume resources: The resources are not allocated to a role",
            .create([World.volume("v", 10)])),
        Row("Persistent volumes not found", .destroy([World.volume("v", 10)])),
        Row("Persistent volumes not found", .destroy([World.volume("old", 5)])),
        Row("Persistent volumes in use", .destroy([offered(World.volume("old", 10))])) {
            $0.used = [World.volume("old", 10)]
        },
        Row("Not a persistent volume: Resource \(cpus) does not have DiskInfo", .destroy([cpus])),
    ]

    static let old = World.volume("old", 10)
    static let space = World.reserved("disk", 5, "r")

    static func changed(_ resource: Resource, _ change: (inout Resource) -> Void) -> Resource {
        var resource = resource
        change(&resource)
        return resource
    }

    static let resizes: [Row] = [
        Row(
            "The size of 'GrowVolume.addition' field must be greater than zero",
            .growVolume(volume: old, addition: World.reserved("disk", 0, "r"))),
        Row(
            "The size of 'GrowVolume.addition' field must be greater than zero",
            .growVolume(volume: old, addition: .ranges("disk", [1...2]))),
        Row(
            "Invalid resource in the 'GrowVolume.volume' field: DiskInfo should not be set for mem resource",
            .growVolume(volume: changed(old) { $0.name = "mem" }, addition: space)),
        Row(
            "Invalid resource in the 'GrowVolume.addition' field: Empty resource name",
            .growVolume(volume: old, addition: changed(space) { $0.name = "" })),
        Row(
            "Growing a volume from a resource provider is not supported",
            .growVolume(volume: changed(old) { $0.providerID = "p" }, addition: space)),
        Row(
            "Invalid persistent volume in the 'GrowVolume.volume' field: Resource \(space) does not have DiskInfo",
            .growVolume(volume: space, addition: space)),
        Row(
            "Growing a shared persistent volume is not supported",
            .growVolume(volume: changed(old) { $0.isShared = true }, addition: space)),
        Row(
            "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields",
            .growVolume(volume: old, addition: .scalar("disk", 5))),
        Row(
            "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields",
            .growVolume(
                volume: changed(old) { $0.disk?.source = .init(.mount, root: "/m") },
                addition: changed(space) { $0.disk = .init(source: .init(.mount, root: "/m")) })),
        Row(
            "Volume \(old) cannot be grown on an agent without RESIZE_VOLUME capability",
            .growVolume(volume: old, addition: space)
        ) { $0.capabilities = [] },
        Row(
            "Value of 'ShrinkVolume.subtract' must be greater than zero",
            .shrinkVolume(volume: old, subtract: .zero)),
        Row(
            "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'",
            .shrinkVolume(volume: old, subtract: Scalar(10))),
        Row(
            "Invalid resource in the 'ShrinkVolume.volume' field: Only persistent volumes can be shared",
            .shrinkVolume(volume: changed(space) { $0.isShared = true }, subtract: Scalar(1))),
        Row(
            "Shrinking a volume from a resource provider is not supported",
            .shrinkVolume(volume: changed(old) { $0.providerID = "p" }, subtract: Scalar(1))),
        Row(
            "Shrinking a volume on a MOUNT disk is not supported",
            .shrinkVolume(volume: changed(old) { $0.disk?.source = .init(.mount, root: "/m") }, subtract: Scalar(1))),
        Row(
            "Invalid persistent volume in the 'ShrinkVolume.volume' field: Resource \(space) does not have DiskInfo",
            .shrinkVolume(volume: space, subtract: Scalar(1))),
        Row(
            "Shrinking a shared persistent volume is not supported",
            .shrinkVolume(volume: changed(old) { $0.isShared = true }, subtract: Scalar(1))),
        Row(
            "Volume \(old) cannot be shrunk on an agent without RESIZE_VOLUME capability",
            .shrinkVolume(volume: old, subtract: Scalar(1))
        ) { $0.capabilities = [] },
    ]

    static func disk(_ source: Resource.Disk.Source, provider: String? = "p") -> Resource {
        changed(space) { ($0.disk, $0.providerID) = (.init(source: source), provider) }
    }

    static let disks: [Row] = [
        Row(
            "'source' is not managed by a resource provider",
            .createDisk(source: disk(.init(.raw), provider: nil), kind: .mount, profile: nil)),
        Row(
            "'source' is not a RAW disk resource",
            .createDisk(source: disk(.init(.mount)), kind: .mount, profile: nil)),
        Row(
            "'target_type' is neither MOUNT or BLOCK",
            .createDisk(source: disk(.init(.raw, profile: "x")), kind: .path, profile: nil)),
        Row(
            "'target_type' is neither MOUNT or BLOCK",
            .createDisk(source: disk(.init(.raw, profile: "x")), kind: nil, profile: nil)),
        Row(
            "'target_profile' must not be set when 'source' has a profile",
            .createDisk(source: disk(.init(.raw, profile: "x")), kind: .block, profile: "y")),
        Row(
            "'target_profile' must be set when 'source' has no profile",
            .createDisk(source: disk(.init(.raw)), kind: .block, profile: nil)),
        Row(
            "Invalid resource: Invalid DiskInfo: DiskInfo is set but empty",
            .createDisk(source: changed(space) { $0.disk = .init() }, kind: .block, profile: nil)),
        Row(
            "'source' is not managed by a resource provider",
            .destroyDisk(source: disk(.init(.mount, id: "i"), provider: nil))),
        Row(
            "'source' is neither a MOUNT, BLOCK or RAW disk resource",
            .destroyDisk(source: disk(.init(.path, id: "i")))),
        Row("'source' is not backed by a CSI volume", .destroyDisk(source: disk(.init(.mount)))),
        Row(
            "A disk resource containing a persistent volume disk(reservations:"
                + " [(DYNAMIC,r)])[MOUNT(,i,),v:data]:5 cannot"
                + " be destroyed directly. Please destroy the persistent volume first then destroy the disk resource",
            .destroyDisk(
                source: changed(disk(.init(.mount, id: "i"))) {
                    $0.disk?.persistenceID = "v"
                    $0.disk?.mounting = .init(containerPath: "data")
                })),
    ]

    @Test(arguments: reservations + volumes + resizes + disks) func oneProblemIsToldInItsWords(row: Row) {
        var context = OperationRulesTests.context
        row.change(&context)
        #expect(OperationRules.problem(row.action, context) == row.message)
    }

    @Test func validOperationsPass() {
        let (context, old) = (OperationRulesTests.context, OperationRulesTests.old)
        func problem(_ action: OfferOperation.Action) -> String? { OperationRules.problem(action, context) }
        func offered(_ resource: Resource) -> Resource { OperationRulesTests.offered(resource) }
        #expect(problem(OperationRulesTests.reserve(offered(OperationRulesTests.cpus))) == nil)
        #expect(problem(.unreserve([offered(OperationRulesTests.cpus)])) == nil)
        #expect(problem(.create([offered(World.volume("v", 10)), offered(World.volume("w", 10))])) == nil)
        #expect(problem(.create([offered(World.volume("v", 10, isShared: true))])) == nil)
        #expect(problem(.destroy([offered(old)])) == nil)
        #expect(problem(.growVolume(volume: old, addition: OperationRulesTests.space)) == nil)
        #expect(problem(.shrinkVolume(volume: old, subtract: Scalar(1))) == nil)
        let raw = OperationRulesTests.disk(.init(.raw, profile: "x"))
        #expect(problem(.createDisk(source: raw, kind: .mount, profile: nil)) == nil)
        #expect(problem(.destroyDisk(source: OperationRulesTests.disk(.init(.block, id: "i")))) == nil)
    }

    /// The same persistence id may be used for two roles.
    @Test func persistenceIDsAreUniquePerRole() {
        var volume = World.volume("old", 10, "q")
        volume.allocationRole = "q"
        #expect(OperationRules.problem(.create([volume]), OperationRulesTests.context) == nil)
    }

    struct Form: Sendable, CustomTestStringConvertible {
        let message: String
        let resource: Resource
        var testDescription: String { message }
    }

    static func reserved(_ reservations: Resource.Reservation...) -> Resource {
        Resource(name: "cpus", value: .scalar(Scalar(1)), reservations: reservations)
    }

    static let forms = [
        Form(message: "Empty resource name", resource: .scalar("", 1)),
        Form(
            message: "Invalid reservation: role \"*\" cannot be reserved",
            resource: reserved(.init(kind: .dynamic, role: "*"))),
        Form(message: "Role 'a/' cannot end with a slash", resource: reserved(.init(kind: .dynamic, role: "a/"))),
        Form(
            message: "Role component '-a' is invalid because it starts with a dash",
            resource: reserved(.init(kind: .dynamic, role: "-a"))),
        Form(
            message: "Invalid refined reservation: A refined reservation cannot be STATIC",
            resource: reserved(.init(kind: .dynamic, role: "a"), .init(kind: .static, role: "a/b"))),
        Form(
            message: "Invalid refined reservation: role 'b' is not a refinement of 'a'",
            resource: reserved(.init(kind: .dynamic, role: "a"), .init(kind: .dynamic, role: "b"))),
        Form(
            message: "Invalid refined reservation: role 'a' is not a refinement of 'a'",
            resource: reserved(.init(kind: .dynamic, role: "a"), .init(kind: .dynamic, role: "a"))),
        Form(
            message: "Resource cpus cannot be shared",
            resource: changed(.scalar("cpus", 1)) { $0.isShared = true }),
    ]

    @Test(arguments: forms) func badFormsAreNamedWithTheirResource(form: Form) {
        let operation = OfferOperation.reserve([form.resource])
        #expect(OperationRules.formProblem(operation) == "Resource '\(form.resource)' is invalid: \(form.message)")
    }
}
