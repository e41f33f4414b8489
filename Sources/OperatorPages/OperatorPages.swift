/// A file of the operator's pages, as a browser gets it.
public struct OperatorPage: Sendable {
    /// The name below `/assets/`, or `index.html`.
    public let name: String
    /// The media type.
    public let type: String
    /// The content.
    public let bytes: [UInt8]
    /// A quoted entity tag that changes with the content.
    public let tag: String

    init(_ name: String, _ bytes: [UInt8]) {
        (self.name, self.bytes) = (name, bytes)
        type = Self.types[name.split(separator: ".").last.map(String.init) ?? ""] ?? "application/octet-stream"
        // FNV-1a: the tag need not resist anybody, only differ between builds.
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        tag = "\"" + String(hash, radix: 16) + "\""
    }

    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    ]
}

/// The operator's pages: static ES modules and CSS, embedded in the binary (decisions D13, D25).
public enum OperatorPages {
    /// The page that loads all others.
    public static let index = OperatorPage("index.html", PackageResources.index_html)

    /// What is below `/assets/`, by name.
    public static let assets: [String: OperatorPage] = {
        let files: [(String, [UInt8])] = [
            ("app.js", PackageResources.app_js), ("details.js", PackageResources.details_js),
            ("dom.js", PackageResources.dom_js), ("format.js", PackageResources.format_js),
            ("icon.svg", PackageResources.icon_svg), ("model.js", PackageResources.model_js),
            ("parts.js", PackageResources.parts_js), ("sandbox.js", PackageResources.sandbox_js),
            ("source.js", PackageResources.source_js), ("style.css", PackageResources.style_css),
            ("table.js", PackageResources.table_js), ("theme.js", PackageResources.theme_js),
            ("views.js", PackageResources.views_js),
        ]
        return Dictionary(uniqueKeysWithValues: files.map { ($0.0, OperatorPage($0.0, $0.1)) })
    }()

    /// Fields that every page is sent with: it may load scripts and styles from the master alone, and read from agents.
    ///
    /// Pages are revalidated at each use, so that one master's never meet another's after an upgrade.
    public static let headers: [(name: String, value: String)] = [
        ("Cache-Control", "no-cache"),
        (
            "Content-Security-Policy",
            "default-src 'self'; connect-src 'self' http: https:; object-src 'none'; base-uri 'none'; "
                + "form-action 'self'; frame-ancestors 'self'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ]
}
