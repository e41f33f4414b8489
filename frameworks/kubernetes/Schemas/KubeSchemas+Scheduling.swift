extension KubeSchemas {
    /// Where pods may run.
    static let scheduling = #"""
        type core.v1.Affinity | Which nodes and which neighbours a pod wants.
          nodeAffinity core.v1.NodeAffinity? | Which nodes.
          podAffinity core.v1.PodAffinity? | Which neighbours it seeks.
          podAntiAffinity core.v1.PodAntiAffinity? | Which neighbours it avoids.

        type core.v1.NodeAffinity | Which nodes a pod wants.
          requiredDuringSchedulingIgnoredDuringExecution core.v1.NodeSelector? | What a node must fulfil.
          preferredDuringSchedulingIgnoredDuringExecution [core.v1.PreferredSchedulingTerm] list=atomic | What a node
            | should fulfil, by weight.

        type core.v1.PodAffinity | Which neighbours a pod seeks.
          requiredDuringSchedulingIgnoredDuringExecution [core.v1.PodAffinityTerm] list=atomic | Neighbours it must
            | have.
          preferredDuringSchedulingIgnoredDuringExecution [core.v1.WeightedPodAffinityTerm] list=atomic | Neighbours
            | it should have, by weight.

        type core.v1.PodAntiAffinity | Which neighbours a pod avoids.
          requiredDuringSchedulingIgnoredDuringExecution [core.v1.PodAffinityTerm] list=atomic | Neighbours it must
            | not have.
          preferredDuringSchedulingIgnoredDuringExecution [core.v1.WeightedPodAffinityTerm] list=atomic | Neighbours
            | it should not have, by weight.

        type core.v1.Toleration | A taint that a pod puts up with.
          key string | The taint's key; empty for all.
          operator string enum=Exists,Equal,Gt,Lt | How value is compared; Equal when empty.
          value string | The taint's value.
          effect string enum=NoSchedule,PreferNoSchedule,NoExecute | The taint's effect; empty for all.
          tolerationSeconds int64? | Seconds it is tolerated for; for ever when absent.

        type core.v1.TopologySpreadConstraint | How pods are spread over parts of the cluster.
          maxSkew int32 required | How much the parts may differ.
          topologyKey string required | The label of nodes that tells the parts apart.
          whenUnsatisfiable string required enum=DoNotSchedule,ScheduleAnyway | What happens when it cannot be kept.
          labelSelector meta.v1.LabelSelector? | Which pods count, by their labels.
          minDomains int32? | How many parts there must be.
          nodeAffinityPolicy string? | Whether node affinity limits the parts.
          nodeTaintsPolicy string? | Whether taints limit the parts.
          matchLabelKeys [string] list=atomic | Labels whose values pods must share to count.

        type core.v1.NodeSelector | Selects nodes; one term must hold.
          nodeSelectorTerms [core.v1.NodeSelectorTerm] required list=atomic | The terms.

        type core.v1.PreferredSchedulingTerm | A wish about nodes.
          weight int32 required | Its weight, 1 to 100.
          preference core.v1.NodeSelectorTerm required | The wish.

        type core.v1.PodAffinityTerm | Pods that are near or far.
          labelSelector meta.v1.LabelSelector? | Which pods count, by their labels.
          namespaces [string] list=atomic | Namespaces of the pods; the pod's own when empty.
          topologyKey string required | The label of nodes that says what is near.
          namespaceSelector meta.v1.LabelSelector? | Further namespaces of the pods, by their labels.
          matchLabelKeys [string] list=atomic | Labels whose values pods must share to count.
          mismatchLabelKeys [string] list=atomic | Labels whose values pods must not share to count.

        type core.v1.WeightedPodAffinityTerm | A wish about neighbours.
          weight int32 required | Its weight, 1 to 100.
          podAffinityTerm core.v1.PodAffinityTerm required | The wish.

        type core.v1.NodeSelectorTerm | Requirements on a node; all must hold.
          matchExpressions [core.v1.NodeSelectorRequirement] list=atomic | Requirements on its labels.
          matchFields [core.v1.NodeSelectorRequirement] list=atomic | Requirements on its fields.

        type core.v1.NodeSelectorRequirement | A requirement on a node.
          key string required | The label or field.
          operator string required enum=In,NotIn,Exists,DoesNotExist,Gt,Lt | How the values are compared.
          values [string] list=atomic | The values; empty for Exists and DoesNotExist.

        type core.v1.PodSchedulingGate | Something that holds back scheduling.
          name string required | The name.

        type core.v1.PodSchedulingGroup | A group of pods that are scheduled together.
          podGroupName string? | The group's name.

        type core.v1.PodResourceClaim | A claim for devices.
          name string required | The name that containers refer to.
          resourceClaimName string? | The claim.
          resourceClaimTemplateName string? | The template to make a claim of.

        type core.v1.EvictionResponder | Someone who answers for evictions.
          name string required | The name.
          priority int32? required | Who is asked first.

        type core.v1.PodReadinessGate | A condition that a ready pod needs.
          conditionType string required | The type of the condition.

        type core.v1.Taint | Keeps pods away that do not tolerate it.
          key string required | The key.
          value string | The value.
          effect string required enum=NoSchedule,PreferNoSchedule,NoExecute | What it does to pods that do not
            | tolerate it.
          timeAdded Time? | When it was added.
        """#
}
