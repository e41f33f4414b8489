import ClusterBase
import KubeModel
import Testing

/// Types that are like others.
@Suite struct SchemaLikeTests {
    @Test func fieldsAreInheritedAndReplaced() throws {
        let library = try SchemaLibrary(parsing: [
            """
            type a.v1.Base | Base.
              name string required | Name.
              size int32 default=3 | Size.
            type a.v1.Other | Other.
              extra bool | Extra.
            type a.v1beta1.Old kind=v1beta1 like=a.v1.Base,a.v1.Other | Old.
              size string | Size as text.
              id string | Id.
            type a.v1beta1.Older like=a.v1beta1.Old | Older.
            """
        ])
        let old = try #require(library["a.v1beta1.Old"])
        #expect(old.fields.map(\.name) == ["kind", "apiVersion", "name", "size", "extra", "id"])
        #expect(old["size"]?.type == .string && old["size"]?.defaultValue == nil)
        #expect(library["a.v1beta1.Older"]?.fields.map(\.name) == ["name", "size", "extra", "id"])
    }

    @Test(arguments: ["type a.v1.X like=a.v1.Y | X.", "type a.v1.X like=a.v1.X | X."])
    func modelsMustExistAndNotBeTheTypeItself(text: String) {
        let error = #expect(throws: SchemaSyntaxError.self) { try SchemaLibrary(parsing: [text]) }
        #expect(error?.problem.hasPrefix("cannot be like a.v1.") == true)
    }
}
