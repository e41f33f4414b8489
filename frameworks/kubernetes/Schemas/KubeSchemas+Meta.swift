extension KubeSchemas {
    /// What every group shares: metadata, selectors, statuses, options.
    static let meta = #"""
        type meta.v1.Status kind=v1 | The outcome of a request that returns no object.
          metadata meta.v1.ListMeta | Data about the answer.
          status string | Success or Failure.
          message string | What happened, for people.
          reason string | Why it failed, as one CamelCase word.
          details meta.v1.StatusDetails? | More about the failure.
          code int32 | The HTTP status.

        type meta.v1.DeleteOptions kind=v1 | How to delete an object.
          gracePeriodSeconds int64? | Seconds the object has to end; 0 deletes at once.
          preconditions meta.v1.Preconditions? | What must hold for the deletion to take place.
          orphanDependents bool? | Whether dependents stay; superseded by propagationPolicy.
          propagationPolicy string? | What becomes of dependents: Orphan, Background or Foreground.
          dryRun [string] list=atomic | All makes the server check everything and delete nothing.
          ignoreStoreReadErrorWithClusterBreakingPotential bool? | Whether an object that cannot be read is deleted
            | unread.

        type meta.v1.ListMeta | Data about a list.
          selfLink string | The path of the list; no longer written.
          resourceVersion string | The version of the store that the list shows; watches start from it.
          continue string | What to send to get the rest of the list.
          remainingItemCount int64? | How many items follow.
          shardInfo meta.v1.ShardInfo? | Which part of a divided list this is.

        type meta.v1.ObjectMeta | What every object has: names, labels and the server's notes.
          name string | The name, unique among its kind within the namespace.
          generateName string | The beginning of a name that the server completes when name is empty.
          namespace string | The namespace the name is unique in; empty for objects of the cluster.
          selfLink string | The path of the object; no longer written.
          uid string | An identity that no other object ever has.
          resourceVersion string | The version of the object, to be returned with updates; opaque.
          generation int64 | How often the wanted state was changed.
          creationTimestamp Time | When the server created it.
          deletionTimestamp Time? | When it is to be gone; set by a graceful deletion.
          deletionGracePeriodSeconds int64? | Seconds granted to the deletion.
          labels {string} | Words to select objects by.
          annotations {string} | Notes of tools; not for selecting.
          ownerReferences [meta.v1.OwnerReference] merge=uid list=map:uid | Objects it depends on; it goes when all
            | are gone.
          finalizers [string] merge list=set | Who has to agree before it is removed.
          clusterName string ignored | No longer used.
          managedFields [meta.v1.ManagedFieldsEntry] list=atomic | Which manager wrote which fields.

        type meta.v1.StatusDetails | What a failure is about.
          name string | The object's name.
          group string | The object's group.
          kind string | The object's resource, or its kind.
          uid string | The object's uid.
          causes [meta.v1.StatusCause] list=atomic | The single faults.
          retryAfterSeconds int32 | Seconds after which to try again.

        type meta.v1.Preconditions | What must hold before a change.
          uid string? | The uid the object must have.
          resourceVersion string? | The version the object must have.

        type meta.v1.ShardInfo | Which part of a divided list was asked for.
          selector string required | The part.

        type meta.v1.OwnerReference | Names an object that owns this one.
          apiVersion string required | The owner's group and version.
          kind string required | The owner's kind.
          name string required | The owner's name.
          uid string required | The owner's uid.
          controller bool? | Whether the owner manages the object.
          blockOwnerDeletion bool? | Whether the owner's foreground deletion waits for the object.

        type meta.v1.ManagedFieldsEntry | Fields that one manager wrote.
          manager string | Who wrote them.
          operation string | How: Apply or Update.
          apiVersion string | The version the fields are named in.
          time Time? | When it last wrote.
          fieldsType string | The form of fieldsV1.
          fieldsV1 any? | The fields.
          subresource string | The subresource it wrote through.

        type meta.v1.Condition | One statement about an object.
          type string required | What it states.
          status string required | True, False or Unknown.
          observedGeneration int64 | The generation of the object that this was observed of.
          lastTransitionTime Time required | When the status last changed.
          reason string required | Why, as one CamelCase word.
          message string required | Why, for people.

        type meta.v1.LabelSelector | Selects objects by labels; everything must hold.
          matchLabels {string} | Labels and the values they must have.
          matchExpressions [meta.v1.LabelSelectorRequirement] list=atomic | Further requirements.

        type meta.v1.StatusCause | One fault.
          reason string | What sort it is, as one CamelCase word.
          message string | What is wrong, for people.
          field string | The field at fault.

        type meta.v1.LabelSelectorRequirement | A requirement on a label.
          key string required | The label.
          operator string required enum=In,NotIn,Exists,DoesNotExist | How the values are compared.
          values [string] list=atomic | The values; empty for Exists and DoesNotExist.
        """#
}
