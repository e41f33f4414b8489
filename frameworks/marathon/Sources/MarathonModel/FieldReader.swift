internal import ClusterBase

/// Reads the fields of a JSON object and notes what is wrong instead of stopping at the first fault.
///
/// `null` counts as absent; unknown fields are ignored (spec `marathon` §0).
struct FieldReader {
    let object: JSONObject
    let path: String

    func string(_ key: String, minimumLength: Int = 0, _ log: inout ProblemLog) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { return fail(key, "error.expected.jsstring", &log) }
        return text.count < minimumLength ? fail(key, "error.minLength", &log) : text
    }

    func number(_ key: String, in range: ClosedRange<Double>, _ log: inout ProblemLog) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double else { return fail(key, "error.expected.jsnumber", &log) }
        if number < range.lowerBound { return fail(key, "error.min", &log) }
        return number > range.upperBound ? fail(key, "error.max", &log) : number
    }

    func integer(_ key: String, in range: ClosedRange<Int> = 0...Int(Int32.max), _ log: inout ProblemLog) -> Int? {
        guard let value = value(key) else { return nil }
        guard value.double != nil else { return fail(key, "error.expected.jsnumber", &log) }
        guard let number = value.integer else { return fail(key, "error.expected.int", &log) }
        if number < range.lowerBound { return fail(key, "error.min", &log) }
        return number > range.upperBound ? fail(key, "error.max", &log) : Int(number)
    }

    func bool(_ key: String, _ log: inout ProblemLog) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { return fail(key, "error.expected.jsboolean", &log) }
        return flag
    }

    /// One of a closed set of words.
    func word<Word: RawRepresentable>(_ key: String, _ log: inout ProblemLog) -> Word? where Word.RawValue == String {
        guard let text = string(key, &log) else { return nil }
        guard let word = Word(rawValue: text) else { return fail(key, "error.unknown.enum.literal", &log) }
        return word
    }

    func child(_ key: String, _ log: inout ProblemLog) -> FieldReader? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else { return fail(key, "error.expected.jsobject", &log) }
        return FieldReader(object: object, path: "\(path)/\(key)")
    }

    func array(_ key: String, _ log: inout ProblemLog) -> [(path: String, value: JSONValue)]? {
        guard let value = value(key) else { return nil }
        guard let elements = value.array else { return fail(key, "error.expected.jsarray", &log) }
        return elements.enumerated().map { ("\(path)/\(key)(\($0))", $1) }
    }

    func children(_ key: String, _ log: inout ProblemLog) -> [FieldReader]? {
        guard let elements = array(key, &log) else { return nil }
        return elements.compactMap { path, value in
            guard let object = value.object else {
                log.add(path, "error.expected.jsobject")
                return nil
            }
            return FieldReader(object: object, path: path)
        }
    }

    func strings(_ key: String, _ log: inout ProblemLog) -> [String]? {
        guard let elements = array(key, &log) else { return nil }
        return elements.compactMap { path, value in
            if value.string == nil { log.add(path, "error.expected.jsstring") }
            return value.string
        }
    }

    func stringMap(_ key: String, _ log: inout ProblemLog) -> [String: String]? {
        guard let child = child(key, &log) else { return nil }
        var result: [String: String] = [:]
        for (name, value) in child.object {
            if let text = value.string {
                result[name] = text
            } else {
                log.add("\(child.path)/\(name)", "error.expected.jsstring")
            }
        }
        return result
    }

    func require(_ key: String, _ log: inout ProblemLog) {
        if value(key) == nil { _ = fail(key, "error.path.missing", &log) as Bool? }
    }

    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    private func fail<Value>(_ key: String, _ error: String, _ log: inout ProblemLog) -> Value? {
        log.add("\(path)/\(key)", error)
        return nil
    }
}

extension JSONValue {
    /// A number as upstream prints it: whole ones without fraction.
    static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map(JSONValue.integer) ?? .double(value)
    }

    /// A map in the order of its keys.
    static func map(_ entries: [String: String]) -> JSONValue {
        var object = JSONObject()
        for key in entries.keys.sorted() { object[key] = entries[key].map(JSONValue.string) }
        return .object(object)
    }

    /// Strings.
    static func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
}
