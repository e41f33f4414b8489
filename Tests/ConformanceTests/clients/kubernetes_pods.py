"""Real pods with the Python client `kubernetes`: every list, a pod's life, its log, commands and ports."""
import json
import sys

from kubernetes import client, watch
from kubernetes.stream import portforward, stream

configuration = client.Configuration()
configuration.host = sys.argv[1]
NS = sys.argv[2]


def core():
    # Streams replace a method of their API client: one client each.
    return client.CoreV1Api(client.ApiClient(configuration))


def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


# The strict models read every kind that is listed over all namespaces, the nodes among them.
api = client.ApiClient(configuration)
lists = 0
for group in (client.CoreV1Api, client.AppsV1Api, client.CoordinationV1Api):
    for name in dir(group):
        if name.startswith("list_") and (name.endswith("_for_all_namespaces") or "namespaced" not in name):
            if name.endswith("_with_http_info"):
                continue
            try:
                getattr(group(api), name)()
                lists += 1
            except client.exceptions.ApiException as error:
                # Kinds that are not served yet; what is served must be readable.
                assert error.status == 404, (name, error)
nodes = core().list_node().items
say("lists", count=lists, nodes=[node.metadata.name for node in nodes])
assert nodes[0].status.node_info.container_runtime_version.startswith("docker://"), nodes[0].status.node_info

pod = client.V1Pod(
    metadata=client.V1ObjectMeta(name="web", labels={"app": "web"}),
    spec=client.V1PodSpec(termination_grace_period_seconds=1, containers=[
        client.V1Container(name="web", image="nginx", ports=[client.V1ContainerPort(container_port=80)])]))
core().create_namespaced_pod(NS, pod)
phases = []
for event in watch.Watch().stream(core().list_namespaced_pod, NS, label_selector="app=web", timeout_seconds=60):
    status = event["object"].status
    phases.append(status.phase)
    if any(c.type == "Ready" and c.status == "True" for c in status.conditions or []):
        break
assert phases[0] == "Pending" and phases[-1] == "Running", phases
text = stream(core().connect_get_namespaced_pod_exec, "web", NS, command=["echo", "hello"],
              stdin=False, stdout=True, stderr=True, tty=False)
assert text == "hello\n", text
session = stream(core().connect_get_namespaced_pod_exec, "web", NS,
                 command=["sh", "-c", "read a; echo got $a; echo oops >&2; exit 7"],
                 stdin=True, stdout=True, stderr=True, tty=False, _preload_content=False)
session.write_stdin("line\n")
session.run_forever(timeout=20)
assert session.read_stdout() == "got line\n"
assert session.read_stderr() == "oops\n"
assert session.returncode == 7, session.returncode
forwarded = portforward(core().connect_get_namespaced_pod_portforward, "web", NS, ports="80")
socket = forwarded.socket(80)
socket.setblocking(True)
socket.sendall(b"GET / HTTP/1.0\r\n\r\n")
answer = b""
while True:
    part = socket.recv(4096)
    if not part:
        break
    answer += part
socket.close()
assert answer.endswith(b"\r\n\r\nweb\n"), answer
assert core().read_namespaced_pod_log("web", NS) == ""
core().delete_namespaced_pod("web", NS)
for event in watch.Watch().stream(core().list_namespaced_pod, NS, label_selector="app=web", timeout_seconds=60):
    if event["type"] == "DELETED":
        break
say("done", left=len(core().list_namespaced_pod(NS).items))
