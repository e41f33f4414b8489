"""An unmodified pymesos scheduler that launches COUNT tasks and reports what it sees, one JSON object a line.

Usage: pymesos_scheduler.py MASTER COUNT MODE [--wait-for FILE] [--sleep SECONDS]
MODE is `command` (shell commands) or `executor` (tasks of pymesos_executor.py, one executor per agent).
Each task sleeps SECONDS and ends. The scheduler ends by itself once every task's end was reported and acknowledged.
With --wait-for it launches half of the tasks, says {"event": "half"} when they run, and goes on when FILE exists.
"""
import argparse
import collections
import getpass
import json
import os
import socket
import sys
import threading
import time

from pymesos import MesosSchedulerDriver, Scheduler, encode_data

TERMINAL = {'TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_ERROR', 'TASK_DROPPED', 'TASK_GONE'}
CPUS, MEMORY = 0.01, 8


def say(**fields):
    print(json.dumps(fields), flush=True)


class Launcher(Scheduler):
    def __init__(self, options):
        self.options = options
        self.launched = {}
        self.ended = collections.Counter()
        self.states = collections.Counter()
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.saidHalf = False

    def may_launch(self):
        limit = self.options.count
        if self.options.wait_for and not os.path.exists(self.options.wait_for):
            limit = self.options.count // 2
        return limit - len(self.launched)

    def registered(self, driver, framework_id, master_info):
        say(event='registered', framework=framework_id['value'])

    def reregistered(self, driver, master_info):
        say(event='reregistered')

    def disconnected(self, driver):
        say(event='disconnected')

    def resourceOffers(self, driver, offers):
        with self.lock:
            for offer in offers:
                self.use(driver, offer)

    def use(self, driver, offer):
        scalars = {r['name']: r['scalar']['value'] for r in offer['resources'] if r['type'] == 'SCALAR'}
        cpus, memory = scalars.get('cpus', 0), scalars.get('mem', 0)
        if self.options.mode == 'executor':
            cpus, memory = cpus - 0.1, memory - 32
        tasks = []
        while self.may_launch() > 0 and cpus >= CPUS and memory >= MEMORY:
            cpus, memory = cpus - CPUS, memory - MEMORY
            tasks.append(self.task(offer))
        if tasks:
            driver.launchTasks(offer['id'], tasks, {'refuse_seconds': 0.1})
        else:
            driver.declineOffer(offer['id'], {'refuse_seconds': 0.5})

    def task(self, offer):
        name = 'task-%d' % len(self.launched)
        self.launched[name] = True
        task = dict(
            name=name, task_id=dict(value=name), agent_id=offer['agent_id'],
            resources=[dict(name='cpus', type='SCALAR', scalar=dict(value=CPUS)),
                       dict(name='mem', type='SCALAR', scalar=dict(value=MEMORY))])
        if self.options.mode == 'command':
            task['command'] = dict(shell=True, value='sleep %s' % self.options.sleep)
        else:
            here = os.path.dirname(os.path.abspath(__file__))
            program = '%s %s' % (sys.executable, os.path.join(here, 'pymesos_executor.py'))
            task['executor'] = dict(
                executor_id=dict(value='shared'), name='shared', type='CUSTOM',
                command=dict(value=program, shell=True),
                resources=[dict(name='cpus', type='SCALAR', scalar=dict(value=0.1)),
                           dict(name='mem', type='SCALAR', scalar=dict(value=32))])
            task['data'] = encode_data(str(self.options.sleep).encode())
        return task

    def statusUpdate(self, driver, update):
        with self.lock:
            name, state = update['task_id']['value'], update['state']
            self.states[state] += 1
            if self.options.wait_for and self.states['TASK_RUNNING'] == self.options.count // 2 and not self.saidHalf:
                self.saidHalf = True
                say(event='half', launched=len(self.launched))
            if state in TERMINAL:
                self.ended[name] += 1
                if state != 'TASK_FINISHED':
                    say(event='unexpected', task=name, state=state, message=update.get('message', ''),
                        reason=update.get('reason', ''))
            if len(self.ended) == self.options.count:
                self.done.set()

    def frameworkMessage(self, driver, executor_id, agent_id, message):
        say(event='message', executor=executor_id['value'])

    def error(self, driver, message):
        say(event='error', message=message)
        self.done.set()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('master')
    parser.add_argument('count', type=int)
    parser.add_argument('mode', choices=['command', 'executor'])
    parser.add_argument('--wait-for')
    parser.add_argument('--sleep', default='0.1')
    parser.add_argument('--checkpoint', action='store_true')
    parser.add_argument('--timeout', type=float, default=120)
    options = parser.parse_args()

    framework = dict(user=getpass.getuser(), name='pymesos-conformance', hostname=socket.gethostname(),
                     checkpoint=options.checkpoint, failover_timeout=600)
    launcher = Launcher(options)
    driver = MesosSchedulerDriver(launcher, framework, options.master)
    started = time.time()
    driver.start()
    finished = launcher.done.wait(options.timeout)
    time.sleep(0.5)  # lets acknowledgements and, should there be any, repeated updates through
    with launcher.lock:
        say(event='summary', finished=finished, launched=len(launcher.launched), ended=len(launcher.ended),
            repeated=sum(1 for n in launcher.ended.values() if n > 1), states=dict(launcher.states),
            seconds=round(time.time() - started, 3))
    driver.stop()
    driver.join()
    sys.exit(0 if finished else 1)


if __name__ == '__main__':
    main()
