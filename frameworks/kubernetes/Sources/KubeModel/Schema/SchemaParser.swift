internal import ClusterBase

/// Reads the schema language: types as blocks of lines, a field a line.
///
///     # Comments begin with a number sign.
///     type core.v1.Service kind=v1 | A name and an address for a set of pods.
///     metadata meta.v1.ObjectMeta | Name, namespace, labels and the like.
///     spec core.v1.ServiceSpec | What the service should be.
///     status core.v1.ServiceStatus | What the cluster made of it.
///
///     type core.v1.ServiceSpec | What a service should be.
///     ports [core.v1.ServicePort] merge=port list=map:port,protocol | The ports it offers.
///     selector {string} | Labels of the pods behind it.
///     type string default=ClusterIP enum=ClusterIP,NodePort,LoadBalancer,ExternalName | How it is reached.
///     healthCheckNodePort int32 | The port of load balancers' health checks.
///
/// A blank line ends a block. Everything before `|` is words, everything behind it is the description.
///
/// *Type lines*: `type NAME kind=GROUPVERSION… | DESCRIPTION`. `kind=` (comma-separated, may repeat) makes the type the
/// top level of the kind that its name ends with, in these group versions; `kind` and `apiVersion` are then its first
/// fields without being written.
///
/// *Field lines*: `NAME TYPE FLAG… | DESCRIPTION`. Types are `string`, `bool`, `int32`, `int64`, `double`, `bytes`
/// (base64), `Quantity`, `IntOrString`, `Time`, `MicroTime`, `any`, `[T]` (list), `{T}` (map from text) and names of
/// types. They say when a field is written, as upstream's Go types do: a plain type leaves empty scalars, lists and maps
/// out, but writes objects and times always (`{}`, `null`); `T?` is a pointer, written exactly when given.
///
/// | Flag | Meaning |
/// |---|---|
/// | `required` | a document without it is incomplete; written even when empty, unless a pointer |
/// | `emitted` | optional, but written even when empty |
/// | `default=VALUE` | filled in when not given, or (unless a pointer) empty: text, or JSON without spaces |
/// | `enum=A,B` | the words it may hold, for the documentation |
/// | `merge`, `merge=KEY` | patches merge the list as a set, or element by element by a member |
/// | `retainKeys` | patches may list the keys to retain |
/// | `list=atomic`, `list=set`, `list=map:A,B` | how server-side apply sees the list |
enum SchemaParser {
    /// The types of several texts, references resolved.
    static func types(of texts: [String]) throws(SchemaSyntaxError) -> [TypeSchema] { [] }
}
