import ClusterBase
import KubeModel
import KubeSchemas
import Testing

/// Damaged documents are refused as 400 or read to a form that stays.
struct SchemaFuzzTests {
    private static let replacements: [JSONValue] = [
        .null, true, 0, -1, 4_294_967_296, 1.5, "", "x", "1Gi", "2024-01-02T03:04:05Z", [], [.null], [[]], [:],
        ["name": .null], ["": [:]], ["metadata": ["labels": 7]],
    ]

    /// The value with one of its nodes replaced, doubled or given another member.
    private static func damaged(_ value: JSONValue, _ random: inout SeededRandom) -> JSONValue {
        switch value {
        case .object(var object) where !object.isEmpty && random.chance(0.8):
            let key = object.keys[random.below(object.count)]
            object[random.chance(0.1) ? key + "x" : key] = damaged(object[key] ?? .null, &random)
            return .object(object)
        case .array(var elements) where !elements.isEmpty && random.chance(0.8):
            let index = random.below(elements.count)
            elements[index] = damaged(elements[index], &random)
            if random.chance(0.2) { elements.append(elements[index]) }
            return .array(elements)
        default: return replacements[random.below(replacements.count)]
        }
    }

    @Test(arguments: SchemaSamples.canonical)
    func survivesDamage(type: String, text: String) throws {
        let library = try SchemaLibrary(parsing: KubeSchemas.all)
        let original = try JSONValue(parsing: text)
        var random = SeededRandom(seed: UInt64(text.utf8.count))
        var refusals = 0
        for _ in 0..<300 {
            var document = original
            for _ in 0...random.below(3) { document = Self.damaged(document, &random) }
            do throws(APIError) {
                let once = try library.decode(document, as: type)
                let again = try library.decode(once.value, as: type)
                #expect(again.value.text == once.value.text, "\(document.text)")
            } catch {
                refusals += 1
                #expect(error.code == 400, "\(document.text)")
                #expect(error.message.contains("json: cannot unmarshal"), "\(document.text)")
            }
        }
        #expect(refusals > 0)
        #expect(refusals < 300)
    }
}
