"""An unmodified pymesos executor: each task sleeps for the seconds in its data, then finishes."""
import sys
import threading
import time

from pymesos import Executor, MesosExecutorDriver, decode_data


class Sleeper(Executor):
    def launchTask(self, driver, task):
        def run():
            def update(state):
                driver.sendStatusUpdate(dict(task_id=task['task_id'], state=state, timestamp=time.time()))
            update('TASK_RUNNING')
            time.sleep(float(decode_data(task['data'])))
            update('TASK_FINISHED')
        thread = threading.Thread(target=run)
        thread.daemon = True
        thread.start()

    def frameworkMessage(self, driver, message):
        driver.sendFrameworkMessage(message)


if __name__ == '__main__':
    driver = MesosExecutorDriver(Sleeper())
    driver.run()
    sys.exit(0)
