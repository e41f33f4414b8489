internal import NIOConcurrencyHelpers

/// The answer a direct handler owes; may be given from any thread, once.
///
/// Later answers are ignored. When the last reference goes away unanswered, the client gets a 500.
public final class Reply: Sendable {
    private let state: NIOLockedValueBox<(@Sendable (HTTPResponse) -> Void)?>

    /// Makes a reply that calls `deliver` with the first answer, as tests of handlers do.
    public init(_ deliver: @escaping @Sendable (HTTPResponse) -> Void) { state = NIOLockedValueBox(deliver) }

    /// Answers.
    public func send(_ response: HTTPResponse) {
        let deliver = state.withLockedValue { box in
            defer { box = nil }
            return box
        }
        deliver?(response)
    }

    deinit { send(.error(.internalServerError)) }
}
