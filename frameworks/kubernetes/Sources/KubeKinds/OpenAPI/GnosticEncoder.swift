internal import ClusterBase

/// Writes a Swagger document as gnostic's `openapi.v2.Document` protobuf (published `OpenAPIv2.proto`).
///
/// A table per message says which member goes into which field; the walk over the tree is common to all.
enum GnosticEncoder {
    /// The bytes of a document.
    static func document(_ tree: JSONValue) -> [UInt8] {
        var writer = ProtobufWriter()
        write(tree, as: .document, to: &writer)
        return writer.bytes
    }

    /// The messages that occur in our documents.
    enum Message {
        case document, information, pathItem, operation, bodyParameter, queryParameter, pathParameter, response, schema
    }

    /// How a member of the tree is written.
    enum Shape {
        /// Text.
        case text
        /// A boolean.
        case flag
        /// A list of texts.
        case texts
        /// Any value, as JSON text in `Any.yaml`.
        case any
        /// A list of such values.
        case anys
        /// A text in a list of its own (`TypeItem`).
        case typeItem
        /// A message, within messages of one field each.
        case message(Message, inside: [Int] = [])
        /// An object whose members are the entries `{1: name, 2: message}` at a field of a message of its own.
        case members(Message, at: Int, inside: [Int] = [])
        /// The list of parameters.
        case parameters
    }

    private static func write(_ tree: JSONValue, as message: Message, to writer: inout ProtobufWriter) {
        let fields = message.fields
        for (key, value) in tree.object ?? JSONObject() {
            if let (number, shape) = fields[key] {
                write(value, as: shape, number, to: &writer)
            } else if key.hasPrefix("x-"), let number = message.extensionField {
                writer.message(number) { entry in
                    entry.text(1, key)
                    entry.message(2) { $0.text(2, value.text) }
                }
            }
        }
    }

    private static func write(_ value: JSONValue, as shape: Shape, _ number: Int, to writer: inout ProtobufWriter) {
        switch shape {
        case .text: writer.text(number, value.string ?? "")
        case .flag: writer.flag(number, value.bool ?? false)
        case .texts:
            for text in value.array ?? [] { writer.text(number, text.string ?? "") }
        case .any: writer.message(number) { $0.text(2, value.text) }
        case .anys:
            for element in value.array ?? [] { write(element, as: .any, number, to: &writer) }
        case .typeItem: writer.message(number) { $0.text(1, value.string ?? "") }
        case .message(let message, let inside):
            writer.message([number] + inside) { write(value, as: message, to: &$0) }
        case .members(let message, let field, let inside):
            writer.message(number) { container in
                for (key, member) in value.object ?? JSONObject() {
                    container.message(field) { entry in
                        entry.text(1, key)
                        entry.message([2] + inside) { write(member, as: message, to: &$0) }
                    }
                }
            }
        case .parameters:
            for parameter in value.array ?? [] {
                let (message, inside) = parameterForms[parameter["in"]?.string ?? ""] ?? (.queryParameter, [1, 2, 3])
                writer.message([number] + inside) { write(parameter, as: message, to: &$0) }
            }
        }
    }

    /// Where a parameter goes, by `in`: `ParametersItem.parameter`, then the body or one of the other forms.
    private static let parameterForms: [String: (Message, [Int])] = [
        "body": (.bodyParameter, [1, 1]), "query": (.queryParameter, [1, 2, 3]), "path": (.pathParameter, [1, 2, 4]),
    ]
}

extension GnosticEncoder.Message {
    /// The field of vendor extensions, or nil where our documents have none.
    fileprivate var extensionField: Int? {
        switch self {
        case .operation: 13
        case .schema: 31
        default: nil
        }
    }

    /// The fields by the name of their member.
    fileprivate var fields: [String: (Int, GnosticEncoder.Shape)] {
        switch self {
        case .document: Self.documentFields
        case .information: Self.informationFields
        case .pathItem: Self.pathItemFields
        case .operation: Self.operationFields
        case .bodyParameter: Self.bodyParameterFields
        case .queryParameter: Self.queryParameterFields
        case .pathParameter: Self.pathParameterFields
        case .response: Self.responseFields
        case .schema: Self.schemaFields
        }
    }

    private typealias Fields = [String: (Int, GnosticEncoder.Shape)]

    private static let documentFields: Fields = [
        "swagger": (1, .text), "info": (2, .message(.information)), "paths": (8, .members(.pathItem, at: 2)),
        "definitions": (9, .members(.schema, at: 1)),
    ]
    private static let informationFields: Fields = ["title": (1, .text), "version": (2, .text)]
    private static let pathItemFields: Fields = [
        "get": (2, .message(.operation)), "put": (3, .message(.operation)), "post": (4, .message(.operation)),
        "delete": (5, .message(.operation)), "patch": (8, .message(.operation)),
    ]
    private static let operationFields: Fields = [
        "tags": (1, .texts), "description": (3, .text), "operationId": (5, .text), "produces": (6, .texts),
        "consumes": (7, .texts), "parameters": (8, .parameters),
        "responses": (9, .members(.response, at: 1, inside: [1])),
    ]
    private static let bodyParameterFields: Fields = [
        "description": (1, .text), "name": (2, .text), "in": (3, .text), "required": (4, .flag),
        "schema": (5, .message(.schema)),
    ]
    private static let queryParameterFields: Fields = [
        "required": (1, .flag), "in": (2, .text), "description": (3, .text), "name": (4, .text), "type": (6, .text),
        "format": (7, .text),
    ]
    private static let pathParameterFields: Fields = [
        "required": (1, .flag), "in": (2, .text), "description": (3, .text), "name": (4, .text), "type": (5, .text),
        "format": (6, .text),
    ]
    private static let responseFields: Fields = [
        "description": (1, .text), "schema": (2, .message(.schema, inside: [1])),
    ]
    private static let schemaFields: Fields = [
        "$ref": (1, .text), "format": (2, .text), "description": (4, .text), "default": (5, .any),
        "required": (19, .texts), "enum": (20, .anys), "additionalProperties": (21, .message(.schema, inside: [1])),
        "type": (22, .typeItem), "items": (23, .message(.schema, inside: [1])),
        "properties": (25, .members(.schema, at: 1)),
    ]
}
