// swift-tools-version: 6.2
import PackageDescription

// The layers of docs/architecture.md, lowest first. A target may depend on lower layers only; the build is run with
// `--explicit-target-dependency-import-check error`, so an undeclared import fails it.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

extension Target.Dependency {
    static let collections: Self = .product(name: "OrderedCollections", package: "swift-collections")
    static let hashTree: Self = .product(name: "HashTreeCollections", package: "swift-collections")
    static let deque: Self = .product(name: "DequeModule", package: "swift-collections")
    static let protobuf: Self = .product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioFoundation: Self = .product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
    static let nioConcurrency: Self = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
    static let asyncHTTP: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let lifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let nioWebSocket: Self = .product(name: "NIOWebSocket", package: "swift-nio")
    static let yams: Self = .product(name: "Yams", package: "Yams")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
}

/// A library or executable target of the project, with the settings every target shares.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, exclude: [String] = [],
    resources: [Resource]? = nil, packageAccess: Bool = true, settings: [SwiftSetting] = strict,
    linker: [LinkerSetting]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: exclude, resources: resources,
        packageAccess: packageAccess, swiftSettings: settings, linkerSettings: linker)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

func kubeTests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    tests(name, dependencies, path: "frameworks/kubernetes/Tests/" + name)
}

let base: [Target] = [
    module("ClusterBase", [.collections, .deque], linker: [.linkedLibrary("m")]),
    module("ResourceModel", ["ClusterBase"]),
    module("ClusterModel", ["ClusterBase", "ResourceModel"]),
    module("ClusterPorts", ["ClusterBase", "ResourceModel", "ClusterModel"]),
    module("AccessControl", ["ClusterBase", "ResourceModel", "ClusterModel"]),
]

let wire: [Target] = [
    module("CommandFlags", ["ClusterBase"]),
    module("MesosWire", [.protobuf], exclude: ["Protos"], settings: []),
    module("MesosProtocol", ["ClusterBase", "ResourceModel", "ClusterModel"]),
]

let cores: [Target] = [
    module("AllocatorCore", ["ClusterBase", "ResourceModel", "ClusterModel", .collections]),
    module(
        "MasterCore",
        ["ClusterBase", "ResourceModel", "ClusterModel", "AccessControl", "AllocatorCore", .collections, .hashTree]),
    module("AgentCore", ["ClusterBase", "ResourceModel", "ClusterModel", .collections]),
]

let adapters: [Target] = [
    .systemLibrary(
        name: "CZooKeeper", path: "Sources/CZooKeeper", providers: [.apt(["libzookeeper-mt-dev"])]),
    .target(name: "CZlib", path: "Sources/CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CSupervisor", path: "Sources/CSupervisor", cSettings: [.define("_GNU_SOURCE")]),
    module("ZooKeeper", ["ClusterBase", "ClusterModel", "ClusterPorts", "CZooKeeper", .logging]),
    module("StateStorage", ["ClusterBase", "ClusterPorts", "ZooKeeper", .grdb, .logging]),
    module(
        "HTTPTransport",
        [
            "ClusterBase", .nioCore, .nioPosix, .nioHTTP1, .nioFoundation, .nioConcurrency, .nioSSL, .asyncHTTP,
            .logging, .lifecycle, "CZlib",
        ]),
    module("Authentication", ["ClusterBase", "AccessControl", "HTTPTransport", .crypto]),
    module("Libprocess", ["ClusterBase", "HTTPTransport", .nioCore, .nioPosix, .nioHTTP1, .nioConcurrency, .logging]),
    module(
        "Containers",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "HTTPTransport", "CSupervisor", .nioCore,
            .nioPosix, .nioHTTP1, .nioConcurrency, .asyncHTTP, .logging,
        ]),
]

/// Files of the operator's pages; embedded one by one, for SwiftPM embeds no folders.
let operatorPages = [
    "app.js", "details.js", "dom.js", "format.js", "icon.svg", "index.html", "model.js", "parts.js", "sandbox.js",
    "source.js", "style.css", "table.js", "theme.js", "views.js",
]

let services: [Target] = [
    module(
        "FrameworkSDK",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "MesosProtocol", "HTTPTransport",
            "ZooKeeper", .asyncHTTP, .nioCore, .logging, .lifecycle,
        ]),
    module(
        "DaemonEndpoints", ["ClusterBase", "ClusterModel", "MesosProtocol", "HTTPTransport", .nioPosix, .logging]),
    module("OperatorPages", resources: operatorPages.map { .embedInCode("Pages/" + $0) }),
    module(
        "MasterService",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "AllocatorCore",
            "MasterCore", "MesosProtocol", "DaemonEndpoints",
            "HTTPTransport", "Authentication", "Libprocess", "OperatorPages", .nioCore, .nioPosix, .nioConcurrency,
            .logging, .lifecycle,
        ]),
    module(
        "AgentService",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "AgentCore",
            "MesosProtocol", "DaemonEndpoints",
            "HTTPTransport", "Authentication", "Libprocess", .nioCore, .nioPosix, .nioConcurrency, .logging, .lifecycle,
        ]),
]

let marathonPath = "frameworks/marathon/Sources/"
let frameworks: [Target] = [
    module(
        "MarathonModel", ["ClusterBase", "ResourceModel", "ClusterModel"], path: marathonPath + "MarathonModel",
        packageAccess: false),
    module(
        "MarathonCore", ["ClusterBase", "ResourceModel", "ClusterModel", "MarathonModel", .collections],
        path: marathonPath + "MarathonCore", packageAccess: false),
    module(
        "MarathonAPI", ["ClusterBase", "ClusterModel", "MarathonModel", "MarathonCore", "HTTPTransport"],
        path: marathonPath + "MarathonAPI", packageAccess: false),
    module(
        "MarathonService",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "MarathonModel", "MarathonCore",
            "MarathonAPI", "HTTPTransport", "FrameworkSDK", .logging, .lifecycle,
        ], path: marathonPath + "MarathonService", packageAccess: false),
    .executableTarget(
        name: "hello", dependencies: ["FrameworkSDK"], path: "frameworks/examples/hello", packageAccess: false,
        swiftSettings: strict),
]

/// A library of the Kubernetes framework.
func kube(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    module(name, dependencies, path: "frameworks/kubernetes/Sources/" + name, packageAccess: false)
}

let kubernetes: [Target] = [
    module("KubeSchemas", path: "frameworks/kubernetes/Schemas", packageAccess: false),
    kube("KubeModel", ["ClusterBase"]),
    kube("KubeText", ["ClusterBase", .yams]),
    kube("KubeKinds", ["ClusterBase", "KubeModel", "KubeSchemas"]),
    kube("KubeCore", ["ClusterBase", "KubeModel", .collections]),
    kube("KubeStore", ["ClusterBase", .grdb, .logging, .nioConcurrency]),
    kube(
        "KubeRegistry",
        ["ClusterBase", "KubeModel", "KubeKinds", "KubeStore", .collections, .nioConcurrency, .logging, .lifecycle]),
    kube(
        "KubeStreams",
        [
            "ClusterBase", "HTTPTransport", "CZlib", .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket, .nioConcurrency,
            .logging,
        ]),
    kube(
        "KubeAPI",
        [
            "ClusterBase", "KubeModel", "KubeText", "KubeSchemas", "KubeKinds", "KubeStore", "KubeRegistry",
            "KubeStreams", "HTTPTransport", .nioCore, .nioPosix, .nioWebSocket, .nioConcurrency, .logging, .lifecycle,
        ]),
    kube(
        "KubeClient",
        ["ClusterBase", "KubeModel", "KubeCore", "HTTPTransport", .asyncHTTP, .nioCore, .nioConcurrency, .logging]),
    kube("KubeletCore", ["ClusterBase", "KubeModel", "KubeCore", .collections]),
    kube("KubeScheduling", ["ClusterBase", "ResourceModel", "ClusterModel", "KubeModel", "KubeCore", .collections]),
    kube("KubeNetworkCore", ["ClusterBase", "KubeModel", .collections]),
    kube(
        "KubeNode",
        [
            "ClusterBase", "KubeModel", "KubeCore", "KubeletCore", "KubeStreams", "KubeClient", "KubeText",
            "HTTPTransport", .nioCore, .nioPosix, .nioConcurrency, .asyncHTTP, .logging,
        ]),
    kube(
        "KubeRuntime",
        [
            "ClusterBase", "KubeModel", "KubeletCore", "KubeNode", "KubeStreams", "HTTPTransport", "Containers",
            .logging,
        ]),
    kube(
        "KubeNetwork",
        [
            "ClusterBase", "KubeModel", "KubeClient", "KubeNetworkCore", "HTTPTransport", .nioCore, .nioPosix,
            .nioConcurrency, .logging,
        ]),
    kube(
        "KubeScheduler",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "KubeModel", "KubeCore", "KubeClient", "KubeScheduling",
            "FrameworkSDK", "HTTPTransport", .nioConcurrency, .logging, .lifecycle,
        ]),
    kube(
        "KubeExecutor",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "KubeModel", "KubeCore", "KubeClient", "KubeletCore",
            "KubeNode", "KubeRuntime", "KubeNetworkCore", "KubeNetwork", "FrameworkSDK", "HTTPTransport", "Containers",
            .nioConcurrency, .logging, .lifecycle,
        ]),
    kube("Kubecfg", ["ClusterBase", "HTTPTransport", "KubeModel", "KubeText", "KubeClient"]),
    kube(
        "KubeService",
        [
            "ClusterBase", "KubeModel", "KubeSchemas", "KubeKinds", "KubeStore", "KubeRegistry", "KubeAPI", "KubeCore",
            "KubeClient", "HTTPTransport", .nioConcurrency, .logging, .lifecycle,
        ]),
]

let products: [Target] = [
    .executableTarget(
        name: "roost",
        dependencies: [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "AllocatorCore",
            "MasterCore", "AgentCore", "Authentication", "MesosProtocol", "ZooKeeper", "StateStorage",
            "DaemonEndpoints",
            "HTTPTransport", "Libprocess", "Containers", "FrameworkSDK",
            "MasterService", "AgentService", "CommandFlags", "MarathonService", "MarathonAPI", "MarathonCore",
            "MarathonModel", "KubeModel", "KubeClient", "KubeCore", "KubeService", "KubeScheduling", "KubeScheduler",
            "KubeletCore", "KubeNode", "KubeNetworkCore", "KubeNetwork", "KubeExecutor", "Kubecfg",
            .logging,
            .lifecycle, .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ], swiftSettings: strict),
    .executableTarget(
        name: "DevTool", dependencies: ["ClusterBase", "KubeModel", "KubeKinds"], swiftSettings: strict),
    module(
        "SimulationKit",
        ["ClusterBase", "ResourceModel", "ClusterModel", "AllocatorCore", "MasterCore", "AgentCore", .collections]),
    .target(name: "CTestSupport", cSettings: [.define("_GNU_SOURCE")]),
    .target(name: "CAllocationCounter"),
    module("TestSupport", ["ClusterBase", "HTTPTransport", "CTestSupport"]),
]

let testTargets: [Target] = [
    tests("ClusterBaseTests", ["ClusterBase"]),
    tests("CommandFlagsTests", ["CommandFlags"]),
    tests("AccessControlTests", ["ClusterBase", "ResourceModel", "ClusterModel", "AccessControl"]),
    tests("AuthenticationTests", ["ClusterBase", "AccessControl", "Authentication", "HTTPTransport"]),
    tests(
        "SecurityTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "Authentication",
            "HTTPTransport", "Libprocess", "MesosProtocol", "MasterCore", "MasterService", "AgentService", "ZooKeeper",
            "StateStorage", "TestSupport", .logging, .lifecycle,
        ]),
    tests("ResourceModelTests", ["ClusterBase", "ResourceModel"]),
    tests("AllocatorCoreTests", ["ClusterBase", "ResourceModel", "ClusterModel", "AllocatorCore"]),
    tests(
        "MasterCoreTests",
        ["ClusterBase", "ResourceModel", "ClusterModel", "AccessControl", "AllocatorCore", "MasterCore"]),
    tests("AgentCoreTests", ["ClusterBase", "ResourceModel", "ClusterModel", "AgentCore"]),
    tests(
        "MesosProtocolTests", ["ClusterBase", "ResourceModel", "ClusterModel", "MesosProtocol", "MesosWire", .protobuf]),
    tests("TestSupportTests", ["HTTPTransport", "TestSupport"]),
    tests("ZooKeeperTests", ["ClusterBase", "ClusterModel", "ClusterPorts", "ZooKeeper", "TestSupport"]),
    tests("StateStorageTests", ["ClusterBase", "ClusterPorts", "ZooKeeper", "StateStorage", "TestSupport"]),
    tests(
        "HTTPTransportTests",
        [
            "ClusterBase", "HTTPTransport", "Libprocess", .nioCore, .nioPosix, .nioConcurrency, .logging, .lifecycle,
        ]),
    tests(
        "ContainersTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "Containers", "HTTPTransport",
            "TestSupport",
            .logging,
        ]),
    tests(
        "AgentServiceTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "AgentCore",
            "AgentService", "MesosProtocol", "HTTPTransport", "Libprocess", "TestSupport", .logging, .lifecycle,
        ]),
    tests(
        "MasterServiceTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "AccessControl", "MasterCore",
            "MasterService", "MesosProtocol", "DaemonEndpoints",
            "HTTPTransport", "Libprocess", "StateStorage", "ZooKeeper", "TestSupport", .logging,
        ]),
    tests(
        "FrameworkSDKTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "FrameworkSDK", "HTTPTransport",
            "MesosProtocol", "hello", .logging, .lifecycle,
        ]),
    tests("SimulationTests", ["ClusterBase", "ResourceModel", "ClusterModel", "SimulationKit"]),
    tests("IntegrationTests", ["ClusterBase", "HTTPTransport", "KubeClient", "KubeModel", "TestSupport"]),
    tests(
        "ConformanceTests",
        ["ClusterBase", "HTTPTransport", "KubeNode", "KubeStreams", "TestSupport", .logging],
        exclude: ["clients", "fixtures"]),
    tests(
        "DaemonEndpointsTests",
        ["ClusterBase", "DaemonEndpoints", "HTTPTransport", "MesosProtocol", "TestSupport", .logging]),
    tests("TidyTests", []),
    tests(
        "MarathonTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "ClusterPorts", "MarathonModel", "MarathonCore",
            "MarathonAPI", "MarathonService", "FrameworkSDK", "HTTPTransport", .logging,
        ],
        path: "frameworks/marathon/Tests"),
    kubeTests("KubeModelTests", ["ClusterBase", "KubeModel", "KubeSchemas"]),
    kubeTests("KubeKindsTests", ["ClusterBase", "KubeModel", "KubeKinds", "KubeSchemas"]),
    kubeTests("KubeStoreTests", ["ClusterBase", "KubeStore", "TestSupport", .grdb]),
    kubeTests("KubeCoreTests", ["ClusterBase", "KubeModel", "KubeCore"]),
    kubeTests(
        "KubeRegistryTests",
        ["ClusterBase", "KubeModel", "KubeSchemas", "KubeKinds", "KubeStore", "KubeRegistry", "TestSupport", .logging]),
    kubeTests(
        "KubeStreamsTests",
        [
            "ClusterBase", "KubeModel", "KubeStreams", "KubeNode", "HTTPTransport", "TestSupport", .nioCore, .nioPosix,
            .nioConcurrency, .logging,
        ]),
    kubeTests(
        "KubeAPITests",
        [
            "ClusterBase", "KubeModel", "KubeKinds", "KubeStore", "KubeRegistry", "KubeStreams", "KubeNode", "KubeAPI",
            "HTTPTransport", "TestSupport", .nioCore, .nioPosix, .nioConcurrency, .logging,
        ]),
    kubeTests("KubeletCoreTests", ["ClusterBase", "KubeModel", "KubeCore", "KubeletCore"]),
    kubeTests(
        "KubeSchedulingTests",
        ["ClusterBase", "ResourceModel", "ClusterModel", "KubeModel", "KubeCore", "KubeScheduling"]),
    kubeTests("KubeNetworkCoreTests", ["ClusterBase", "KubeModel", "KubeNetworkCore"]),
    kubeTests(
        "KubeNodeTests",
        [
            "ClusterBase", "KubeModel", "KubeCore", "KubeletCore", "KubeStreams", "KubeClient", "KubeNode",
            "KubeService", "HTTPTransport", "TestSupport", .logging,
        ]),
    kubeTests(
        "KubeRuntimeTests",
        [
            "ClusterBase", "KubeModel", "KubeletCore", "KubeNode", "KubeStreams", "KubeRuntime", "Containers",
            "HTTPTransport", "TestSupport", .logging, .nioCore, .nioPosix,
        ]),
    kubeTests(
        "KubeNetworkTests",
        [
            "ClusterBase", "KubeModel", "KubeClient", "KubeNetworkCore", "KubeNetwork", "HTTPTransport", "TestSupport",
            .nioCore, .nioPosix, .logging,
        ]),
    kubeTests(
        "KubeSchedulerTests",
        [
            "ClusterBase", "ResourceModel", "ClusterModel", "KubeModel", "KubeCore", "KubeClient", "KubeScheduling",
            "KubeScheduler", "KubeService", "FrameworkSDK", "MesosProtocol", "HTTPTransport", "TestSupport",
            .logging, .lifecycle,
        ]),
    kubeTests(
        "KubeServiceTests",
        [
            "ClusterBase", "KubeModel", "KubeKinds", "KubeStore", "KubeRegistry", "KubeAPI", "KubeCore", "KubeClient",
            "KubeService", "Kubecfg", "HTTPTransport", "TestSupport", .logging, .lifecycle,
        ]),
    .executableTarget(
        name: "Benchmarks",
        dependencies: [
            "ClusterBase", "ResourceModel", "ClusterModel", "AllocatorCore", "MasterCore", "AgentCore", "MesosProtocol",
            "MesosWire", "HTTPTransport", "Libprocess", "FrameworkSDK", "KubeStore", "KubeModel", "KubeClient",
            "TestSupport", "CAllocationCounter", .protobuf, .nioCore, .nioPosix, .nioConcurrency, .logging,
        ], path: "Tests/Benchmarks", exclude: ["history.jsonl"], swiftSettings: strict),
]

let narrowed = Context.environment["ROOST_TARGETS"].map { $0.split(separator: ",").map(String.init) }
let everything = base + wire + cores + adapters + services + frameworks + kubernetes + products + testTargets

/// The named targets and all they depend on; `ROOST_TARGETS=A,B` narrows a build to them (see CONTRIBUTING.md).
func closure(of names: [String], in everything: [Target]) -> [Target] {
    var wanted = Set<String>()
    var queue = names
    while let name = queue.popLast() {
        guard wanted.insert(name).inserted, let target = everything.first(where: { $0.name == name }) else { continue }
        for case .byNameItem(let dependency, _) in target.dependencies { queue.append(dependency) }
    }
    return everything.filter { wanted.contains($0.name) }
}

let package = Package(
    name: "roost",
    products: narrowed == nil
        ? [.executable(name: "roost", targets: ["roost"]), .library(name: "FrameworkSDK", targets: ["FrameworkSDK"])]
        : [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: narrowed.map { closure(of: $0, in: everything) } ?? everything,
    swiftLanguageModes: [.v6]
)
