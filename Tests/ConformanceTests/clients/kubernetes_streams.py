"""Exec and port forwarding with the Python client `kubernetes`, over WebSocket."""
import json
import sys

from kubernetes import client
from kubernetes.stream import portforward, stream

configuration = client.Configuration()
configuration.host = sys.argv[1]


def core():
    # Streams replace a method of their API client: one client each.
    return client.CoreV1Api(client.ApiClient(configuration))


text = stream(core().connect_get_namespaced_pod_exec, "web", "default", command=["echo", "hello"],
              stdin=False, stdout=True, stderr=True, tty=False)
assert text == "hello\n", text

session = stream(core().connect_get_namespaced_pod_exec, "web", "default",
                 command=["sh", "-c", "read a; echo got $a; echo oops >&2; exit 7"],
                 stdin=True, stdout=True, stderr=True, tty=False, _preload_content=False)
session.write_stdin("line\n")
session.run_forever(timeout=20)
assert session.read_stdout() == "got line\n"
assert session.returncode == 7, session.returncode

sized = stream(core().connect_get_namespaced_pod_exec, "web", "default", command=["terminal-size"],
               stdin=True, stdout=True, stderr=False, tty=True, _preload_content=False)
sized.write_channel(4, json.dumps({"Height": 30, "Width": 100}))
sized.run_forever(timeout=20)
assert sized.read_stdout() == "100x30\n"

forwarded = portforward(core().connect_get_namespaced_pod_portforward, "web", "default", ports="80")
socket = forwarded.socket(80)
socket.setblocking(True)
socket.sendall(b"abc")
assert socket.recv(10) == b"ABC"
socket.close()
assert forwarded.error(80) is None
log = core().read_namespaced_pod_log("web", "default", tail_lines=1)
assert log == "line 5\n", log
print(json.dumps({"event": "done"}))
