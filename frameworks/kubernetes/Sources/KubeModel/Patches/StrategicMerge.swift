internal import ClusterBase

/// The algorithm of strategic merge patches, on maps; see the other file for lists.
enum StrategicMerge {
    /// The object after a patch of its own type.
    static func merge(
        _ patch: JSONObject, into original: JSONObject, _ schema: (any MergeSchema)?
    ) throws(APIError) -> JSONObject {
        if let directive = patch[MergeDirective.marker] { return try obey(directive, patch) }
        var result = original
        if let keys = patch[MergeDirective.retainKeys] { try retain(keys, patch, in: &result) }
        let ordered = try mergeOrdered(patch, into: &result, schema)
        for (key, value) in patch where key != MergeDirective.retainKeys && !ordered.contains(key) && !value.isNull {
            if let field = try MergeDirective.field(of: key, MergeDirective.deleteFromList, .badPrimitiveList) {
                try delete(value, from: field, of: &result)
            } else {
                result[key] = try mergeValue(value, into: result[key] ?? .null, schema?.mergeRule(of: key))
            }
        }
        result.removeAll { patch[$0]?.isNull == true }
        return result
    }

    /// The value of a member after its part of a patch; nil removes it.
    private static func mergeValue(
        _ patch: JSONValue, into original: JSONValue, _ rule: MergeRule?
    ) throws(APIError) -> JSONValue? {
        switch (original, patch) {
        case (.object(let original), .object(let patch)): .object(try merge(patch, into: original, rule?.element))
        case (.array(let original), .array(let patch)) where rule?.mergesLists == true:
            .array(try mergeLists(patch, into: original, rule ?? MergeRule()))
        case (_, .object(let object)) where object[MergeDirective.marker] == .string(MergeDirective.delete): nil
        default: try fresh(patch, rule)
        }
    }

    /// A part of a patch as it stands where the document has nothing, without directives and nulls.
    static func fresh(_ patch: JSONValue, _ rule: MergeRule?) throws(APIError) -> JSONValue {
        switch patch {
        case .object(let object): return .object(try merge(object, into: JSONObject(), rule?.element))
        case .array(let elements) where rule?.mergesLists == true:
            var kept: [JSONValue] = []
            for element in elements where element[MergeDirective.marker] == nil {
                kept.append(try fresh(element, MergeRule(element: rule?.element)))
            }
            return .array(kept)
        default: return patch
        }
    }

    /// What `$patch` in a map asks for.
    private static func obey(_ directive: JSONValue, _ patch: JSONObject) throws(APIError) -> JSONObject {
        switch directive.string {
        case MergeDirective.replace:
            var rest = patch
            rest[MergeDirective.marker] = nil
            return rest
        case MergeDirective.delete: return JSONObject()
        default: throw .badDirective(directive, patch)
        }
    }

    /// Removes the members that `$retainKeys` does not list; the patch may not set any of those.
    private static func retain(_ keys: JSONValue, _ patch: JSONObject, in object: inout JSONObject) throws(APIError) {
        guard let list = keys.array else { throw .badRetainKeys }
        let retained = Set(list.compactMap(\.string))
        for (key, value) in patch where key != MergeDirective.retainKeys && !MergeDirective.isParallel(key) {
            guard value.isNull || retained.contains(key) else { throw .badRetainKeys }
        }
        object.removeAll { !retained.contains($0) }
    }

    /// Removes scalars from a list of them.
    private static func delete(
        _ values: JSONValue, from field: String, of object: inout JSONObject
    ) throws(APIError) {
        guard let list = object[field]?.array else { return }
        guard let values = values.array, !(values + list).contains(where: \.isContainer) else {
            throw .badPrimitiveList
        }
        let gone = Set(values)
        object[field] = .array(list.filter { !gone.contains($0) })
    }

    /// Merges the lists whose order `$setElementOrder` gives; returns the keys of the patch that are done with.
    private static func mergeOrdered(
        _ patch: JSONObject, into object: inout JSONObject, _ schema: (any MergeSchema)?
    ) throws(APIError) -> Set<String> {
        var done: Set<String> = []
        for (key, value) in patch {
            guard let field = try MergeDirective.field(of: key, MergeDirective.elementOrder, .badElementOrder)
            else { continue }
            done.insert(key)
            let order = try list(value)
            let original = try object[field].map(list)
            let change = try patch[field].map(list)
            let rule = schema?.mergeRule(of: field) ?? MergeRule()
            try checkOrder(of: change ?? [], against: order, rule.mergeKey)
            guard original != nil || change != nil else { continue }
            done.insert(field)
            var merged = original ?? []
            if let change {
                merged =
                    original == nil || !rule.mergesLists
                    ? try fresh(.array(change), rule).array ?? [] : try mergeLists(change, into: merged, rule)
            }
            let live = original ?? []
            object[field] = .array(try ordered(merged, by: order, live: live, rule.mergeKey))
        }
        return done
    }

    private static func list(_ value: JSONValue) throws(APIError) -> [JSONValue] {
        guard let list = value.array else {
            throw .strategicMerge("expected a []interface {}, but received a \(value.goType)")
        }
        return list
    }
}

extension JSONValue {
    /// Whether it is an array or object.
    var isContainer: Bool { array != nil || object != nil }
}
