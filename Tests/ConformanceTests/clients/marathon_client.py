"""The unmodified `marathon` client creates, scales, lists and deletes an app; prints one JSON object a line.

Usage: marathon_client.py URL
"""
import json
import sys
import time

from marathon import MarathonClient
from marathon.models import MarathonApp


def say(**fields):
    print(json.dumps(fields), flush=True)


def wait(client, app, count, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        current = client.get_app(app)
        if current.tasks_running == count and len(client.list_deployments()) == 0:
            return True
        time.sleep(0.05)
    return False


def main():
    client = MarathonClient(sys.argv[1])
    say(event='info', name=client.get_info().name, ping=client.ping().decode().strip())
    app = client.create_app('conformance/sleeper', MarathonApp(cmd='sleep 1000', cpus=0.01, mem=16, instances=2))
    say(event='created', id=app.id, instances=app.instances)
    say(event='running', ok=wait(client, app.id, 2))
    client.scale_app(app.id, instances=4)
    say(event='scaled', ok=wait(client, app.id, 4))
    tasks = client.list_tasks(app.id)
    say(event='tasks', count=len(tasks), ports=sorted(len(task.ports) for task in tasks))
    client.kill_task(app.id, tasks[0].id)
    time.sleep(0.2)
    say(event='replaced', ok=wait(client, app.id, 4))
    say(event='versions', count=len(client.list_versions(app.id)))
    client.delete_app(app.id)
    end = time.time() + 60
    while time.time() < end and (client.list_apps() or client.list_deployments()):
        time.sleep(0.05)
    say(event='deleted', apps=len(client.list_apps()))


if __name__ == '__main__':
    main()
