import ClusterBase
import KubeModel
import KubeSchemas
import Testing

@Suite struct ProtobufReaderTests {
    private static let reader: ProtobufReader? = {
        guard let library = try? SchemaLibrary(parsing: KubeSchemas.all) else { return nil }
        return ProtobufReader(library: library, numbers: KubeSchemas.numbers)
    }()

    /// A field with a length: text, or a message of further fields.
    private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(UInt64(number) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    private func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private func field(_ number: Int, _ value: Int64) -> [UInt8] {
        varint(UInt64(number) << 3) + varint(UInt64(bitPattern: value))
    }

    private func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest > 0x7f {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private func envelope(_ version: String, _ kind: String, _ raw: [UInt8]) -> [UInt8] {
        let names = field(1, version) + field(2, kind)
        return [0x6b, 0x38, 0x73, 0] + field(1, names) + field(2, raw) + field(3, "") + field(4, "")
    }

    private var pod: [UInt8] {
        let label = field(1, "app") + field(2, "web")
        let metadata = field(1, "web") + field(8, field(1, 1_700_000_000)) + field(11, label)
        let limits = field(1, field(1, "cpu") + field(2, field(1, "500m")))
        let probe = field(1, field(2, field(1, "/") + field(2, field(1, 1) + field(3, "http")))) + field(2, 5)
        let port = field(3, 80) + field(4, "TCP")
        let container =
            field(1, "c") + field(2, "nginx") + field(3, "a") + field(3, "b") + field(6, port) + field(8, limits)
            + field(10, probe)
        let volume = field(1, "v") + field(2, field(6, field(1, "s") + field(3, 420)))
        let spec = field(1, volume) + field(2, container) + field(4, -1) + field(11, 1)
        return field(1, metadata) + field(2, spec) + field(99, "later")
    }

    @Test func aPodReadsAsItsJSONDoes() throws {
        let reader = try #require(Self.reader)
        let document = try #require(reader.document(envelope("v1", "Pod", pod)))
        #expect(
            document == [
                "kind": "Pod", "apiVersion": "v1",
                "metadata": [
                    "name": "web", "creationTimestamp": "2023-11-14T22:13:20Z", "labels": ["app": "web"],
                ],
                "spec": [
                    "volumes": [["name": "v", "secret": ["secretName": "s", "defaultMode": 420]]],
                    "containers": [
                        [
                            "name": "c", "image": "nginx", "command": ["a", "b"],
                            "ports": [["containerPort": 80, "protocol": "TCP"]],
                            "resources": ["limits": ["cpu": "500m"]],
                            "livenessProbe": ["httpGet": ["path": "/", "port": "http"], "initialDelaySeconds": 5],
                        ]
                    ],
                    "terminationGracePeriodSeconds": -1, "hostNetwork": true,
                ],
            ])
    }

    @Test func bytesOfSecretsAreBase64() throws {
        let secret = field(1, field(1, "s")) + field(2, field(1, "key") + field(2, [0xff, 0x00]))
        let reader = try #require(Self.reader)
        let document = try #require(reader.document(envelope("v1", "Secret", secret)))
        #expect(document["data"]?["key"] == "/wA=")
    }

    @Test func optionsOfDeletionsHaveAnyGroup() throws {
        let options = field(1, 5) + field(4, "Foreground")
        let reader = try #require(Self.reader)
        let document = try #require(reader.document(envelope("apps/v1", "DeleteOptions", options)))
        #expect(document["gracePeriodSeconds"] == 5 && document["propagationPolicy"] == "Foreground")
    }

    @Test(arguments: [[], [0x6b, 0x38, 0x73], Array("{}".utf8), [0x6b, 0x38, 0x73, 0, 0xff]] as [[UInt8]])
    func whatIsNoEnvelopeIsRefused(bytes: [UInt8]) throws {
        let reader = try #require(Self.reader)
        #expect(reader.document(bytes) == nil)
    }

    @Test func kindsThatAreNotKnownAreRefused() throws {
        let reader = try #require(Self.reader)
        #expect(reader.document(envelope("v7", "Pod", pod)) == nil)
        #expect(reader.document(envelope("v1", "Toaster", pod)) == nil)
    }

    @Test func noiseNeverTraps() throws {
        let reader = try #require(Self.reader)
        var random = SeededRandom(seed: 11)
        let good = envelope("v1", "Pod", pod)
        for _ in 0..<5_000 {
            var noise = good
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                noise[Int.random(in: 4..<noise.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = reader.document(noise)
        }
    }
}
