internal import ClusterBase
internal import KubeModel

/// Volumes over iSCSI, whose names follow one of three registries' grammars.
extension VolumeRules {
    /// Target, unit and authentication.
    static let iscsi: SourceRule = { source in
        let (name, lun, initiator) = (source["iqn"], source["lun"], source["initiatorName"])
        var errors = name.isEmpty ? [name.required()] : qualifiedName(name)
        errors += lun.checkNumber { NameRules.inRange($0, 0...255) }
        let authenticates = source["chapAuthDiscovery"].flag || source["chapAuthSession"].flag
        if authenticates, !source["secretRef"].isPresent { errors.append(source["secretRef"].required()) }
        if initiator.isPresent { errors += qualifiedName(initiator.at(source.path.child("initiatorname"))) }
        return errors
    }

    private static func qualifiedName(_ name: FieldView) -> [FieldError] {
        let text = name.text
        let isValid: Bool
        switch text.prefix(3) {
        case "iqn": isValid = isIQN(text)
        case "eui": isValid = isHex(text, digits: 16)
        case "naa": isValid = isHex(text, digits: 32)
        default: return [name.invalid("must be valid format starting with iqn, eui, or naa")]
        }
        return isValid ? [] : [name.invalid("must be valid format")]
    }

    /// `eui.` or `naa.` and letters and digits.
    private static func isHex(_ text: String, digits: Int) -> Bool {
        let rest = text.dropFirst(4)
        return text.dropFirst(3).first == "." && rest.count == digits && rest.allSatisfy(isAlphanumeric)
    }

    /// `iqn.YEAR-MONTH.AUTHORITY:NAME`.
    private static func isIQN(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let parts = text[..<colon].split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        let name = text[text.index(after: colon)...]
        guard parts.count == 3, parts[0] == "iqn", !name.isEmpty, !parts[2].isEmpty else { return false }
        let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        let isDate =
            date.count == 2 && date[0].count == 4 && date[1].count == 2
            && date.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
        return isDate && parts[2].allSatisfy { isAlphanumeric($0) || $0 == "-" || $0 == "." }
            && !name.contains { ",;*&$|".contains($0) || $0.isWhitespace }
    }

    private static func isAlphanumeric(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber)
    }
}
