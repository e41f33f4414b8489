// A framework needs one import: the values it reads and returns come with the drivers.
@_exported public import ClusterBase
@_exported public import ClusterModel
@_exported public import ResourceModel
