"""Hosts on one machine that are really apart: network namespaces around a switch, each with a name and a cable that can be pulled.

Debian's iproute2 makes them; it needs root.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from cyberspace.ranks.launch import POLICY

AGENT = """#!/bin/sh
# What ssh would do: nothing of the environment goes along, and a host whose cable is pulled does not answer.
host=$1; shift
test -e {folder}/$host.cut && exit 255
exec ip netns exec {prefix}$host unshare --uts env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -c "hostname $host; $*"
"""

REACH = "import errno, socket, sys; s = socket.socket(); s.settimeout(1); sys.exit(s.connect_ex((sys.argv[1], 9)) != errno.ECONNREFUSED)"
"""Whether a host answers, though nobody listens there."""


def unable():
    """Why no hosts can be made here; empty if they can."""
    missing = [tool for tool in ("ip", "unshare") if shutil.which(tool) is None]
    if missing:
        return f"no {' and no '.join(missing)} (Debian: iproute2, util-linux)"
    name = f"try{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode:
        return "network namespaces can't be made (needs root)"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class Hosts:
    """Some hosts and a switch between them.

    Args:
        names: Of the hosts.
        folder: For the agent that the launcher reaches them by.
    """

    def __init__(self, names, folder):
        self.names, self.folder, self._prefix = tuple(names), Path(folder), f"cy{os.getpid()}-"
        self._switch = f"{self._prefix}switch"
        self.agent = self.folder / "agent"
        self.agent.write_text(AGENT.format(folder=self.folder, prefix=self._prefix))
        self.agent.chmod(0o755)

    def up(self):
        ip("netns", "add", self._switch)
        ip("-n", self._switch, "link", "add", "bridge", "type", "bridge")
        ip("-n", self._switch, "link", "set", "bridge", "up")
        known = "127.0.0.1 localhost\n" + "".join(f"10.99.0.{k} {name}\n" for k, name in enumerate(self.names, 1))
        for k, name in enumerate(self.names, 1):
            space = self._prefix + name
            ip("netns", "add", space)
            Path("/etc/netns", space).mkdir(parents=True, exist_ok=True)
            Path("/etc/netns", space, "hosts").write_text(known)
            ip("-n", space, "link", "add", "cable", "type", "veth", "peer", "name", name, "netns", self._switch)
            ip("-n", self._switch, "link", "set", name, "master", "bridge", "up")
            ip("-n", space, "addr", "add", f"10.99.0.{k}/24", "dev", "cable")
            for link in ("lo", "cable"):
                ip("-n", space, "link", "set", link, "up")

    def down(self):
        for name in self.names:
            self.lose(name)
            subprocess.run(["ip", "netns", "del", self._prefix + name], capture_output=True)
            shutil.rmtree(Path("/etc/netns", self._prefix + name), ignore_errors=True)
        subprocess.run(["ip", "netns", "del", self._switch], capture_output=True)

    def space(self, name):
        """Network namespace of a host."""
        return self._prefix + name

    def cut(self, name):
        """Pull the cable of a host."""
        (self.folder / f"{name}.cut").touch()
        ip("-n", self._switch, "link", "set", name, "down")

    def mend(self, name):
        """Put it back."""
        ip("-n", self._switch, "link", "set", name, "up")
        (self.folder / f"{name}.cut").unlink(missing_ok=True)

    def processes(self, name):
        """Numbers of all processes of a host."""
        told = subprocess.run(["ip", "netns", "pids", self._prefix + name], capture_output=True, text=True).stdout
        return [int(number) for number in told.split()]

    def lose(self, name):
        """Kill all that runs on a host, the launcher's daemon too."""
        for number in self.processes(name):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def launch(self, on, *arguments, **environment):
        """`cyberspace launch` on a host; what it says goes to a file, `told` reads it."""
        for name in self.names:  # one whose cable was put back just now is not found at once
            wait_for(lambda name=name: name == on or self._reaches(name, on), 30, f"{name} does not reach {on}")
        line = [sys.executable, "-m", "cyberspace", "launch", *map(str, arguments)]
        inside = ["unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', on, *line]
        variables = {**os.environ, "PRTE_MCA_plm_ssh_agent": str(self.agent), "PYTHONPATH": os.getcwd(), **environment}
        variables.pop(POLICY, None)  # who has one of their own places ranks by it
        with (self.folder / "told").open("w") as told:
            return subprocess.Popen(
                ["ip", "netns", "exec", self._prefix + on, *inside], env=variables, stdout=told, stderr=told
            )

    def _reaches(self, name, other):
        return subprocess.run(["ip", "netns", "exec", self._prefix + name, sys.executable, "-c", REACH, other]).returncode == 0

    @property
    def told(self):
        return (self.folder / "told").read_text()


@contextmanager
def hosts(names, folder):
    """Hosts, as a context."""
    made = Hosts(names, folder)
    try:
        made.up()
        yield made
    finally:
        made.down()


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
