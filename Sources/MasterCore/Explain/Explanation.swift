/// Why something runs, has offers, or does not: a sentence, what stands in the way with numbers, and figures beside.
///
/// The same for programs (`Reason.cause`, a name that stays) and for people (`verdict`, `Reason.text`). Ours; Mesos has
/// no such thing. Source: decision D15.
public struct Explanation: Hashable, Sendable {
    /// One thing that stands in the way, or a step on it.
    public struct Reason: Hashable, Sendable {
        /// A name that stays, in capitals: an `AllocationCause` or one of this type's own.
        public var cause: String
        /// The same for people.
        public var text: String
        /// How many agents (or others that the text names) it concerns; nil when it is not about a number.
        public var count: Int?

        init(_ cause: String, _ text: String, count: Int? = nil) {
            (self.cause, self.text, self.count) = (cause, text, count)
        }
    }

    /// A number beside the reasons.
    public struct Figure: Hashable, Sendable {
        /// What it measures.
        public var name: String
        /// The number with its unit.
        public var value: String

        init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// What is explained, such as `framework marathon (…-0000) in role '*'`.
    public var subject: String
    /// The answer in one sentence, without the subject.
    public var verdict: String
    /// What stands in the way, the first thing first.
    public var reasons: [Reason] = []
    /// Numbers beside.
    public var figures: [Figure] = []
}

/// What to explain.
public enum ExplanationSubject: Hashable, Sendable {
    /// Frameworks by id or by name; in one role, or nil for all roles they are subscribed to.
    case framework(String, role: String?)
    /// A role.
    case role(String)
    /// A task id, of one framework (id or name) or of all.
    case task(String, framework: String?)
    /// An agent, by id or by host name.
    case agent(String)
}
