internal import ClusterBase

/// What was last said between framework and master about offers as a whole.
struct OfferExchange: Sendable {
    /// Whether the master was asked for no offers.
    var isSuppressed = false
    /// Whether resources may be held back because they were refused.
    var hasRefused = false
    /// Whether refused resources are wanted again.
    var wantsRevival = false
    var lastRevival: Instant?
    /// When something was last placed or launched.
    var lastPlacement: Instant?
    /// When anything last needed offers.
    var lastNeed = Instant.epoch
    /// When the last pod came to wait, or the last was placed.
    var lastNews = Instant.epoch

    /// The shortest time between two revivals.
    static let revivalInterval: Duration = .seconds(1)
}
