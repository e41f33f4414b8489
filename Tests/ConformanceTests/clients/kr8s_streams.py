"""Exec, logs and port forwarding with `kr8s`, over WebSocket."""
import asyncio
import json
import sys

import kr8s.asyncio
from kr8s.asyncio.objects import Pod


def say(event):
    print(json.dumps({"event": event}), flush=True)


async def run(url):
    api = await kr8s.asyncio.api(url=url)
    pod = await Pod.get("web", namespace="default", api=api)
    result = await pod.exec(["sh", "-c", "echo hello"])
    assert result.stdout == b"hello\n", result.stdout
    say("exec")
    failed = await pod.exec(["sh", "-c", "exit 7"], check=False)
    assert failed.returncode == 7, failed.returncode
    say("exit code")
    lines = [line async for line in pod.logs(tail_lines=2)]
    assert lines == ["line 4", "line 5"], lines
    say("log")
    async with pod.portforward(80) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"abc")
        await writer.drain()
        assert await reader.read(10) == b"ABC"
        writer.close()
    say("done")


asyncio.run(run(sys.argv[1]))
