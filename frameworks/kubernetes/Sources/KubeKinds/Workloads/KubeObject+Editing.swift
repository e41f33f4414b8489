internal import ClusterBase
internal import KubeModel

extension KubeObject {
    /// Changes a member object in place; an absent member is given to `change` empty and stays absent when left so.
    mutating func edit(_ key: String, _ change: (inout KubeObject) -> Void) {
        var member = KubeObject(fields[key]?.object ?? JSONObject())
        let wasPresent = fields[key]?.object != nil
        if wasPresent { fields[key] = .null }
        change(&member)
        if wasPresent || !member.fields.isEmpty { fields[key] = member.value }
    }

    /// Changes every object of a member list in place.
    mutating func editEach(_ key: String, _ change: (inout KubeObject) -> Void) {
        guard var elements = fields[key]?.array else { return }
        fields[key] = .array([])
        for index in elements.indices {
            guard var element = KubeObject(elements[index]) else { continue }
            elements[index] = .null
            change(&element)
            elements[index] = element.value
        }
        fields[key] = .array(elements)
    }

    /// Sets a member unless it has a value.
    mutating func fill(_ key: String, _ value: @autoclosure () -> JSONValue) {
        if fields[key] == nil { fields[key] = value() }
    }
}
