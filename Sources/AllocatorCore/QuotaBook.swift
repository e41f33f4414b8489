/// Quotas of top-level roles, and what each such role with all below it consumes.
///
/// Consumed are all reservations to the subtree, in use or not, and what its frameworks hold of unreserved,
/// non-revocable resources, offered or allocated. Source: spec `mesos/06` §6.4 One run, §6.5.
struct QuotaBook: Sendable {
    /// A top-level role's number in this book.
    typealias Number = Int32

    /// No limit.
    static let unlimited = Int64.max

    private struct Entry: Sendable {
        /// Empty in a place without a role.
        var role = ""
        var guarantees = ScalarVector.zero
        var limits = ScalarVector(repeating: QuotaBook.unlimited)
        var reserved = ScalarVector.zero
        var held = ScalarVector.zero
        /// Roles of the allocator's that lead here.
        var users = 0
        // What follows from the above.
        var hasLimits = false
        var hasGuarantees = false
        var unsatisfied = ScalarVector.zero
        var isUnsatisfied = false
        var room = ScalarVector(repeating: QuotaBook.unlimited)

        var consumed: ScalarVector { reserved &+ held }
        var isVacant: Bool { users == 0 && !hasGuarantees && !hasLimits && consumed == .zero }

        mutating func refresh() {
            hasGuarantees = guarantees != .zero
            hasLimits = limits != ScalarVector(repeating: QuotaBook.unlimited)
            if hasGuarantees || isUnsatisfied {
                unsatisfied = (guarantees &- consumed).nonNegative
                isUnsatisfied = unsatisfied != .zero
            }
            let isLimited = limits .< ScalarVector(repeating: QuotaBook.unlimited)
            room = (limits.replacing(with: ScalarVector.zero, where: .!isLimited) &- consumed).nonNegative
            room.replace(with: QuotaBook.unlimited, where: .!isLimited)
        }
    }

    private var entries: [Entry] = []
    private var vacant: [Number] = []
    private var numbers: [String: Number] = [:]
    /// How many roles have guarantees.
    private(set) var guaranteed = 0
    /// How many roles have limits.
    private(set) var limited = 0
    /// What of all guarantees is not consumed yet.
    private(set) var required = ScalarVector.zero

    /// Whether no role has a quota.
    var isEmpty: Bool { guaranteed == 0 && limited == 0 }

    /// The first part of a role's name.
    static func top(of role: String) -> String { role.firstIndex(of: "/").map { String(role[..<$0]) } ?? role }

    /// The number of a role's top-level role, kept until `release`.
    mutating func retain(_ role: String) -> Number {
        let number = number(of: role)
        entries[Int(number)].users += 1
        return number
    }

    mutating func release(_ number: Number) {
        entries[Int(number)].users -= 1
        forget(number)
    }

    /// Sets or, with neither guarantees nor limits, removes a quota.
    mutating func set(_ role: String, guarantees: ScalarVector, limits: ScalarVector) {
        let number = number(of: role)
        change(number) { entry in
            entry.guarantees = guarantees
            entry.limits = limits
        }
        forget(number)
    }

    /// Notes that reservations to a role came (or, with negative amounts, went).
    mutating func reserve(_ role: String, _ amounts: ScalarVector) {
        let number = number(of: role)
        change(number) { $0.reserved &+= amounts }
        forget(number)
    }

    /// Notes that a role's frameworks hold more (or, with negative amounts, less) of what is unreserved.
    mutating func hold(_ number: Number, _ amounts: ScalarVector) { change(number) { $0.held &+= amounts } }

    /// What is missing to a role's guarantees; nothing negative.
    func unsatisfied(_ number: Number) -> ScalarVector { entries[Int(number)].unsatisfied }

    /// Whether anything is missing to a role's guarantees.
    func isUnsatisfied(_ number: Number) -> Bool { entries[Int(number)].isUnsatisfied }

    /// How much more of what is unreserved a role may hold; nil without limits.
    func room(_ number: Number) -> ScalarVector? {
        entries[Int(number)].hasLimits ? entries[Int(number)].room : nil
    }

    /// What a top-level role consumes; nil when nothing is known of it.
    func consumed(_ role: String) -> ScalarVector? { numbers[role].map { entries[Int($0)].consumed } }

    // MARK: Entries

    private mutating func number(of role: String) -> Number {
        let top = Self.top(of: role)
        if let known = numbers[top] { return known }
        let number: Number
        if let free = vacant.popLast() {
            number = free
            entries[Int(free)] = Entry(role: top)
        } else {
            number = Number(entries.count)
            entries.append(Entry(role: top))
        }
        numbers[top] = number
        return number
    }

    private mutating func change(_ number: Number, _ body: (inout Entry) -> Void) {
        let place = Int(number)
        required &-= entries[place].unsatisfied
        let (wasGuaranteed, wasLimited) = (entries[place].hasGuarantees, entries[place].hasLimits)
        body(&entries[place])
        entries[place].refresh()
        required &+= entries[place].unsatisfied
        guaranteed += (entries[place].hasGuarantees ? 1 : 0) - (wasGuaranteed ? 1 : 0)
        limited += (entries[place].hasLimits ? 1 : 0) - (wasLimited ? 1 : 0)
    }

    private mutating func forget(_ number: Number) {
        guard entries[Int(number)].isVacant, !entries[Int(number)].role.isEmpty else { return }
        numbers[entries[Int(number)].role] = nil
        entries[Int(number)] = Entry()
        vacant.append(number)
    }
}

extension ScalarVector {
    /// The vector with zero in place of what is negative.
    var nonNegative: ScalarVector { replacing(with: ScalarVector.zero, where: self .< ScalarVector.zero) }
    /// The smaller of each lane.
    func atMost(_ other: ScalarVector) -> ScalarVector { replacing(with: other, where: other .< self) }
}
