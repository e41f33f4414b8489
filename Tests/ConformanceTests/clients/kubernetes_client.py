"""Drives the API with the Python client `kubernetes`: strict models, every verb. Prints one JSON line per step."""
import json
import sys

from kubernetes import client, watch
from kubernetes.client.rest import ApiException

configuration = client.Configuration()
configuration.host = sys.argv[1]
api = client.ApiClient(configuration)
core, apps = client.CoreV1Api(api), client.AppsV1Api(api)
leases = client.CoordinationV1Api(api)
NS = "default"


def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


def template(labels):
    return client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=labels),
        spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="nginx")]))


def kinds():
    """Per kind: name, create, read, patch, replace, delete, list."""
    pod = client.V1Pod(
        metadata=client.V1ObjectMeta(name="p"), spec=client.V1PodSpec(
            containers=[client.V1Container(name="c", image="nginx", resources=client.V1ResourceRequirements(
                requests={"cpu": "100m", "memory": "64Mi"}))]))
    selector = client.V1LabelSelector(match_labels={"app": "w"})
    rows = [
        ("pod", core, "pod", pod),
        ("replication_controller", core, "rc", client.V1ReplicationController(
            metadata=client.V1ObjectMeta(name="rc"),
            spec=client.V1ReplicationControllerSpec(replicas=0, selector={"app": "w"}, template=template({"app": "w"})))),
        ("service", core, "svc", client.V1Service(
            metadata=client.V1ObjectMeta(name="svc"),
            spec=client.V1ServiceSpec(selector={"app": "w"}, ports=[client.V1ServicePort(port=80)]))),
        ("endpoints", core, "ep", client.V1Endpoints(
            metadata=client.V1ObjectMeta(name="ep"), subsets=[client.V1EndpointSubset(
                addresses=[client.V1EndpointAddress(ip="10.1.2.3")], ports=[client.CoreV1EndpointPort(port=80)])])),
        ("secret", core, "s", client.V1Secret(
            metadata=client.V1ObjectMeta(name="s"), string_data={"password": "p"})),
        ("config_map", core, "cm", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="cm"), data={"a": "b"})),
        ("service_account", core, "sa", client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="sa"))),
        ("event", core, "ev", client.CoreV1Event(
            metadata=client.V1ObjectMeta(name="ev"), reason="Test", message="m", type="Normal",
            involved_object=client.V1ObjectReference(kind="Pod", name="p", namespace=NS))),
        ("deployment", apps, "d", client.V1Deployment(
            metadata=client.V1ObjectMeta(name="d"), spec=client.V1DeploymentSpec(
                replicas=0, selector=selector, template=template({"app": "w"})))),
        ("replica_set", apps, "rs", client.V1ReplicaSet(
            metadata=client.V1ObjectMeta(name="rs"), spec=client.V1ReplicaSetSpec(
                replicas=0, selector=selector, template=template({"app": "w"})))),
        ("lease", leases, "l", client.V1Lease(
            metadata=client.V1ObjectMeta(name="l"),
            spec=client.V1LeaseSpec(holder_identity="me", lease_duration_seconds=15))),
    ]
    return rows


def walk(name, group, _, body):
    call = lambda verb: getattr(group, f"{verb}_namespaced_{name}")
    created = call("create")(NS, body)
    read = call("read")(created.metadata.name, NS)
    assert read.metadata.uid == created.metadata.uid
    patched = call("patch")(created.metadata.name, NS, {"metadata": {"labels": {"walked": "yes"}}})
    assert patched.metadata.labels["walked"] == "yes"
    while True:
        try:
            replaced = call("replace")(created.metadata.name, NS, patched)
            break
        except ApiException as error:
            if error.status != 409:
                raise
            patched = call("read")(created.metadata.name, NS)  # a controller wrote its status meanwhile
    assert replaced.metadata.resource_version == patched.metadata.resource_version, "an update without change is none"
    found = call("list")(NS, label_selector="walked=yes")
    assert [item.metadata.name for item in found.items] == [created.metadata.name]
    everywhere = getattr(group, f"list_{name}_for_all_namespaces")()
    assert any(item.metadata.uid == created.metadata.uid for item in everywhere.items)
    # The watch begins behind the listing: this change is the first that it shows, the deletion the last.
    call("patch")(created.metadata.name, NS, {"metadata": {"annotations": {"n": "1"}}})
    seen = []
    stop = watch.Watch()
    for event in stop.stream(call("list"), NS, resource_version=found.metadata.resource_version, timeout_seconds=30):
        seen.append(event["type"])
        if len(seen) == 1:
            call("delete")(created.metadata.name, NS)
        if event["type"] == "DELETED":
            stop.stop()
    return seen


def run():
    say("version", minor=client.VersionApi(api).get_code().minor)
    say("groups", names=[group.name for group in client.ApisApi(api).get_api_versions().groups])
    for row in kinds():
        say("kind", name=row[0], watched=walk(*row))
    namespace = core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name="ns1")))
    node = core.create_node(client.V1Node(metadata=client.V1ObjectMeta(name="n1")))
    core.patch_node("n1", {"spec": {"unschedulable": True}})
    say("cluster", namespace=namespace.status.phase, nodes=len(core.list_node().items))
    core.list_component_status()
    core.delete_node("n1")
    core.delete_namespace("ns1")
    for status, call in [
        (404, lambda: core.read_namespaced_pod("absent", NS)),
        (409, lambda: (core.create_namespaced_config_map(NS, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="x"))),
                       core.create_namespaced_config_map(NS, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="x"))))),
        (422, lambda: core.create_namespaced_pod(NS, {"metadata": {"name": "Bad_Name"}, "spec": {"containers": []}})),
    ]:
        try:
            call()
            say("error", expected=status, got=None)
        except ApiException as error:
            say("error", expected=status, got=error.status, reason=json.loads(error.body)["reason"])
    core.delete_collection_namespaced_config_map(NS)
    say("done", left=len(core.list_namespaced_config_map(NS).items))


run()
