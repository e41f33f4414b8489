/// Writes a variable's name as the name of one node, and back.
///
/// All variables of a store are children of one node, whatever `/` their names have: a variable may then be another's
/// prefix, and one request lists them all. `/`, `%`, a leading `.` and what ZooKeeper refuses become `%` and two
/// hexadecimal digits for each byte.
enum ZooKeeperNames {
    static func node(_ name: String) -> String {
        var result: [UInt8] = []
        for scalar in name.unicodeScalars {
            let isEscaped: Bool =
                switch scalar.value {
                case 0x25, 0x2f, 0...0x1f, 0x7f...0x9f, 0xe000...0xf8ff, 0xfff0...0x10ffff: true
                case 0x2e: result.isEmpty
                default: false
                }
            for byte in Array(String(scalar).utf8) {
                if isEscaped { result += [0x25, digit(byte >> 4), digit(byte & 15)] } else { result.append(byte) }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil for a node that no variable's name gives.
    static func variable(_ node: String) -> String? {
        var result: [UInt8] = []
        var bytes = node.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == 0x25 else {
                result.append(byte)
                continue
            }
            guard let high = bytes.next().flatMap(value), let low = bytes.next().flatMap(value) else { return nil }
            result.append(high << 4 | low)
        }
        guard let name = String(validating: result, as: UTF8.self), self.node(name) == node else { return nil }
        return name
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }
}
