internal import ClusterBase

extension StrategicMerge {
    /// What the elements of a merged list are.
    private enum ElementKind { case scalars, objects }

    /// A list after a patch of its own type: elements merged by key, scalars as a set.
    ///
    /// They stand in the patch's order, and what only the document has stands before what followed it there.
    static func mergeLists(
        _ patch: [JSONValue], into original: [JSONValue], _ rule: MergeRule
    ) throws(APIError) -> [JSONValue] {
        guard let kind = try kind(of: original + patch) else { return original }
        guard kind == .objects else {
            return try ordered(unique(original + patch), by: patch, live: original, nil)
        }
        guard let key = rule.mergeKey else { throw .strategicMerge("cannot merge lists without merge key for ") }
        let (base, changes) = try obeySpecials(patch, original, key)
        var merged = base
        var places: [JSONValue: Int] = [:]
        for (place, element) in base.enumerated() {
            if let value = element[key], places[value] == nil { places[value] = place }
        }
        for change in changes {
            let value = try keyValue(of: change, key)
            if let place = places[value] {
                let (members, live) = (change.object ?? JSONObject(), merged[place].object ?? JSONObject())
                merged[place] = .object(try merge(members, into: live, rule.element))
            } else {
                places[value] = merged.count
                merged.append(try fresh(change, MergeRule(element: rule.element)))
            }
        }
        return try ordered(merged, by: changes, live: base, key)
    }

    /// Obeys elements with `$patch`; returns the live list after deletions and the elements left to merge.
    private static func obeySpecials(
        _ patch: [JSONValue], _ original: [JSONValue], _ key: String
    ) throws(APIError) -> (base: [JSONValue], changes: [JSONValue]) {
        var (changes, gone, isReplaced): ([JSONValue], Set<JSONValue>, Bool) = ([], [], false)
        for element in patch {
            guard let directive = element[MergeDirective.marker] else {
                changes.append(element)
                continue
            }
            switch directive.string {
            case MergeDirective.delete: gone.insert(try keyValue(of: element, key))
            case MergeDirective.replace: isReplaced = true
            case MergeDirective.merge: throw .strategicMerge("merging lists cannot yet be specified in the patch")
            default: throw .badDirective(directive, element.object ?? JSONObject())
            }
        }
        if isReplaced { return (changes, []) }
        let kept = gone.isEmpty ? original : original.filter { $0[key].map { !gone.contains($0) } ?? true }
        return (kept, changes)
    }

    /// The value of an element's merge key, which is a scalar.
    private static func keyValue(of element: JSONValue, _ key: String) throws(APIError) -> JSONValue {
        guard let value = element[key], !value.isContainer else { throw .noMergeKey(element, key) }
        return value
    }

    /// What the elements are; nil of an empty list.
    ///
    /// Throws for lists of lists and mixtures.
    private static func kind(of elements: [JSONValue]) throws(APIError) -> ElementKind? {
        guard let first = elements.first else { return nil }
        guard first.array == nil else {
            throw APIError(422, "Invalid", APIError.patchNotApplied.message)
        }
        let isObject = first.object != nil
        guard elements.allSatisfy({ ($0.object != nil) == isObject && $0.array == nil }) else {
            throw .strategicMerge("list element types are not identical: \(JSONValue.array(elements).goText)")
        }
        return isObject ? .objects : .scalars
    }

    private static func unique(_ values: [JSONValue]) -> [JSONValue] {
        var seen: Set<JSONValue> = []
        return values.filter { seen.insert($0).inserted }
    }

    /// A merged list in order.
    ///
    /// Elements that `order` names stand as it names them, and each of the others before the first named element that
    /// stood behind it in the live list; what neither places comes last.
    static func ordered(
        _ merged: [JSONValue], by order: [JSONValue], live: [JSONValue], _ key: String?
    ) throws(APIError) -> [JSONValue] {
        let rank = try places(in: order, key)
        let before = try places(in: live, key)
        var named: [(rank: Int, live: Int?, element: JSONValue)] = []
        var others: [(live: Int?, element: JSONValue)] = []
        for element in merged {
            let identity = try identity(of: element, key)
            if let rank = rank[identity] {
                named.append((rank, before[identity], element))
            } else {
                others.append((before[identity], element))
            }
        }
        let sorted = named.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        var result: [JSONValue] = []
        result.reserveCapacity(merged.count)
        var rest = others[...]
        for (_, next) in sorted {
            while let other = rest.first, let place = other.live, let bound = next.live, place < bound {
                result.append(other.element)
                rest.removeFirst()
            }
            result.append(next.element)
        }
        return result + rest.map(\.element)
    }

    private static func identity(of element: JSONValue, _ key: String?) throws(APIError) -> JSONValue {
        guard let key else { return element }
        return try keyValue(of: element, key)
    }

    private static func places(in list: [JSONValue], _ key: String?) throws(APIError) -> [JSONValue: Int] {
        var places: [JSONValue: Int] = [:]
        for (place, element) in list.enumerated() {
            let identity = try identity(of: element, key)
            if places[identity] == nil { places[identity] = place }
        }
        return places
    }

    /// Checks that a patch's elements stand in the order given, deletions aside.
    static func checkOrder(
        of patch: [JSONValue], against order: [JSONValue], _ key: String?
    ) throws(APIError) {
        guard !patch.isEmpty, !order.isEmpty else { return }
        var rest = order[...]
        for element in patch where element[MergeDirective.marker] == nil {
            let wanted = try identity(of: element, key)
            var isFound = false
            while !isFound, let next = rest.popFirst() { isFound = try identity(of: next, key) == wanted }
            guard isFound else {
                throw .strategicMerge(
                    "The order in patch list:\n\(JSONValue.array(patch).goText)\n doesn't match "
                        + "\(MergeDirective.elementOrder) list:\n\(JSONValue.array(order).goText)\n")
            }
        }
    }
}
