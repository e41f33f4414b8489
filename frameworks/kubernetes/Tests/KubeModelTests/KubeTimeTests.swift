internal import KubeModel
internal import Testing

/// Times, ages and Go's spans.
struct KubeTimeTests {
    @Test(arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02t03:04:05.1234567z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456Z"),
        ("2024-02-29T23:30:00+02:30", "2024-02-29T21:00:00Z", "2024-02-29T21:00:00.000000Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.500000Z"),
        ("2000-01-01T00:00:00-00:01", "2000-01-01T00:01:00Z", "2000-01-01T00:01:00.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
    ])
    func timesBecomeCanonical(text: String, seconds: String, micro: String) {
        #expect(KubeTime.canonical(text) == seconds)
        #expect(KubeTime.canonicalMicro(text) == micro)
    }

    @Test(arguments: [
        "", "2026-01-02", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+0100",
        "0000-01-01T00:00:00+01:00",
    ])
    func otherTextIsNoTime(text: String) { #expect(KubeTime.parse(text) == nil) }

    @Test func timesBeyondFourDigitsAreHeld() {
        #expect(KubeTime.text(UnixTime(seconds: 300_000_000_000)) == "9999-12-31T23:59:59Z")
        #expect(KubeTime.parse("1970-01-01T00:00:01Z") == UnixTime(seconds: 1))
    }

    private static let hour: Int64 = 3600
    private static let day: Int64 = 86400
    private static let spans: [(milliseconds: Int64, text: String)] = [
        (-2000, "<invalid>"), (-1900, "0s"), (0, "0s"), (119_999, "119s"), (120_000, "2m"), (150_000, "2m30s"),
        (600_000, "10m"), (hour * 3000, "3h"), (hour * 3500, "3h30m"), (hour * 8000, "8h"), (hour * 47000, "47h"),
        (hour * 48000, "2d"), (hour * 75000, "3d3h"), (day * 9000, "9d"), (day * 730_000, "2y"),
        (day * 740_000, "2y10d"), (day * 3_000_000, "8y"),
    ]

    @Test(arguments: spans)
    func agesAreShort(milliseconds: Int64, text: String) {
        #expect(KubeTime.humanDuration(microseconds: milliseconds * 1000) == text)
    }

    @Test func agesOfObjects() {
        let now = UnixTime(seconds: 1000)
        #expect(KubeTime.age(of: "1970-01-01T00:15:00Z", at: now) == "100s")
        #expect(KubeTime.age(of: "", at: now) == "<unknown>")
    }

    @Test(arguments: [
        ("0", 0, "0s"), ("1m0s", 60_000_000_000, "1m0s"), ("90s", 90_000_000_000, "1m30s"),
        ("1.5h", 5_400_000_000_000, "1h30m0s"), ("250ms", 250_000_000, "250ms"),
        ("1h15m30.918s", 4_530_918_000_000, "1h15m30.918s"),
        ("-1.5s", -1_500_000_000, "-1.5s"), ("10us", 10_000, "10µs"), ("7ns", 7, "7ns"), (".5s", 500_000_000, "500ms"),
    ])
    func spansOfGo(text: String, nanoseconds: Int64, canonical: String) {
        #expect(GoDuration.parse(text) == nanoseconds)
        #expect(GoDuration.text(nanoseconds: nanoseconds) == canonical)
    }

    @Test(arguments: ["", "1", "s", ".s", "1x", "1h 2m", "99999999999h", "+", "1m-2s"])
    func otherTextIsNoSpan(text: String) { #expect(GoDuration.parse(text) == nil) }
}
