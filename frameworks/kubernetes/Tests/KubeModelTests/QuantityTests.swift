internal import ClusterBase
internal import KubeModel
internal import Testing

/// Amounts: what is read, the canonical text, rounding, caps and arithmetic.
struct QuantityTests {
    @Test(arguments: [
        ("0", "0"), ("0Mi", "0"), ("-0", "0"), ("1", "1"), ("+5", "5"), ("1.5", "1500m"), ("0.1", "100m"),
        ("1000m", "1"), ("1024Mi", "1Gi"), ("1000Mi", "1000Mi"), ("1.5Gi", "1536Mi"), ("0.5Mi", "512Ki"),
        ("512", "512"), ("0.5Ki", "512"), ("100e3", "100e3"), ("1E6", "1e6"), ("1E-3", "1e-3"), ("1e14", "100e12"),
        ("1E", "1E"), ("12E", "12E"), ("1000000", "1M"), ("100.035k", "100035"), ("0.05000", "50m"), (".001", "1m"),
        ("1.", "1"), ("1.G", "1G"), ("3.001n", "4n"), ("0.9n", "1n"), ("0.00000012345", "124n"),
        ("1.1E-9", "2e-9"), ("0.000000000001Ki", "2n"), ("100.035Ki", "102435840m"), ("1025Ki", "1025Ki"),
        ("9Ei", "9223372036854775807"), ("9223372036854775807Ki", "9223372036854775807"), ("7Ei", "7Ei"),
        ("0.025Ti", "27487790694400m"), ("1e1000", "10e27"), ("1e-1000", "1e-9"), ("1000E", "1000E"),
        ("00012", "12"), ("0.5e-1", "50e-3"), ("10.035M", "10035k"), ("2000Ki", "2000Ki"), ("4096", "4096"),
    ])
    func theTextBecomesCanonical(text: String, canonical: String) throws {
        let quantity = try Quantity(parsing: text)
        #expect(quantity.description == canonical)
        #expect(Quantity(canonical) == quantity)
        if !quantity.isZero, text.first != "+" {
            #expect(try Quantity(parsing: "-" + text).description == "-" + canonical)
            #expect(try Quantity(parsing: "-" + text) == -quantity)
        }
    }

    @Test(arguments: [
        ("", Quantity.ParseError.format), ("1.1.M", .format), ("1+1.0M", .format), ("aoeu", .format), (" 1", .format),
        ("1 ", .format), ("-", .format), ("k", .format), ("0x10", .format), (".", .number), ("0.1mi", .suffix),
        (".5i", .suffix), ("-3.01i", .suffix), ("-3.01e-", .suffix), ("1Kii", .suffix), ("1e", .suffix),
        ("1K", .suffix),
        ("1k5", .suffix), ("1e99999999999999999999", .suffix), ("0.1am", .format),
    ])
    func otherTextIsRefused(text: String, error: Quantity.ParseError) {
        #expect(throws: error) { try Quantity(parsing: text) }
    }

    @Test func theMessageIsUpstreams() {
        #expect(
            Quantity.ParseError.format.rawValue
                == "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    }

    @Test(arguments: [
        ("9.01", 10, 9010), ("-9.01", -10, -9010), ("1m", 1, 1), ("1u", 1, 1), ("2Ki", 2048, 2_048_000), ("0", 0, 0),
        ("1e30", Int64.max, Int64.max), ("-1e30", Int64.min, Int64.min), ("9223372036854775807", .max, .max),
    ])
    func wholeValuesRoundAwayFromZero(text: String, value: Int64, milli: Int64) throws {
        let quantity = try Quantity(parsing: text)
        #expect(quantity.value == value)
        #expect(quantity.milliValue == milli)
    }

    @Test func sumsKeepTheFamilyOfTheLeft() throws {
        #expect((try Quantity(parsing: "1Gi") + Quantity(parsing: "1M")).description == "1074741824")
        #expect((try Quantity(parsing: "1Gi") + Quantity(parsing: "1024Mi")).description == "2Gi")
        #expect((Quantity.zero + (try Quantity(parsing: "1Gi"))).description == "1Gi")
        #expect((try Quantity(parsing: "1") - Quantity(parsing: "250m")).description == "750m")
        #expect((try Quantity(parsing: "1e29") + Quantity(parsing: "1e29")).sign == 1)
        #expect(try Quantity(parsing: "999m") < Quantity(parsing: "1"))
        #expect(Set([Quantity(1024), Quantity("1Ki")]).count == 1)
    }

    @Test func numbersOfJSONAreRead() {
        #expect(Quantity(JSONValue.integer(3))?.description == "3")
        #expect(Quantity(JSONValue.double(0.25))?.description == "250m")
        #expect(Quantity(JSONValue.string(" 1Gi "))?.description == "1Gi")
        #expect(Quantity(JSONValue.bool(true)) == nil)
    }
}
