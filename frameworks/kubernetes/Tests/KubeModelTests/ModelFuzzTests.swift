internal import ClusterBase
internal import Testing

@testable internal import KubeModel

/// Noise and made documents: nothing traps, what is written reads back equal, and patches keep their laws.
struct ModelFuzzTests {
    /// A document of few keys, so that patches meet what is there.
    private func document(_ random: inout SeededRandom, depth: Int = 4) -> JSONValue {
        let keys = ["name", "maps", "set", "part", "a", "$patch", "$retainKeys", "$setElementOrder/maps", "é\"\n"]
        switch random.below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(random.chance(0.5))
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
        case 3: return .double(Double(Int64(bitPattern: random.next())) / 1024)
        case 4: return .string(["x", "replace", "delete", "", "\u{7f}\u{1}😀"][random.below(5)])
        case 5: return .string("\(random.below(3))")
        case 6: return .array((0..<random.below(4)).map { _ in document(&random, depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<random.below(5) {
                object[keys[random.below(keys.count)]] = document(&random, depth: depth - 1)
            }
            return .object(object)
        }
    }

    private struct Sample: MergeSchema {
        func mergeRule(of field: String) -> MergeRule? {
            switch field {
            case "maps": MergeRule(mergesLists: true, mergeKey: "name", element: Sample())
            case "set": MergeRule(mergesLists: true)
            default: MergeRule(element: Sample())
            }
        }
    }

    @Test func documentsAreWrittenAsTheyAreRead() throws {
        var random = SeededRandom(seed: 21)
        for _ in 0..<3000 {
            let value = document(&random)
            #expect(try JSONValue(parsing: value.bytes) == value)
            #expect(try JSONValue(parsing: value.prettyText).hashValue == value.hashValue)
        }
    }

    @Test func objectsBehaveAsDictionaries() {
        var random = SeededRandom(seed: 22)
        var (object, model, order) = (JSONObject(), [String: Int64](), [String]())
        for step in 0..<5000 {
            let key = "k\(random.below(60))"
            if random.chance(0.45) {
                object[key] = nil
                model[key] = nil
                order.removeAll { $0 == key }
            } else {
                if model[key] == nil { order.append(key) }
                object[key] = .integer(Int64(step))
                model[key] = Int64(step)
            }
            if step % 500 == 0 {
                let gone = "k\(random.below(6))"
                object.removeAll { $0.hasPrefix(gone) }
                order.removeAll { $0.hasPrefix(gone) }
                model = model.filter { !$0.key.hasPrefix(gone) }
                #expect(object.keys == order)
            }
            #expect(object[key]?.integer == model[key])
        }
        var reversed = JSONObject()
        for key in object.keys.reversed() { reversed[key] = object[key] }
        #expect(reversed == object && reversed.hashValue == object.hashValue)
    }

    @Test func quantitiesSurviveTheirText() throws {
        var random = SeededRandom(seed: 23)
        let alphabet = Array("0123456789.+-eEinumkKMGTP".utf8)
        for _ in 0..<5000 {
            let text = String(
                decoding: (0..<random.below(12)).map { _ in alphabet[random.below(alphabet.count)] }, as: UTF8.self)
            guard let quantity = Quantity(text) else { continue }
            let again = try Quantity(parsing: quantity.description)
            #expect(again == quantity, "\(text)")
            #expect(again.description == quantity.description, "\(text)")
            #expect((quantity - quantity).isZero && (quantity + quantity).sign == quantity.sign)
        }
    }

    @Test func selectorsSurviveTheirText() throws {
        var random = SeededRandom(seed: 24)
        let pieces = [
            "a", "b", "in", "notin", " ", "=", "==", "!", "!=", "(", ")", ",", ">", "<", "1", "x/y", "\\", "é",
        ]
        for _ in 0..<5000 {
            let text = (0..<random.below(9)).map { _ in pieces[random.below(pieces.count)] }.joined()
            if let selector = try? LabelSelector(parsing: text) {
                #expect(try LabelSelector(parsing: selector.description) == selector, "\(text)")
                _ = selector.matches(["a": "1", "b": "a"])
            }
            if let selector = try? FieldSelector(parsing: text) {
                let again = try FieldSelector(parsing: selector.description)
                #expect(Set(again.requirements) == Set(selector.requirements), "\(text)")
            }
        }
    }

    @Test func patchesOfNoiseNeverTrap() throws {
        var random = SeededRandom(seed: 25)
        let (words, paths) = (
            ["add", "remove", "replace", "move", "copy", "test"], ["", "/a", "/maps/0", "/set/-", "/part/a"]
        )
        for _ in 0..<5000 {
            let (original, patch) = (document(&random), document(&random))
            let merged = MergePatch.merged(patch, into: original)
            #expect(MergePatch.merged(patch, into: merged) == merged)
            if let result = try? StrategicMergePatch.apply(patch, to: original, schema: Sample()) {
                #expect(try JSONValue(parsing: result.bytes) == result)
                #expect(try StrategicMergePatch.apply([:], to: result, schema: Sample()) == result)
            }
            let operations: [JSONValue] = (0..<random.below(5)).map { _ in
                [
                    "op": .string(words[random.below(words.count)]), "path": .string(paths[random.below(paths.count)]),
                    "from": .string(paths[random.below(paths.count)]), "value": document(&random, depth: 2),
                ]
            }
            if let result = try? JSONPatch(.array(operations)).applied(to: original) {
                #expect(try JSONValue(parsing: result.bytes) == result)
            }
        }
    }

    @Test func storedBytesOfNoiseNeverTrap() {
        var random = SeededRandom(seed: 26)
        let valid = Array(#"{"kind":"K","apiVersion":"v1","metadata":{"name":"n","labels":{"a":"b"}},"spec":{}}"#.utf8)
        for _ in 0..<5000 {
            var bytes = valid
            for _ in 0..<random.below(4) {
                let place = random.below(bytes.count)
                if random.chance(0.5) {
                    bytes[place] = UInt8(random.below(256))
                } else {
                    bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { break }
            }
            _ = StoredForm.labels(bytes)
            _ = StoredForm.metadata(bytes, revision: 1)
            _ = try? StoredForm.object(bytes, revision: 1)
        }
    }

    @Test func timesAndAddressesOfNoiseNeverTrap() {
        var random = SeededRandom(seed: 27)
        let alphabet = Array("0123456789:.-+TZhmsuµabcf/%".unicodeScalars)
        for _ in 0..<5000 {
            var text = random.chance(0.5) ? "2026-01-02T03:04:05" : ""
            for _ in 0..<random.below(20) { text.unicodeScalars.append(alphabet[random.below(alphabet.count)]) }
            if let time = KubeTime.parse(text) { #expect(KubeTime.parse(KubeTime.microText(time)) == time) }
            if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
            if let span = GoDuration.parse(text) {
                #expect(GoDuration.parse(GoDuration.text(nanoseconds: span)) == span)
            }
            _ = CIDR(text)
        }
    }
}
