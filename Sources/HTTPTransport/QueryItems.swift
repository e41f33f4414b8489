/// The items of a request's query, percent-decoded, in order; `+` means a blank.
public struct QueryItems: Sendable, Equatable {
    /// Names and values; an item without `=` has an empty value.
    public let items: [Item]

    /// One `name=value` of a query.
    public struct Item: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value.
        public var value: String

        /// Makes an item.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// Parses the text behind `?` (also a body of `application/x-www-form-urlencoded`).
    ///
    /// A broken percent escape stays as it stands; an empty item is left out.
    public init(parsing text: some StringProtocol) {
        items = text.split(separator: "&").map { piece in
            let halves = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? PercentCoding.decode(halves[1], plusIsBlank: true) : ""
            return Item(PercentCoding.decode(halves[0], plusIsBlank: true), value)
        }
    }

    /// The first value of a name, or nil when absent.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Every value of a name, in order.
    public func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Whether a name occurs.
    public func contains(_ name: String) -> Bool { items.contains { $0.name == name } }
}
