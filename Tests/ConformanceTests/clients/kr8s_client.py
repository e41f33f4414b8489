"""Drives the API with `kr8s`: objects, listing, watching, patching, deleting. Prints one JSON line per step."""
import asyncio
import json
import sys

import kr8s.asyncio
from kr8s.asyncio.objects import ConfigMap, Deployment, Pod, Service


def say(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


async def run(url):
    api = await kr8s.asyncio.api(url=url)
    say("version", minor=(await api.version())["minor"])
    bodies = [
        (Pod, {"metadata": {"name": "p", "labels": {"app": "w"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}),
        (Service, {"metadata": {"name": "svc"}, "spec": {"selector": {"app": "w"}, "ports": [{"port": 80}]}}),
        (ConfigMap, {"metadata": {"name": "cm"}, "data": {"a": "b"}}),
        (Deployment, {"metadata": {"name": "d"}, "spec": {
            "replicas": 0, "selector": {"matchLabels": {"app": "w"}},
            "template": {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}}}),
    ]
    for kind, body in bodies:
        item = await kind({"apiVersion": kind.version, "kind": kind.kind, **body}, api=api)
        await item.create()
        assert await item.exists()
        await item.patch({"metadata": {"labels": {"walked": "yes"}}})
        found = [o.name async for o in api.get(kind.endpoint, label_selector="walked=yes")]
        watched = []
        async for event, _ in api.watch(kind.endpoint):
            watched.append(event)
            if event == "ADDED" and "DELETED" not in watched and len(watched) == 1:
                await item.delete()
            if event == "DELETED":
                break
        say("kind", name=kind.kind, found=found, watched=watched)
    say("done", resources=len(await api.api_resources()))


asyncio.run(run(sys.argv[1]))
