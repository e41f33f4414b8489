import ClusterBase
import KubeModel
import Testing

/// The schema language.
struct SchemaParserTests {
    private static let text = """
        # A comment.
        type test.v1.Shop kind=shops/v1,shops/v1beta1 | A place
          | to buy.
          metadata meta.v1.Meta | Who it is.
          doors [test.v1.Door] merge=name retainKeys
            + list=map:name,side | Its doors.
          opening string default=nine enum=nine,ten | When
          spare test.v1.Door? default={} | The spare door.
          words {[string]} emitted
          tags [string] merge list=set

        type test.v1.Door
          name string required | Its name.
          type string | What sort it is.
          width Quantity
          old string ignored
        """
    private static let meta = """
        type meta.v1.Meta
          name string
        """

    private func library() throws -> SchemaLibrary { try SchemaLibrary(parsing: [Self.text, Self.meta]) }

    @Test func readsTypes() throws {
        let library = try library()
        #expect(library.types.map(\.name) == ["test.v1.Shop", "test.v1.Door", "meta.v1.Meta"])
        let shop = try #require(library["test.v1.Shop"])
        #expect(shop.description == "A place to buy.")
        #expect(shop.kinds.map(\.description) == ["shops/v1, Kind=Shop", "shops/v1beta1, Kind=Shop"])
        #expect(
            shop.fields.map(\.name)
                == ["kind", "apiVersion", "metadata", "doors", "opening", "spare", "words", "tags"])
        #expect(library["test.v1.Door"]?.kinds == [])
        #expect(library["test.v1.Window"] == nil)
    }

    @Test func readsFields() throws {
        let library = try library()
        let shop = try #require(library["test.v1.Shop"])
        let doors = try #require(shop["doors"])
        #expect(doors.description == "Its doors.")
        #expect(doors.mergeStrategies == [.merge, .retainKeys])
        #expect(doors.mergeKey == "name")
        #expect(doors.listType == .map)
        #expect(doors.mapKeys == ["name", "side"])
        #expect(doors.emission == .unlessEmpty)
        let opening = try #require(shop["opening"])
        #expect(opening.defaultValue == "nine")
        #expect(opening.allowedValues == ["nine", "ten"])
        #expect(shop["spare"]?.emission == .ifGiven)
        #expect(shop["words"]?.type == .map(.list(.string)))
        #expect(shop["words"]?.emission == .always)
        #expect(shop["tags"]?.mergeKey == nil)
        #expect(shop["tags"]?.mergeStrategies == .merge)
        let door = try #require(library.type(of: "test.v1.Shop", at: "doors"))
        #expect(door["name"]?.isRequired == true)
        #expect(door["name"]?.emission == .always)
        #expect(door["type"]?.type == .string)
        #expect(door["width"]?.emission == .always)
        #expect(door["old"]?.emission == .never)
        #expect(library.type(of: "test.v1.Shop", at: "opening") == nil)
    }

    @Test(arguments: [
        ("name string", 1, "the first line has to be a type"),
        ("type test.v1.A\n  name text", 2, "unknown type text"),
        ("type test.v1.A\n\n  name", 3, "a field needs a name and a type"),
        ("type test.v1.A\n  name string sometimes", 2, "bad flag sometimes"),
        ("type test.v1.A\n  size int32 default=many", 2, "bad flag default=many"),
        ("type test.v1.A\n  names [string] list=heap", 2, "bad flag list=heap"),
        ("type test.v1.A\ntype test.v1.A", 2, "test.v1.A is there already"),
        ("type A", 1, "A is not GROUP.VERSION.TYPE"),
        ("type", 1, "a type needs a name"),
        ("type test.v1.A list=x", 1, "unknown flag list=x"),
        ("type test.v1.A kind=a/b/c", 1, "bad version a/b/c"),
        ("type test.v1.A\nname string", 2, "neither a type nor a field"),
        ("type test.v1.A\n  b test.v1.B", 2, "unknown type test.v1.B"),
    ])
    func refuses(text: String, line: Int, problem: String) {
        #expect(throws: SchemaSyntaxError(line: line, problem: problem)) { try SchemaLibrary(parsing: [text]) }
    }
}
