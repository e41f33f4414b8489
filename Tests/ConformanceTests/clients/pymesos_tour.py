"""An unmodified pymesos operator driver and scheduler on a tour of the master: weights, quota, reservations, volumes,
maintenance, draining.

Usage: pymesos_tour.py MASTER DIRECTORY
MASTER has two agents with static capacity. Each step prints one JSON object: {"event": "check", "name": …, "ok": …};
the last one is {"event": "done"}.
"""
import getpass
import json
import os
import socket
import sys
import threading
import time

from pymesos import MesosOperatorMasterDriver, MesosSchedulerDriver, OperatorMaster, Scheduler

ROLE, PRINCIPAL = 'tour', 'guide'
TERMINAL = {'TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_ERROR', 'TASK_DROPPED', 'TASK_GONE'}


def say(**fields):
    print(json.dumps(fields), flush=True)


def check(name, ok, detail=None):
    say(event='check', name=name, ok=bool(ok), detail=detail)
    if not ok:
        sys.exit(1)


def scalar(name, value, **more):
    return dict(name=name, type='SCALAR', scalar=dict(value=value), **more)


def reserved(name, value, **more):
    return scalar(name, value, reservations=[dict(type='DYNAMIC', role=ROLE, principal=PRINCIPAL)], **more)


def volume(size, name, container_path='data'):
    return reserved('disk', size, disk=dict(
        persistence=dict(id=name, principal=PRINCIPAL),
        volume=dict(mode='RW', container_path=container_path)))


def amount(resources, name, condition=lambda r: True):
    return sum(r['scalar']['value'] for r in resources if r['name'] == name and condition(r))


def is_reserved(resource):
    return bool(resource.get('reservations'))


def persistence(resource):
    return resource.get('disk', {}).get('persistence', {}).get('id')


class Watcher(OperatorMaster):
    """What the operator's event stream says of agents."""

    def __init__(self):
        self.removed = []

    def taskAdded(self, task_info):
        pass

    def taskUpdated(self, task_info):
        pass

    def frameworkAdded(self, framework_info):
        pass

    def frameworkUpdated(self, framework_info):
        pass

    def frameworkRemoved(self, framework_info):
        pass

    def agentAdded(self, agent_info):
        pass

    def agentRemoved(self, agent_id):
        self.removed.append(agent_id)


class Traveller(Scheduler):
    """Keeps what it is told, and hands every offer to whoever waits for one."""

    def __init__(self):
        self.changed = threading.Condition()
        self.offers, self.inverse, self.operations, self.statuses = {}, {}, {}, {}
        self.errors = []

    def _keep(self, table, key, value):
        with self.changed:
            table[key] = value
            self.changed.notify_all()

    def resourceOffers(self, driver, offers):
        for offer in offers:
            self._keep(self.offers, offer['id']['value'], offer)

    def offerRescinded(self, driver, offer_id):
        with self.changed:
            self.offers.pop(offer_id['value'], None)

    def inverseOffers(self, driver, offers):
        for offer in offers:
            self._keep(self.inverse, offer['id']['value'], offer)

    def inverseOfferRescinded(self, driver, offer_id):
        with self.changed:
            self.inverse.pop(offer_id['value'], None)

    def statusUpdate(self, driver, update):
        driver.acknowledgeStatusUpdate(update)
        self._keep(self.statuses, update['task_id']['value'], update)

    def operationStatusUpdate(self, driver, update):
        # The driver's own acknowledgement repeats the status, whose uuid has another form than the call's.
        if 'uuid' in update:
            driver.acknowledgeOperationStatusUpdate(dict(update, uuid=update['uuid']['value']))
        self._keep(self.operations, update['operation_id']['value'], update)

    def error(self, driver, message):
        self.errors.append(message)

    def wait(self, what, find, seconds=30):
        """The first thing `find` gives that is not None."""
        deadline = time.time() + seconds
        with self.changed:
            while True:
                found = find()
                if found is not None:
                    return found
                left = deadline - time.time()
                if left <= 0:
                    check(what, False, dict(
                        offers=list(self.offers.values()), statuses=self.statuses, operations=self.operations,
                        inverse=self.inverse, errors=self.errors))
                self.changed.wait(min(left, 1))

    def offer(self, what, suits, seconds=30):
        """An offer that suits, taken off the table."""
        def find():
            for key, offer in list(self.offers.items()):
                if suits(offer):
                    return self.offers.pop(key)
            return None
        return self.wait(what, find, seconds)

    def decline_all(self, driver):
        """Gives the offers at hand back, to see the resources in their newest form."""
        with self.changed:
            waiting = [dict(value=key) for key in self.offers]
            self.offers.clear()
        for key in waiting:
            driver.declineOffer(key, dict(refuse_seconds=0.1))


class Tour:
    def __init__(self, master, directory):
        self.directory = directory
        self.watcher = Watcher()
        self.operator = MesosOperatorMasterDriver(master, operator=self.watcher)
        self.operator.start()
        self.traveller = Traveller()
        framework = dict(
            user=getpass.getuser(), name='tour', hostname=socket.gethostname(), roles=[ROLE], principal=PRINCIPAL,
            checkpoint=True, failover_timeout=600,
            capabilities=[dict(type=name) for name in (
                'MULTI_ROLE', 'RESERVATION_REFINEMENT', 'PARTITION_AWARE')])
        self.driver = MesosSchedulerDriver(self.traveller, framework, master, implicit_acknowledgements=False)
        self.count = 0

    def agents(self):
        return self.operator.getAgents()['get_agents'].get('agents', [])

    def agent(self, id):
        return next(a for a in self.agents() if a['agent_info']['id']['value'] == id)

    def refused(self, name, status, words, call):
        try:
            call()
        except RuntimeError as error:
            text = str(error)
            return check(name, 'code=%d' % status in text and words in text, text)
        check(name, False, 'accepted')

    def eventually(self, name, holds, seconds=30):
        deadline = time.time() + seconds
        while not holds():
            if time.time() > deadline:
                check(name, False, self.agents())
            time.sleep(0.05)
        check(name, True)

    def task(self, offer, command, resources):
        self.count += 1
        return dict(
            name='task', task_id=dict(value='task-%d' % self.count), agent_id=offer['agent_id'], resources=resources,
            command=dict(shell=True, value=command))

    def run_to_end(self, name, task):
        key = task['task_id']['value']
        status = self.traveller.wait(name, lambda: next(
            (s for k, s in self.traveller.statuses.items() if k == key and s['state'] in TERMINAL), None))
        check(name, status['state'] == 'TASK_FINISHED', status)

    # Steps

    def weights_and_quota(self):
        self.operator.updateWeights([dict(role=ROLE, weight=2.5)])
        weights = self.operator.getWeights()['get_weights']['weight_infos']
        check('a weight', [w['weight'] for w in weights if w['role'] == ROLE] == [2.5], weights)
        self.operator.setQuota(dict(role=ROLE, guarantee=[scalar('cpus', 1)]))
        quota = self.operator.getQuota()['get_quota']['status']
        check('a quota', ROLE in json.dumps(quota), quota)
        self.refused('a second quota is refused', 400, 'already has quota', lambda: self.operator.setQuota(
            dict(role=ROLE, guarantee=[scalar('cpus', 1)])))
        self.operator.removeQuota(ROLE)
        check('no quota', ROLE not in json.dumps(self.operator.getQuota()), None)

    def operator_reservations(self):
        id = self.agents()[0]['agent_info']['id']['value']
        self.operator.reserveResources(id, [reserved('cpus', 0.5), reserved('mem', 64), reserved('disk', 64)])
        total = self.agent(id)['total_resources']
        check('reserved by an operator', amount(total, 'cpus', is_reserved) == 0.5, total)
        self.operator.createVolumes(id, [volume(64, 'operated')])
        volumes = [persistence(r) for r in self.agent(id)['total_resources'] if persistence(r)]
        check('a volume of an operator', volumes == ['operated'], volumes)
        self.refused('a volume twice is refused', 400, "Persistence ID 'operated' is not unique",
                     lambda: self.operator.createVolumes(id, [volume(64, 'operated')]))
        self.refused('volumes hold their reservation', 400, 'persistent volume',
                     lambda: self.operator.unreserveResources(id, [volume(64, 'operated')]))
        self.refused('an unknown agent is refused', 400, 'No agent found',
                     lambda: self.operator.reserveResources('nobody', [reserved('cpus', 0.5)]))
        return id

    def operated_volume(self, id):
        def has_volume(offer):
            return offer['agent_id']['value'] == id and 'operated' in [persistence(r) for r in offer['resources']]
        offer = self.traveller.offer('the volume is offered', has_volume)
        held = [r for r in offer['resources'] if is_reserved(r)]
        writer = self.task(offer, 'echo kept > data/word', held)
        self.driver.launchTasks(offer['id'], [writer], dict(refuse_seconds=0.1))
        self.run_to_end('a task writes to the volume', writer)
        offer = self.traveller.offer('the volume is offered again', has_volume)
        reader = self.task(offer, 'test "$(cat data/word)" = kept', [r for r in offer['resources'] if is_reserved(r)])
        self.driver.launchTasks(offer['id'], [reader], dict(refuse_seconds=0.1))
        self.run_to_end('another task reads it', reader)
        self.traveller.decline_all(self.driver)
        self.operator.destroyVolumes(id, [volume(64, 'operated')])
        self.operator.unreserveResources(id, [reserved('cpus', 0.5), reserved('mem', 64), reserved('disk', 64)])
        total = self.agent(id)['total_resources']
        check('nothing is reserved', not any(is_reserved(r) for r in total), total)

    def framework_operations(self):
        offer = self.traveller.offer('a plain offer', lambda o: amount(o['resources'], 'disk') >= 32)
        disk = reserved('disk', 32, allocation_info=dict(role=ROLE))
        made = dict(volume(32, 'own'), allocation_info=dict(role=ROLE))
        cpus = scalar('cpus', 0.1, allocation_info=dict(role=ROLE))
        task = self.task(offer, 'echo own > data/word', [cpus, scalar('mem', 32, allocation_info=dict(role=ROLE)), made])
        self.driver.acceptOffers(offer['id'], [
            dict(type='RESERVE', id=dict(value='reserve'), reserve=dict(resources=[disk])),
            dict(type='CREATE', id=dict(value='create'), create=dict(volumes=[made])),
            dict(type='LAUNCH', launch=dict(task_infos=[task])),
        ], dict(refuse_seconds=0.1))
        self.run_to_end('reserved, created and launched in one call', task)
        for name in ('reserve', 'create'):
            status = self.traveller.wait('%s is answered' % name, lambda: self.traveller.operations.get(name))
            check('%s finished' % name, status['state'] == 'OPERATION_FINISHED', status)
        offer = self.traveller.offer('the own volume is offered', lambda o: 'own' in map(persistence, o['resources']))
        own = next(r for r in offer['resources'] if persistence(r) == 'own')
        freed = {key: value for key, value in own.items() if key != 'disk'}
        self.driver.acceptOffers(offer['id'], [
            dict(type='DESTROY', id=dict(value='destroy'), destroy=dict(volumes=[own])),
            dict(type='UNRESERVE', id=dict(value='unreserve'), unreserve=dict(resources=[freed])),
        ], dict(refuse_seconds=0.1))
        for name in ('destroy', 'unreserve'):
            status = self.traveller.wait('%s is answered' % name, lambda: self.traveller.operations.get(name))
            check('%s finished' % name, status['state'] == 'OPERATION_FINISHED', status)
        self.driver.reconcileOperations([dict(operation_id=dict(value='never'), agent_id=offer['agent_id'])])
        status = self.traveller.wait('an unknown operation is answered', lambda: self.traveller.operations.get('never'))
        check('an unknown operation', status['state'] == 'OPERATION_UNKNOWN', status)

    def draining(self):
        offer = self.traveller.offer('an offer to drain', lambda o: amount(o['resources'], 'cpus') >= 0.1)
        id = offer['agent_id']['value']
        task = self.task(offer, 'sleep 600', [scalar('cpus', 0.1, allocation_info=dict(role=ROLE)),
                                              scalar('mem', 32, allocation_info=dict(role=ROLE))])
        self.driver.launchTasks(offer['id'], [task], dict(refuse_seconds=0.1))
        key = task['task_id']['value']
        self.traveller.wait('it runs', lambda: self.traveller.statuses.get(key, {}).get('state') == 'TASK_RUNNING' or None)
        self.operator._send(dict(type='DRAIN_AGENT', drain_agent=dict(
            agent_id=dict(value=id), max_grace_period=dict(seconds=1), mark_gone=False)))
        self.traveller.wait('the drain kills it', lambda: self.traveller.statuses[key]['state'] in (
            'TASK_KILLED', 'TASK_GONE_BY_OPERATOR') or None)
        self.eventually('drained', lambda: self.agent(id).get('drain_info', {}).get('state') == 'DRAINED')
        check('a drained agent is deactivated', self.agent(id).get('deactivated') is True, self.agent(id))
        with self.traveller.changed:
            offered = [o for o in self.traveller.offers.values() if o['agent_id']['value'] == id]
        check('a drained agent is not offered', not offered, offered)
        self.operator._send(dict(type='REACTIVATE_AGENT', reactivate_agent=dict(agent_id=dict(value=id))))
        self.traveller.offer('offered after reactivation', lambda o: o['agent_id']['value'] == id)
        self.traveller.decline_all(self.driver)

    def maintenance(self):
        offer = self.traveller.offer('an offer for maintenance', lambda o: amount(o['resources'], 'cpus') >= 0.1)
        id = offer['agent_id']['value']
        task = self.task(offer, 'sleep 600', [scalar('cpus', 0.1, allocation_info=dict(role=ROLE)),
                                              scalar('mem', 32, allocation_info=dict(role=ROLE))])
        self.driver.launchTasks(offer['id'], [task], dict(refuse_seconds=0.1))
        key = task['task_id']['value']
        self.traveller.wait('it runs', lambda: self.traveller.statuses.get(key, {}).get('state') == 'TASK_RUNNING' or None)
        pid = self.agent(id)['pid']
        machine = dict(hostname=self.agent(id)['agent_info']['hostname'], ip=pid.split('@')[1].split(':')[0])
        others = [a for a in self.agents() if a['agent_info']['id']['value'] != id]
        check('the agents are machines of their own', all(
            a['agent_info']['hostname'] != machine['hostname'] for a in others), others)
        window = dict(machine_ids=[machine], unavailability=dict(
            start=dict(nanoseconds=int(time.time() * 1e9)), duration=dict(nanoseconds=3600 * 10**9)))
        self.operator.updateMaintenanceSchedule([window])
        schedule = self.operator.getMaintenanceSchedule()['get_maintenance_schedule']['schedule']
        check('scheduled', len(schedule['windows']) == 1, schedule)
        inverse = self.traveller.wait('an inverse offer', lambda: next(
            (o for o in self.traveller.inverse.values() if o['agent_id']['value'] == id), None))
        check('it says when', 'start' in inverse['unavailability'], inverse)
        self.driver.acceptInverseOffers(inverse['id'], dict(refuse_seconds=60))
        self.eventually('the agreement shows', lambda: 'ACCEPT' in json.dumps(self.operator.getMaintenanceStatus()))
        self.refused('machines that are not scheduled', 400, 'not part of a maintenance schedule',
                     lambda: self.operator.startMaintenance([dict(hostname='nobody', ip='10.9.8.7')]))
        self.operator.startMaintenance([machine])
        self.eventually('the agent is removed', lambda: id in self.watcher.removed)
        self.traveller.wait('its task is lost', lambda: self.traveller.statuses[key]['state'] in (
            'TASK_LOST', 'TASK_GONE', 'TASK_GONE_BY_OPERATOR', 'TASK_DROPPED') or None)
        status = self.operator.getMaintenanceStatus()['get_maintenance_status']['status']
        check('the machine is down', [m['hostname'] for m in status['down_machines']] == [machine['hostname']], status)
        self.operator.stopMaintenance([machine])
        status = self.operator.getMaintenanceStatus()['get_maintenance_status']['status']
        check('the machine is up', not status.get('down_machines') and not status.get('draining_machines'), status)

    def gone(self):
        id = self.agents()[0]['agent_info']['id']['value']
        self.operator.markAgentGone(id)
        self.eventually('marked gone', lambda: id not in [a['agent_info']['id']['value'] for a in self.agents()])

    def run(self):
        self.weights_and_quota()
        id = self.operator_reservations()
        self.driver.start()
        self.operated_volume(id)
        self.framework_operations()
        self.draining()
        self.maintenance()
        self.gone()
        check('no errors', not self.traveller.errors, self.traveller.errors)
        say(event='done')


def main():
    tour = Tour(sys.argv[1], sys.argv[2])
    code = 1
    try:
        tour.run()
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == '__main__':
    main()
