extension KubeSchemas {
    /// The other kinds of the core group.
    static let core = #"""
        type core.v1.ReplicationController kind=v1 | Keeps a number of pods of one template running.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec core.v1.ReplicationControllerSpec | Which pods, and how many.
          status core.v1.ReplicationControllerStatus | How many there are.

        type core.v1.ReplicationControllerSpec | Which pods a controller keeps, and how many.
          replicas int32? default=1 | How many pods there should be.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          selector {string} | Labels of the pods; those of the template when empty.
          template core.v1.PodTemplateSpec? | What new pods look like.

        type core.v1.ReplicationControllerStatus | How many pods a controller has.
          replicas int32 required | How many pods there are.
          fullyLabeledReplicas int32 | How many of them have all labels of the template.
          readyReplicas int32 | How many of them are ready.
          availableReplicas int32 | How many of them are available.
          observedGeneration int64 | The generation of the object that this was observed of.
          conditions [core.v1.ReplicationControllerCondition] merge=type list=map:type | The latest observations of
            | its state.

        type core.v1.ReplicationControllerCondition | One statement about a controller.
          type string required | What it states, such as ReplicaFailure.
          status string required | True, False or Unknown.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.Namespace kind=v1 | A scope for names.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec core.v1.NamespaceSpec | How the namespace behaves.
          status core.v1.NamespaceStatus | Where it is in its life.

        type core.v1.NamespaceSpec | How a namespace behaves.
          finalizers [string] list=atomic | Who has to agree before it is removed.

        type core.v1.NamespaceStatus | Where a namespace is in its life.
          phase string default=Active enum=Active,Terminating | Active or Terminating.
          conditions [core.v1.NamespaceCondition] merge=type list=map:type | The latest observations of its state.

        type core.v1.NamespaceCondition | One statement about a namespace.
          type string required | What it states.
          status string required | True, False or Unknown.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type core.v1.Event kind=v1 | Something that happened to an object.
          metadata meta.v1.ObjectMeta required | Name, labels, annotations and the server's notes.
          involvedObject core.v1.ObjectReference required | The object it happened to.
          reason string | What happened, as one CamelCase word.
          message string | What happened, for people.
          source core.v1.EventSource | Who reports it.
          firstTimestamp Time | When it was first seen.
          lastTimestamp Time | When it was last seen.
          count int32 | How often it was seen.
          type string | How grave it is: Normal or Warning.
          eventTime MicroTime | When it was first observed, to the microsecond.
          series core.v1.EventSeries? | The series it belongs to, when it recurs.
          action string | What was done about the object.
          related core.v1.ObjectReference? | A second object concerned.
          reportingComponent string emitted | The controller that reports it.
          reportingInstance string emitted | The instance of that controller.

        type core.v1.EventSource | Who reports an event.
          component string | The component.
          host string | The node it runs on.

        type core.v1.EventSeries | An event that recurs.
          count int32 | How often it was seen so far.
          lastObservedTime MicroTime | When it was last seen.

        type core.v1.Secret kind=v1 | Small confidential data, by key.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          immutable bool? | Whether data and stringData are fixed for good.
          data {bytes} | The values, base64.
          stringData {string} | Values as plain text, moved into data on writing and never returned.
          type string default=Opaque | What the secret is for, such as kubernetes.io/tls.

        type core.v1.ConfigMap kind=v1 | Configuration, by key.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          immutable bool? | Whether data and binaryData are fixed for good.
          data {string} | Values that are text.
          binaryData {bytes} | Values that are not text, base64.

        type core.v1.ServiceAccount kind=v1 | An identity for processes in pods.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          secrets [core.v1.ObjectReference] merge=name list=map:name | Secrets its pods may use.
          imagePullSecrets [core.v1.LocalObjectReference] list=atomic | Secrets its pods pull images with.
          automountServiceAccountToken bool? | Whether its pods get its token mounted.

        type core.v1.Binding kind=v1 | Assigns a pod to a node.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          target core.v1.ObjectReference required | The node.

        type core.v1.ComponentStatus kind=v1 | The health of a part of the control plane.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          conditions [core.v1.ComponentCondition] merge=type list=map:type | The health conditions observed.

        type core.v1.ComponentCondition | One statement about a component's health.
          type string required | What it states: Healthy.
          status string required | True, False or Unknown.
          message string | Why, for people.
          error string | The error met.

        type core.v1.ObjectReference | Names another object.
          kind string | The kind of the object referred to.
          namespace string | The namespace of the object.
          name string | The name of the object.
          uid string | The uid of the object referred to.
          apiVersion string | The group and version of the object referred to.
          resourceVersion string | The version of the object referred to.
          fieldPath string | The part of the object meant, such as spec.containers{web}.

        type core.v1.LocalObjectReference | Names an object of the same namespace.
          name string | The name.

        type core.v1.TypedLocalObjectReference | Names an object of the same namespace.
          apiGroup string? | The object's group; empty for core.
          kind string required | The kind of the object referred to.
          name string required | The name.

        type core.v1.TypedObjectReference | Names an object.
          apiGroup string? | The object's group; empty for core.
          kind string required | The kind of the object referred to.
          name string required | The name.
          namespace string? | The object's namespace.
        """#
}
