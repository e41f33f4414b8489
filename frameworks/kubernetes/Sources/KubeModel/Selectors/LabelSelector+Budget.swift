extension LabelSelector {
    /// The pods that a disruption budget covers: none when its selector is absent, empty or malformed.
    public init(ofBudget budget: KubeObject) {
        do throws(APIError) {
            let selector = try LabelSelector(object: budget["spec", "selector"])
            self = selector.isEverything ? .nothing : selector
        } catch {
            self = .nothing
        }
    }
}
