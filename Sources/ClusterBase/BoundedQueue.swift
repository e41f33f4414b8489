internal import DequeModule

/// A first-in first-out queue that refuses what exceeds its bound.
///
/// Overflow is a designed outcome: the caller rejects, drops or disconnects. All operations are O(1).
public struct BoundedQueue<Element> {
    private var elements: Deque<Element> = []
    /// How many elements it holds at the most.
    public let limit: Int

    /// Makes an empty queue for at most `limit` elements.
    public init(limit: Int) { self.limit = limit }

    /// How many elements wait.
    public var count: Int { elements.count }
    /// Whether nothing waits.
    public var isEmpty: Bool { elements.isEmpty }

    /// Appends an element; false, and nothing changed, when the queue is full.
    public mutating func push(_ element: Element) -> Bool {
        guard elements.count < limit else { return false }
        elements.append(element)
        return true
    }

    /// Removes and returns the oldest element; nil when empty.
    public mutating func pop() -> Element? { elements.popFirst() }

    /// Removes and returns everything, oldest first.
    public mutating func drain() -> [Element] {
        defer { elements.removeAll() }
        return Array(elements)
    }
}

extension BoundedQueue: Sendable where Element: Sendable {}
