internal import NIOConcurrencyHelpers
internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Writes status line and header fields.
enum ResponseHead {
    /// How the body is delimited.
    enum Framing {
        case length(Int)
        case chunked
        case none
    }

    /// Appends a head to a buffer.
    ///
    /// Line breaks within fields are replaced by blanks, so that no value can make new fields.
    static func write(
        _ response: HTTPResponse, framing: Framing, connection: StaticString?, date: String, to buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(response.status.description)
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(date)
        for (name, value) in response.headers.storage {
            if isReserved(name) { continue }
            buffer.writeStaticString("\r\n")
            writeClean(name, to: &buffer)
            buffer.writeStaticString(": ")
            writeClean(value, to: &buffer)
        }
        switch framing {
        case .length(let length):
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(length))
        case .chunked: buffer.writeStaticString("\r\nTransfer-Encoding: chunked")
        case .none: break
        }
        if let connection {
            buffer.writeStaticString("\r\nConnection: ")
            buffer.writeStaticString(connection)
        }
        buffer.writeStaticString("\r\n\r\n")
    }

    private static func isReserved(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "date"
        case 10: name.lowercased() == "connection"
        case 14: name.lowercased() == "content-length"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }

    private static func writeClean(_ text: String, to buffer: inout ByteBuffer) {
        if text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
            buffer.writeBytes(text.utf8.map { $0 < 0x20 && $0 != 0x09 ? 0x20 : $0 })
        } else {
            buffer.writeString(text)
        }
    }
}

/// The value of `Date` fields, made once per second.
final class DateText: Sendable {
    private let cache = NIOLockedValueBox((second: -1, text: ""))

    /// The time now, as `Sat, 21 Nov 2026 11:42:43 GMT`.
    var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let second = Int(time.tv_sec)
        return cache.withLockedValue { cache in
            if cache.second != second { cache = (second, DateText.format(second)) }
            return cache.text
        }
    }

    /// RFC 9110 §5.6.7 for seconds since the epoch, not before it.
    static func format(_ second: Int) -> String {
        let (days, rest) = second.quotientAndRemainder(dividingBy: 86_400)
        // Civil date from days, counting years from March so that the leap day is last.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let monthIndex = month < 10 ? month + 2 : month - 10
        let year = yearOfEra + era * 400 + (monthIndex < 2 ? 1 : 0)
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map(two).joined(separator: ":")
        return "\(weekdays[days % 7]), \(two(day)) \(months[monthIndex]) \(year) \(clock) GMT"
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
