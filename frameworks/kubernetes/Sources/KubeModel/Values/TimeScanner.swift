/// Reads RFC 3339 from borrowed bytes.
struct TimeScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func time() -> UnixTime? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take("T") || take("t"), let hour = digits(2), take(":"), let minute = digits(2), take(":"),
            let second = digits(2), hour < 24, minute < 60, second < 60, let microseconds = fraction(),
            let offset = offset(), at == bytes.count
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard CivilDate(days: date.days) == date else { return nil }
        let seconds = date.days * 86400 + hour * 3600 + minute * 60 + second - offset
        guard KubeTime.years.contains(seconds) else { return nil }
        return UnixTime(microseconds: seconds * 1_000_000 + microseconds)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        guard bytes.count - at >= count else { return nil }
        var number: Int64 = 0
        for _ in 0..<count {
            guard bytes[at] >= 0x30, bytes[at] <= 0x39 else { return nil }
            number = number * 10 + Int64(bytes[at] - 0x30)
            at += 1
        }
        return number
    }

    /// The fraction in microseconds; 0 when there is none.
    private mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var (number, step): (Int64, Int64) = (0, 100_000)
        let start = at
        while let digit = digits(1) { (number, step) = (number + digit * step, step / 10) }
        return at > start ? number : nil
    }

    /// The offset from UTC in seconds.
    private mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hours = digits(2), take(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
}
