extension MessageDescriptor {
    /// The paths of required fields that a message lacks, at any depth; empty when it is complete.
    ///
    /// Throws `malformed` or `tooDeep` when the bytes are no such message; unknown fields are passed over.
    /// - Complexity: O(bytes).
    public func missingRequired(in bytes: [UInt8]) throws(WireError) -> [String] {
        guard try !isComplete(bytes, 0..<bytes.count, depth: 0) else { return [] }
        var missing: [String] = []
        try listMissing(bytes, 0..<bytes.count, path: "", into: &missing)
        return missing
    }

    private func isComplete(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) throws(WireError) -> Bool {
        guard depth <= JSONTranscoder.maximumDepth else { throw .tooDeep }
        let fields = fields
        var cursor = WireCursor(bytes, range)
        var seen: UInt64 = 0
        var complete = true
        while let (number, type) = try cursor.tag() {
            guard let index = fields.index(ofNumber: number) else {
                try cursor.skip(type)
                continue
            }
            let field = fields.all[index]
            guard type == field.wireType || field.allowsPacked(type) else { throw .malformed }
            switch field.kind {
            case .message(let message):
                let inner = try cursor.range()
                if try !message.isComplete(bytes, inner, depth: depth + 1) { complete = false }
            case .enumeration(let enumeration) where field.label == .required:
                let value = Int32(truncatingIfNeeded: try cursor.varint())
                guard enumeration.values.name(value, .v1) != nil else { continue }
            default: try cursor.skip(type)
            }
            seen |= 1 << UInt64(index)
        }
        return complete && fields.requiredMask & ~seen == 0
    }

    private func listMissing(
        _ bytes: [UInt8], _ range: Range<Int>, path: String, into missing: inout [String]
    ) throws(WireError) {
        var cursor = WireCursor(bytes, range)
        var seen: UInt64 = 0
        var counts: [Int: Int] = [:]
        var inner: [String] = []
        while let (number, type) = try cursor.tag() {
            guard let index = fields.index(ofNumber: number) else {
                try cursor.skip(type)
                continue
            }
            let field = fields.all[index]
            let position = counts[index, default: 0]
            counts[index] = position + 1
            switch field.kind {
            case .message(let message):
                let place = field.label == .repeated || field.label == .map ? "[\(position)]" : ""
                try message.listMissing(bytes, cursor.range(), path: "\(path)\(field.name)\(place).", into: &inner)
            case .enumeration(let enumeration) where field.label == .required:
                let value = Int32(truncatingIfNeeded: try cursor.varint())
                guard enumeration.values.name(value, .v1) != nil else { continue }
            default: try cursor.skip(type)
            }
            seen |= 1 << UInt64(index)
        }
        for (index, field) in fields.all.enumerated() where fields.requiredMask & ~seen & 1 << UInt64(index) != 0 {
            missing.append(path + field.name)
        }
        missing += inner
    }
}
