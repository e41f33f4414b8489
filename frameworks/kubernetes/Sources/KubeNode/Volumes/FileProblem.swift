internal import Glibc

/// What the system refused, in its words.
struct FileProblem: Error, Hashable, CustomStringConvertible {
    /// The message.
    var description: String
    /// The error number; 0 when it was not the system that refused.
    var number: Int32

    /// A problem of the system's own, with `errno` as it stands now.
    init(_ attempt: String, _ number: Int32 = errno) {
        var buffer = [CChar](repeating: 0, count: 256)
        let known = strerror_r(number, &buffer, buffer.count) == 0
        let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        description = "\(attempt): \(known ? words : "error \(number)")"
        self.number = number
    }

    /// A problem that was found here.
    init(found description: String) { (self.description, number) = (description, 0) }
}
