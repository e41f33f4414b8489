public import AccessControl
public import ClusterBase

extension MasterCore {
    /// Whether somebody (nil = nobody was authenticated) may do something; yes where there are no rules.
    public func isAllowed(_ principal: String?, _ action: AccessAction, _ object: AccessObject) -> Bool {
        isAllowed(principal.map { Principal($0) }, action, object)
    }

    /// Whether somebody may do something; yes where there are no rules.
    public func isAllowed(_ principal: Principal?, _ action: AccessAction, _ object: AccessObject) -> Bool {
        configuration.access?.allows(principal, action, object) ?? true
    }
}
