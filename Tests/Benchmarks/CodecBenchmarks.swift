internal import ClusterBase
internal import ClusterModel
internal import MesosProtocol
internal import MesosWire
internal import ResourceModel
internal import SwiftProtobuf

/// Messages and documents to bytes and back.
let codecBenchmarks = [
    Benchmark(
        name: "codec.offer", what: "one Offer through MesosProtocol; allocations counted at malloc", run: offerCodec),
    Benchmark(
        name: "codec.offer-generated", what: "the same Offer through SwiftProtobuf's generated code, for comparison",
        run: generatedOfferCodec),
    Benchmark(name: "codec.json", what: "a pod-like document of 3.4 KB as a JSON tree", run: jsonTree),
]

/// An offer as a busy cluster makes it: four resources, six attributes, two executors.
let sampleOffer = Offer(
    id: "6f1c2a54-6b0e-4f7a-9f0d-0c2a6f3f9a11-O104512", frameworkID: "6f1c2a54-6b0e-4f7a-9f0d-0c2a6f3f9a11-0007",
    agentID: "6f1c2a54-6b0e-4f7a-9f0d-0c2a6f3f9a11-S42", hostname: "node-42.rack-7.example.org", ip: "10.20.30.42",
    port: 5051,
    resources: Resources([
        .scalar("cpus", 31.5), .scalar("mem", 129_024), .scalar("disk", 819_200),
        .ranges("ports", [31000...31007, 31010...31499, 31502...32000]),
    ]).allocated(to: "services"),
    attributes: [
        Attribute(name: "rack", value: .text("rack-7")), Attribute(name: "os", value: .text("debian12")),
        Attribute(name: "zone", value: .text("north-1a")), Attribute(name: "level", value: .scalar(3)),
        Attribute(name: "slots", value: .ranges(ValueRanges([1...4]))),
        Attribute(name: "kernel", value: .text("6.1.0")),
    ], role: "services", executorIDs: ["executor-a", "executor-b"], domain: FaultDomain(region: "north", zone: "1a"))

private func offerCodec(_: BenchmarkContext) throws -> [Figure] {
    var figures: [Figure] = []
    for format in [WireFormat.protobuf, .json] {
        let name = format == .json ? "JSON" : "binary"
        let bytes = sampleOffer.encoded(as: format)
        let encode = { Measure.keep(sampleOffer.encoded(as: format)) }
        let decode = { Measure.keep(try Offer(decoding: bytes, as: format)) }
        figures += [
            Figure("\(name) size", "bytes", Samples(Double(bytes.count))),
            Figure("\(name) encode", "ns", Measure.nanoseconds(calls: 2_000, encode)),
            Figure("\(name) encode", "allocations", Measure.allocations(encode)),
            Figure("\(name) decode", "ns", try Measure.nanoseconds(calls: 2_000, decode)),
            Figure("\(name) decode", "allocations", try Measure.allocations(decode)),
        ]
    }
    return figures
}

private func generatedOfferCodec(_: BenchmarkContext) throws -> [Figure] {
    let bytes = sampleOffer.encoded(as: .protobuf)
    let offer = try Mesos_V1_Offer(serializedBytes: bytes)
    let encode = { Measure.keep(try offer.serializedBytes() as [UInt8]) }
    let decode = { Measure.keep(try Mesos_V1_Offer(serializedBytes: bytes)) }
    return [
        Figure("binary encode", "ns", try Measure.nanoseconds(calls: 2_000, encode)),
        Figure("binary encode", "allocations", try Measure.allocations(encode)),
        Figure("binary decode", "ns", try Measure.nanoseconds(calls: 2_000, decode)),
        Figure("binary decode", "allocations", try Measure.allocations(decode)),
    ]
}

private func jsonTree(_: BenchmarkContext) throws -> [Figure] {
    let tree = podLikeDocument
    let bytes = tree.bytes
    let parse = { Measure.keep(try JSONValue(parsing: bytes)) }
    let write = { Measure.keep(tree.bytes) }
    return [
        Figure("size", "bytes", Samples(Double(bytes.count))),
        Figure("parse", "ns", try Measure.nanoseconds(calls: 1_000, parse)),
        Figure("parse", "allocations", try Measure.allocations(parse)),
        Figure("write", "ns", Measure.nanoseconds(calls: 1_000, write)),
        Figure("write", "allocations", Measure.allocations(write)),
    ]
}

/// Labels, two containers with probes, ports and mounts, conditions: what a pod in a cluster looks like.
private var podLikeDocument: JSONValue {
    func container(_ name: String) -> JSONValue {
        [
            "name": .string(name), "image": .string("registry.example.org/team/\(name):2.14.3"),
            "args": ["--listen=0.0.0.0:8080", "--log-level=info", .string("--storage=/var/lib/\(name)")],
            "ports": [
                ["name": "http", "containerPort": 8080, "protocol": "TCP"],
                ["name": "metrics", "containerPort": 9090, "protocol": "TCP"],
            ],
            "env": .array(
                (0..<6).map { ["name": .string("SETTING_\($0)"), "value": .string("value \($0) of \"\(name)\"")] }),
            "resources": [
                "requests": ["cpu": "250m", "memory": "128Mi"], "limits": ["cpu": "1", "memory": "512Mi"],
            ],
            "livenessProbe": [
                "httpGet": ["path": "/healthz", "port": 8080, "scheme": "HTTP"], "initialDelaySeconds": 5,
                "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3,
            ],
            "volumeMounts": [
                ["name": "data", "mountPath": JSONValue.string("/var/lib/\(name)")],
                ["name": "config", "mountPath": "/etc/config", "readOnly": true],
            ],
            "terminationMessagePath": "/dev/termination-log", "imagePullPolicy": "IfNotPresent",
        ]
    }
    func condition(_ type: String) -> JSONValue {
        [
            "type": .string(type), "status": "True", "lastProbeTime": .null,
            "lastTransitionTime": "2026-03-01T12:00:00Z",
        ]
    }
    return [
        "kind": "Pod", "apiVersion": "v1",
        "metadata": [
            "name": "frontend-5d8c7b9f6d-x2x9p", "generateName": "frontend-5d8c7b9f6d-", "namespace": "production",
            "uid": "0c5d7b0e-3d2f-4f63-8f7e-5a3f1c9d2b10", "resourceVersion": "18446744",
            "creationTimestamp": "2026-03-01T12:00:00Z",
            "labels": ["app": "frontend", "tier": "web", "release": "stable", "pod-template-hash": "5d8c7b9f6d"],
            "annotations": ["example.org/checksum": "b1946ac92492d2347c6235b4d2611184", "note": "Grüße, ünïcode ✓"],
        ],
        "spec": [
            "volumes": [
                ["name": "data", "emptyDir": ["medium": "", "sizeLimit": "1Gi"]],
                ["name": "config", "configMap": ["name": "frontend-config", "defaultMode": 420]],
            ],
            "containers": [container("frontend"), container("sidecar")], "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst", "nodeName": "node-42.example.org",
            "serviceAccountName": "default", "schedulerName": "default-scheduler", "priority": 0,
        ],
        "status": [
            "phase": "Running", "hostIP": "10.20.30.42", "podIP": "10.244.3.17", "startTime": "2026-03-01T12:00:01Z",
            "conditions": [
                condition("Initialized"), condition("Ready"), condition("ContainersReady"), condition("PodScheduled"),
            ],
        ],
    ]
}
