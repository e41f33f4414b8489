/// The grammars of names, keys and values; each check returns upstream's messages, none when the text is good.
///
/// Source: apimachinery `pkg/util/validation/validation.go`; spec `kubernetes/02` §2.3.
public enum NameRules {
    /// One lower-case RFC 1123 label, at most 63 characters.
    public static func dns1123Label(_ text: String) -> [String] { [] }
    /// Lower-case RFC 1123 labels joined by dots, at most 253 characters.
    public static func dns1123Subdomain(_ text: String) -> [String] { [] }
    /// `*.` and a subdomain.
    public static func wildcardSubdomain(_ text: String) -> [String] { [] }
    /// One lower-case RFC 1035 label (begins with a letter), at most 63 characters.
    public static func dns1035Label(_ text: String) -> [String] { [] }
    /// Anything that can be one segment of a path: no `/`, no `%`, not `.` or `..`.
    public static func pathSegment(_ text: String) -> [String] { [] }
    /// `[prefix/]name`, the grammar of label and annotation keys.
    public static func qualifiedName(_ text: String) -> [String] { [] }
    /// The value of a label.
    public static func labelValue(_ text: String) -> [String] { [] }
    /// The name of a port (`IANA_SVC_NAME`), at most 15 characters.
    public static func portName(_ text: String) -> [String] { [] }
    /// The number of a port, 1 to 65535.
    public static func portNumber(_ number: Int64) -> [String] { [] }
    /// A number within a range.
    public static func inRange(_ number: Int64, _ range: ClosedRange<Int64>) -> [String] { [] }
    /// The name of an environment variable.
    public static func environmentName(_ text: String) -> [String] { [] }
    /// An identifier of C.
    public static func cIdentifier(_ text: String) -> [String] { [] }
    /// The key of a ConfigMap or Secret.
    public static func configMapKey(_ text: String) -> [String] { [] }
    /// A percentage such as `25%`.
    public static func percent(_ text: String) -> [String] { [] }
    /// The name of an HTTP header.
    public static func headerName(_ text: String) -> [String] { [] }
    /// An address of IP version 4 or 6.
    public static func ip(_ text: String) -> [String] { [] }
    /// A user or group number of a process, 0 to 2^31-1.
    public static func userNumber(_ number: Int64) -> [String] { [] }
}
