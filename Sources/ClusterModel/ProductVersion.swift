/// The versions this build speaks of itself.
public enum ProductVersion {
    /// Of Roost.
    public static let roost = "0.1.0"
    /// Of the Mesos APIs; clients compare it, so it is purely numeric (spec `mesos.md` §D.2).
    public static let mesos = "1.12.0"
    /// Of the Marathon API, as `/v2/info` tells it.
    public static let marathon = "1.11.24"
}
