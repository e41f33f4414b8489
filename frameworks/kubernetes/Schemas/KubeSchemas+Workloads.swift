extension KubeSchemas {
    /// Kinds of the groups apps, extensions, autoscaling, policy and coordination.k8s.io.
    static let workloads = #"""
        type apps.v1.Deployment kind=apps/v1 | Rolls a set of identical pods from one template to the next.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec apps.v1.DeploymentSpec required | Which pods, how many, and how they are replaced.
          status apps.v1.DeploymentStatus | How far the rollout is.

        type apps.v1.ReplicaSet kind=apps/v1 | Keeps a number of pods of one template running.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec apps.v1.ReplicaSetSpec required | Which pods, and how many.
          status apps.v1.ReplicaSetStatus | How many there are.

        type apps.v1.DeploymentSpec | What a deployment keeps and how it changes it.
          replicas int32? default=1 | How many pods there should be.
          selector meta.v1.LabelSelector? required | Which pods are its own; must match the template's labels.
          template core.v1.PodTemplateSpec required | What its pods look like.
          strategy apps.v1.DeploymentStrategy retainKeys | How old pods are replaced.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          revisionHistoryLimit int32? default=10 | How many old replica sets are kept.
          paused bool | Whether changes of the template wait.
          progressDeadlineSeconds int32? default=600 | Seconds without progress after which the rollout is said to
            | fail.

        type apps.v1.DeploymentStatus | How far a rollout is.
          observedGeneration int64 | The generation of the object that this was observed of.
          replicas int32 | How many pods there are.
          updatedReplicas int32 | How many of them have the current template.
          readyReplicas int32 | How many of them are ready.
          availableReplicas int32 | How many of them are available.
          unavailableReplicas int32 | How many are missing from full strength.
          terminatingReplicas int32? | How many are on their way out.
          conditions [apps.v1.DeploymentCondition] merge=type list=map:type | The latest observations of its state.
          collisionCount int32? | How often names of replica sets collided.

        type apps.v1.ReplicaSetSpec | Which pods a replica set keeps, and how many.
          replicas int32? default=1 | How many pods there should be.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          selector meta.v1.LabelSelector? required | Which pods are its own.
          template core.v1.PodTemplateSpec | What new pods look like.

        type apps.v1.ReplicaSetStatus | How many pods a replica set has.
          replicas int32 required | How many pods there are.
          fullyLabeledReplicas int32 | How many of them have all labels of the template.
          readyReplicas int32 | How many of them are ready.
          availableReplicas int32 | How many of them are available.
          terminatingReplicas int32? | How many are on their way out.
          observedGeneration int64 | The generation of the object that this was observed of.
          conditions [apps.v1.ReplicaSetCondition] merge=type list=map:type | The latest observations of its state.

        type apps.v1.DeploymentStrategy | How old pods are replaced.
          type string default=RollingUpdate enum=RollingUpdate,Recreate | How: RollingUpdate or Recreate.
          rollingUpdate apps.v1.RollingUpdateDeployment? | Details of RollingUpdate.

        type apps.v1.DeploymentCondition | One statement about a deployment.
          type string required | What it states, such as Progressing.
          status string required | True, False or Unknown.
          lastUpdateTime Time | When it was last written.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type apps.v1.ReplicaSetCondition | One statement about a replica set.
          type string required | What it states, such as ReplicaFailure.
          status string required | True, False or Unknown.
          lastTransitionTime Time | When the status last changed.
          reason string | Why, as one CamelCase word.
          message string | Why, for people.

        type apps.v1.RollingUpdateDeployment | How fast pods are replaced.
          maxUnavailable IntOrString? default=25% | How many may be missing meanwhile, as a number or percentage.
          maxSurge IntOrString? default=25% | How many more there may be meanwhile, as a number or percentage.

        type autoscaling.v1.Scale kind=autoscaling/v1 | The size of a scalable object.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec autoscaling.v1.ScaleSpec | The size wanted.
          status autoscaling.v1.ScaleStatus | The size there is.

        type autoscaling.v1.ScaleSpec | The size wanted.
          replicas int32 | How many pods there should be.

        type autoscaling.v1.ScaleStatus | The size there is.
          replicas int32 required | How many pods there are.
          selector string | Which pods count, as text.

        type coordination.v1.Lease kind=coordination.k8s.io/v1,coordination.k8s.io/v1beta1
          | A claim that its holder has to renew.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec coordination.v1.LeaseSpec | Holder and times.

        type coordination.v1.LeaseSpec | Holder and times of a lease.
          holderIdentity string? | Who holds it.
          leaseDurationSeconds int32? | Seconds after the last renewal before others may take it.
          acquireTime MicroTime? | When the holder took it.
          renewTime MicroTime? | When the holder last renewed it.
          leaseTransitions int32? | How often it changed hands.
          strategy string? | How the holder is chosen.
          preferredHolder string? | Who should take it next.

        type extensions.v1beta1.Deployment kind=extensions/v1beta1 | Rolls a set of identical pods from one template
          | to the next.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec extensions.v1beta1.DeploymentSpec | Which pods, how many, and how they are replaced.
          status extensions.v1beta1.DeploymentStatus | How far the rollout is.

        type extensions.v1beta1.ReplicaSet kind=extensions/v1beta1 | Keeps a number of pods of one template running.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec extensions.v1beta1.ReplicaSetSpec | Which pods, and how many.
          status extensions.v1beta1.ReplicaSetStatus | How many there are.

        type extensions.v1beta1.DeploymentRollback kind=extensions/v1beta1 | Asks a deployment to return to an earlier
          | revision.
          name string required | The deployment's name.
          updatedAnnotations {string} | Annotations to set on the deployment.
          rollbackTo extensions.v1beta1.RollbackConfig required | Where to return to.

        type extensions.v1beta1.Scale kind=extensions/v1beta1 | The size of a scalable object, old form.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec extensions.v1beta1.ScaleSpec | The size wanted.
          status extensions.v1beta1.ScaleStatus | The size there is.

        type extensions.v1beta1.DeploymentSpec | What a deployment keeps and how it changes it.
          replicas int32? default=1 | How many pods there should be.
          selector meta.v1.LabelSelector? | Which pods are its own; must match the template's labels.
          template core.v1.PodTemplateSpec required | What its pods look like.
          strategy extensions.v1beta1.DeploymentStrategy retainKeys | How old pods are replaced.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          revisionHistoryLimit int32? default=2147483647 | How many old replica sets are kept.
          paused bool | Whether changes of the template wait.
          rollbackTo extensions.v1beta1.RollbackConfig? | The revision to return to; cleared when done.
          progressDeadlineSeconds int32? default=2147483647 | Seconds without progress after which the rollout is said
            | to fail.

        type extensions.v1beta1.DeploymentStatus like=apps.v1.DeploymentStatus | How far a rollout is.
          conditions [extensions.v1beta1.DeploymentCondition] merge=type list=map:type | The latest observations of
            | its state.

        type extensions.v1beta1.ReplicaSetSpec | Which pods a replica set keeps, and how many.
          replicas int32? default=1 | How many pods there should be.
          minReadySeconds int32 | Seconds a pod must be ready to count as available.
          selector meta.v1.LabelSelector? | Which pods are its own.
          template core.v1.PodTemplateSpec | What new pods look like.

        type extensions.v1beta1.ReplicaSetStatus like=apps.v1.ReplicaSetStatus | How many pods a replica set has.
          conditions [extensions.v1beta1.ReplicaSetCondition] merge=type list=map:type | The latest observations of
            | its state.

        type extensions.v1beta1.RollbackConfig | A revision to return to.
          revision int64 | The revision; 0 is the one before.

        type extensions.v1beta1.ScaleSpec | The size wanted.
          replicas int32 | How many pods there should be.

        type extensions.v1beta1.ScaleStatus | The size there is.
          replicas int32 required | How many pods there are.
          selector {string} | Which pods count, as labels.
          targetSelector string | Which pods count, as text.

        type extensions.v1beta1.DeploymentStrategy like=apps.v1.DeploymentStrategy | How old pods are replaced.
          rollingUpdate extensions.v1beta1.RollingUpdateDeployment? | Details of RollingUpdate.

        type extensions.v1beta1.DeploymentCondition like=apps.v1.DeploymentCondition | One statement about a deployment.

        type extensions.v1beta1.ReplicaSetCondition like=apps.v1.ReplicaSetCondition | One statement about a
          | replica set.

        type extensions.v1beta1.RollingUpdateDeployment | How fast pods are replaced.
          maxUnavailable IntOrString? default=1 | How many may be missing meanwhile, as a number or percentage.
          maxSurge IntOrString? default=1 | How many more there may be meanwhile, as a number or percentage.

        type policy.v1.Eviction kind=policy/v1 | Asks that a pod be deleted as far as its disruption budget allows.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          deleteOptions meta.v1.DeleteOptions? | How to delete the pod.

        type policy.v1beta1.Eviction kind=policy/v1beta1 like=policy.v1.Eviction | Asks that a pod be deleted as far as
          | its disruption budget allows.

        type policy.v1beta1.PodDisruptionBudget kind=policy/v1beta1 | Limits how many pods of a set may be evicted at a
          | time.
          metadata meta.v1.ObjectMeta | Name, labels, annotations and the server's notes.
          spec policy.v1beta1.PodDisruptionBudgetSpec | Which pods, and how many of them must stay.
          status policy.v1beta1.PodDisruptionBudgetStatus | How many pods may be evicted now.

        type policy.v1beta1.PodDisruptionBudgetSpec | Which pods a budget covers, and how many of them must stay.
          minAvailable IntOrString? | How many must stay available, as a number or percentage.
          selector meta.v1.LabelSelector? | Which pods it covers; an empty one covers none.
          maxUnavailable IntOrString? | How many may be missing, as a number or percentage; not with minAvailable.

        type policy.v1beta1.PodDisruptionBudgetStatus | What a budget allows at present.
          observedGeneration int64 | The generation of the object that this was observed of.
          disruptedPods {Time} | Pods whose eviction was granted and has not been seen yet, with the time of it.
          disruptionsAllowed int32 required | How many pods may be evicted now.
          currentHealthy int32 required | How many pods are ready.
          desiredHealthy int32 required | How many pods must stay ready.
          expectedPods int32 required | How many pods it covers at full strength.
        """#
}
