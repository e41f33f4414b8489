internal import ClusterBase

/// Reads the schema language: types as blocks of lines, a field a line.
///
///     # Comments begin with a number sign.
///     type core.v1.Service kind=v1 | A name and an address for a set of pods.
///       metadata meta.v1.ObjectMeta | Name, namespace, labels and the like.
///       spec core.v1.ServiceSpec | What the service should be.
///       status core.v1.ServiceStatus | What the cluster made of it.
///
///     type core.v1.ServiceSpec | What a service should be.
///       ports [core.v1.ServicePort] merge=port list=map:port,protocol | The ports it offers.
///       selector {string} | Labels of the pods behind it.
///       type string default=ClusterIP enum=ClusterIP,NodePort,LoadBalancer,ExternalName | How it is
///         | reached from inside and outside.
///       healthCheckNodePort int32 | The port of load balancers' health checks.
///
/// Types stand at the margin, their fields are indented. Everything before `|` is words, everything behind it is the
/// description. A line that begins with `|` goes on with the description above, one that begins with `+` with the
/// words. Blank lines mean nothing.
///
/// *Type lines*: `type NAME kind=GROUPVERSION… | DESCRIPTION`. `kind=` (comma-separated, may repeat) makes the type the
/// top level of the kind that its name ends with, in these group versions; `kind` and `apiVersion` are then its first
/// fields without being written. `like=NAME` (comma-separated) gives the type the fields of others, but for those it
/// has itself.
///
/// *Field lines*: `NAME TYPE FLAG… | DESCRIPTION`. Types are `string`, `bool`, `int32`, `int64`, `double`, `bytes`
/// (base64), `Quantity`, `IntOrString`, `Time`, `MicroTime`, `any`, `[T]` (list), `{T}` (map from text) and names of
/// types. They say when a field is written, as upstream's Go types do: a plain type leaves empty scalars, lists and
/// maps out, but writes objects and times always (`{}`, `null`); `T?` is a pointer, written exactly when given.
///
/// | Flag | Meaning |
/// |---|---|
/// | `required` | a document without it is incomplete; written even when empty, unless a pointer |
/// | `emitted` | optional, but written even when empty |
/// | `ignored` | known, but never kept |
/// | `default=VALUE` | filled in when not given, or (unless a pointer) empty: text, or JSON without spaces |
/// | `enum=A,B` | the words it may hold, for the documentation |
/// | `merge`, `merge=KEY` | patches merge the list as a set, or element by element by a member |
/// | `retainKeys` | patches may list the keys to retain |
/// | `list=atomic`, `list=set`, `list=map:A,B` | how server-side apply sees the list |
enum SchemaParser {
    /// The types of several texts, in order, references resolved.
    static func types(of texts: [String]) throws(SchemaSyntaxError) -> [TypeSchema] {
        let blocks = try texts.map { text throws(SchemaSyntaxError) in try self.blocks(of: text) }.flatMap(\.self)
        var names: [String: Int] = [:]
        for (index, block) in blocks.enumerated() {
            guard block.lines[0].words.count >= 2 else { throw block.lines[0].error("a type needs a name") }
            guard names.updateValue(index, forKey: block.name) == nil else {
                throw block.lines[0].error("\(block.name) is there already")
            }
        }
        return try blocks.map { block throws(SchemaSyntaxError) in
            try type(block, try fieldLines(of: block, blocks, names), names)
        }
    }

    /// A line of words and a description.
    private struct Line {
        var number: Int
        var words: [String]
        var description: String

        func error(_ problem: String) -> SchemaSyntaxError { SchemaSyntaxError(line: number, problem: problem) }
    }

    /// The lines of a type, its own first; never empty.
    private struct Block {
        var lines: [Line]

        var name: String { lines[0].words[1] }
        /// The types whose fields it has too.
        var models: [String] {
            lines[0].words.filter { $0.hasPrefix(likeFlag) }
                .flatMap { $0.dropFirst(likeFlag.count).split(separator: ",").map(String.init) }
        }

        mutating func extend(_ words: ArraySlice<String>, _ description: String) {
            lines[lines.count - 1].words += words
            lines[lines.count - 1].description += description
        }
    }

    private static func blocks(of text: String) throws(SchemaSyntaxError) -> [Block] {
        var blocks: [Block] = []
        for (index, line) in Array(text.utf8).split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: UInt8(ascii: "|"), maxSplits: 1, omittingEmptySubsequences: false)
            let words = parts[0].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            let description = parts.count == 2 ? String(decoding: parts[1].drop { $0 == 0x20 }, as: UTF8.self) : ""
            let parsed = Line(number: index + 1, words: words, description: description)
            if words.first?.hasPrefix("#") == true || (words.isEmpty && parts.count == 1) {
                continue
            } else if line.first != 0x20, words.first == "type" {
                blocks.append(Block(lines: [parsed]))
            } else if blocks.isEmpty {
                throw parsed.error("the first line has to be a type")
            } else if words.isEmpty {
                blocks[blocks.count - 1].extend([], " " + description)
            } else if words.first == "+" {
                blocks[blocks.count - 1].extend(words.dropFirst(), description)
            } else if line.first == 0x20 {
                blocks[blocks.count - 1].lines.append(parsed)
            } else {
                throw parsed.error("neither a type nor a field")
            }
        }
        return blocks
    }

    private static let likeFlag = "like="
    /// Types are like others no deeper than this, which also ends circles.
    private static let likeDepth = 4

    /// The lines of a type's fields: first those of the types it is like, each replaced by its own of the same name.
    private static func fieldLines(
        of block: Block, _ blocks: [Block], _ names: [String: Int], depth: Int = 0
    ) throws(SchemaSyntaxError) -> [Line] {
        let own = Array(block.lines.dropFirst())
        var inherited: [Line] = []
        for model in block.models {
            guard let index = names[model], depth < likeDepth else {
                throw block.lines[0].error("cannot be like \(model)")
            }
            inherited += try fieldLines(of: blocks[index], blocks, names, depth: depth + 1)
        }
        let replaced = inherited.map { line in own.first { $0.words.first == line.words.first } ?? line }
        let added = own.filter { line in !inherited.contains { $0.words.first == line.words.first } }
        return replaced + added
    }

    private static func type(
        _ block: Block, _ lines: [Line], _ names: [String: Int]
    ) throws(SchemaSyntaxError) -> TypeSchema {
        let head = block.lines[0]
        let parts = block.name.split(separator: ".")
        guard parts.count == 3 else { throw head.error("\(block.name) is not GROUP.VERSION.TYPE") }
        var kinds: [GroupVersionKind] = []
        for word in head.words.dropFirst(2) where !word.hasPrefix(likeFlag) {
            guard word.hasPrefix("kind=") else { throw head.error("unknown flag \(word)") }
            for text in word.dropFirst(5).split(separator: ",") {
                guard let groupVersion = GroupVersion(parsing: text) else { throw head.error("bad version \(text)") }
                kinds.append(GroupVersionKind(groupVersion, String(parts[2])))
            }
        }
        var fields = kinds.first.map(typeFields) ?? []
        for line in lines { fields.append(try field(line, names)) }
        return TypeSchema(name: block.name, description: head.description, kinds: kinds, fields: fields)
    }

    /// `kind` and `apiVersion`, which every top-level type begins with.
    private static func typeFields(_ kind: GroupVersionKind) -> [FieldSchema] {
        var kindField = FieldSchema("kind", .string)
        kindField.description = "The kind of the object."
        kindField.defaultValue = .string(kind.kind)
        var versionField = FieldSchema("apiVersion", .string)
        versionField.description = "The group and version that the object is written in."
        versionField.defaultValue = .string(kind.groupVersion.description)
        return [kindField, versionField]
    }

    private static func field(_ line: Line, _ names: [String: Int]) throws(SchemaSyntaxError) -> FieldSchema {
        guard line.words.count >= 2 else { throw line.error("a field needs a name and a type") }
        var word = line.words[1]
        let isPointer = word.hasSuffix("?")
        if isPointer { word.removeLast() }
        guard let type = fieldType(word[...], names) else { throw line.error("unknown type \(word)") }
        var field = FieldSchema(line.words[0], type)
        field.description = line.description
        field.emission = isPointer ? .ifGiven : type.isAlwaysWritten ? .always : .unlessEmpty
        for flag in line.words.dropFirst(2) {
            let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : nil
            guard apply(String(parts[0]), value, to: &field) else { throw line.error("bad flag \(flag)") }
        }
        return field
    }

    private static let scalars: [String: FieldType] = [
        "string": .string, "bool": .bool, "int32": .int32, "int64": .int64, "double": .double, "bytes": .bytes,
        "Quantity": .quantity, "IntOrString": .intOrString, "Time": .time, "MicroTime": .microTime, "any": .any,
    ]

    private static func fieldType(_ word: Substring, _ names: [String: Int]) -> FieldType? {
        if let scalar = scalars[String(word)] { return scalar }
        switch (word.utf8.first, word.utf8.last) {
        case (UInt8(ascii: "["), UInt8(ascii: "]")):
            return fieldType(word.dropFirst().dropLast(), names).map { .list($0) }
        case (UInt8(ascii: "{"), UInt8(ascii: "}")):
            return fieldType(word.dropFirst().dropLast(), names).map { .map($0) }
        default: return names[String(word)].map { .object(TypeReference(name: String(word), index: $0)) }
        }
    }

    /// Sets what a flag says; false when there is no such flag or its value is malformed.
    private static func apply(_ flag: String, _ value: String?, to field: inout FieldSchema) -> Bool {
        switch (flag, value) {
        case ("required", nil):
            field.isRequired = true
            if field.emission == .unlessEmpty { field.emission = .always }
        case ("emitted", nil): field.emission = .always
        case ("ignored", nil): field.emission = .never
        case ("retainKeys", nil): field.mergeStrategies.insert(.retainKeys)
        case ("merge", let key):
            field.mergeStrategies.insert(.merge)
            field.mergeKey = key
        case ("list", let text?):
            let parts = text.split(separator: ":")
            guard let type = FieldSchema.ListType(rawValue: String(parts.first ?? "")) else { return false }
            field.listType = type
            field.mapKeys = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
        case ("enum", let text?): field.allowedValues = text.split(separator: ",").map(String.init)
        case ("default", let text?):
            guard let value = defaultValue(text, of: field.type) else { return false }
            field.defaultValue = value
        default: return false
        }
        return true
    }

    private static func defaultValue(_ text: String, of type: FieldType) -> JSONValue? {
        switch type {
        case .string, .quantity: .string(text)
        case .intOrString: (try? JSONValue(parsing: text)) ?? .string(text)
        default: try? JSONValue(parsing: text)
        }
    }
}

extension FieldType {
    /// Whether a plain field of the type is written even when it was not given: Go's structs, which are never empty.
    fileprivate var isAlwaysWritten: Bool {
        switch self {
        case .object, .time, .microTime, .quantity, .intOrString: true
        default: false
        }
    }
}
