/// Amounts by resource name, without regard to what is reserved, made or marked for whom.
///
/// Names are sorted and unique. Source: mesos `src/common/resource_quantities.hpp`.
public struct ResourceQuantities: Hashable, Sendable, Sequence, ExpressibleByDictionaryLiteral,
    CustomStringConvertible
{
    /// One amount.
    public struct Element: Hashable, Sendable {
        /// The resource's name.
        public let name: String
        /// How much of it.
        public var amount: Scalar
    }

    private var elements: [Element] = []

    /// Nothing.
    public init() {}

    /// Amounts by name; repeated names are added.
    public init(dictionaryLiteral amounts: (String, Scalar)...) {
        for (name, amount) in amounts { add(amount, of: name) }
    }

    /// The amounts of resources: scalars as they are, ranges and sets by how many elements they have.
    public init(_ resources: Resources) { for resource in resources { add(resource) } }

    /// The amounts of the scalars among resources.
    public static func ofScalars(_ resources: Resources) -> Self {
        var result = ResourceQuantities()
        for resource in resources {
            if case .scalar(let amount) = resource.value { result.add(amount, of: resource.name) }
        }
        return result
    }

    /// Whether there is nothing, not even an amount of zero.
    public var isEmpty: Bool { elements.isEmpty }
    /// How many names there are.
    public var count: Int { elements.count }
    /// The amounts, by name.
    public func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
    /// Mesos' text: `cpus:1; mem:128`.
    public var description: String { elements.map { "\($0.name):\($0.amount)" }.joined(separator: "; ") }

    /// The amount of a name; zero when it is not there.
    public subscript(name: String) -> Scalar {
        let at = position(of: name)
        return at < elements.count && elements[at].name == name ? elements[at].amount : .zero
    }

    /// Adds an amount of a name; zero is kept.
    public mutating func add(_ amount: Scalar, of name: String) {
        let at = position(of: name)
        if at < elements.count, elements[at].name == name {
            elements[at].amount = elements[at].amount + amount
        } else {
            elements.insert(Element(name: name, amount: amount), at: at)
        }
    }

    /// Adds the amount of a resource.
    public mutating func add(_ resource: Resource) { add(resource.quantity, of: resource.name) }

    /// Whether each amount of the other is there.
    public func contains(_ other: ResourceQuantities) -> Bool {
        other.elements.allSatisfy { self[$0.name] >= $0.amount }
    }

    /// The sum.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        for element in right.elements { sum.add(element.amount, of: element.name) }
        return sum
    }

    /// The left less the right; no amount falls below zero, and names of which nothing is left are gone.
    public static func - (left: Self, right: Self) -> Self {
        var rest = ResourceQuantities()
        for element in left.elements {
            let amount = element.amount - right[element.name]
            if amount > .zero { rest.elements.append(Element(name: element.name, amount: amount)) }
        }
        return rest
    }

    /// The sum, in place.
    public static func += (left: inout Self, right: Self) { left = left + right }
    /// The difference, in place.
    public static func -= (left: inout Self, right: Self) { left = left - right }

    private func position(of name: String) -> Int { elements.firstIndex { $0.name >= name } ?? elements.count }
}

extension Resource {
    /// Its amount: the number of a scalar, how many elements ranges and sets have.
    public var quantity: Scalar {
        switch value {
        case .scalar(let amount): amount
        case .ranges(let ranges): Scalar(whole: ranges.count)
        case .set(let items): Scalar(whole: UInt64(items.count))
        }
    }
}
