"""The walls of the box, from inside: limits of the process, an own network, an audit of Python's events, a filter of system calls.

This file imports nothing but Python, since it runs before all else in a process that will hold strange code.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable

NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_DUMPABLE = 1, 38, 22, 4
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06

NAMES = (
    "read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sched_yield", "mremap", "madvise", "nanosleep", "getpid", "exit", "getrusage", "sigaltstack", "gettid", "futex", "sched_getaffinity",
    "clock_gettime", "clock_getres", "clock_nanosleep", "exit_group", "restart_syscall", "getrandom", "rseq", "gettimeofday", "times",
    "mbind", "get_mempolicy",
)  # fmt: skip
"""System calls that arithmetic needs.  None opens a file, and no file is open but the two pipes to the harness."""

NUMBERS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 35, 39, 60, 98, 131, 186, 202, 204, 228, 229, 230, 231, 219, 318, 334, 96,
         100, 237, 239),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233, 101, 172, 93, 165, 132, 178, 98, 123, 113, 114, 115, 94, 128,
         278, 293, 169, 153, 235, 236),
    ),
}  # fmt: skip
"""By machine: the number of the architecture, and the calls of `NAMES` in that order."""


def die_with_parent() -> None:
    """End when the process ends that started this one, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0)


def part_from_network() -> bool:
    """Give this process a network of its own, with nothing in it; whether the system lets it."""
    libc = ctypes.CDLL(None, use_errno=True)
    die_with_parent()
    flags = (CLONE_NEWNET | CLONE_NEWIPC, CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)  # root needs no users of its own
    return sys.platform == "linux" and any(libc.unshare(flag) == 0 for flag in flags)


def limit(memory: int, seconds: int) -> None:
    """Limits of this process: bytes of memory, seconds of processor time; no file may grow, no process be born, nothing be dumped."""
    wanted = {
        "RLIMIT_AS": memory,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NPROC": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 16,
    }
    for name, value in wanted.items():
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        more = value + (name == "RLIMIT_CPU")  # the soft limit tells what it was; the hard one is a SIGKILL like any other
        try:
            resource.setrlimit(number, (value, more if hard == resource.RLIM_INFINITY else min(more, hard)))
        except (OSError, ValueError):  # macOS has no limit on addresses
            continue


def become_nobody() -> bool:
    """Give up the rights of root, if this process has them; whether it has none now."""
    try:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    except OSError:  # a namespace in which nobody else exists
        pass
    return os.getuid() != 0


def filter_calls() -> bool:
    """From now on any system call that is not in `NAMES` kills this process; whether the system lets it be so."""
    if sys.platform != "linux" or platform.machine() not in NUMBERS:
        return False
    arch, allowed = NUMBERS[platform.machine()]
    assert len(allowed) == len(NAMES)
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL_PROCESS), (LOAD, 0, 0, 0)]
    lines += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, KILL_PROCESS)]  # the other numbering of x86_64
    for number in allowed:
        lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    lines.append((RETURN, 0, 0, KILL_PROCESS))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    program = Program(len(lines), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)


def _open(arguments: tuple[object, ...]) -> str:
    mode, flags = arguments[1] if len(arguments) > 1 else None, arguments[2] if len(arguments) > 2 else 0
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    if isinstance(mode, str):
        return "writes" if set(mode) & set("wax+") else "reads"
    return "writes" if isinstance(flags, int) and flags & writes else "reads"


EVENTS = {
    "os.fork": "forks", "os.forkpty": "forks", "os.posix_spawn": "forks", "os.spawn": "forks", "os.exec": "forks", "os.system": "forks",
    "os.startfile": "forks", "subprocess.Popen": "forks", "pty.spawn": "forks", "_thread.start_new_thread": "forks",
    "_thread.start_joinable_thread": "forks",
    "os.listdir": "reads", "os.scandir": "reads", "glob.glob": "reads", "os.chdir": "reads", "os.fwalk": "reads", "os.walk": "reads",
    "os.remove": "writes", "os.rename": "writes", "os.rmdir": "writes", "os.mkdir": "writes", "os.link": "writes", "os.symlink": "writes",
    "os.truncate": "writes", "os.chmod": "writes", "os.chown": "writes", "os.utime": "writes", "os.mkfifo": "writes",
    "os.setxattr": "writes", "tempfile.mkstemp": "writes", "tempfile.mkdtemp": "writes", "sqlite3.connect": "writes",
    "os.kill": "forbidden-call", "os.killpg": "forbidden-call", "signal.pthread_kill": "forbidden-call",
    "resource.setrlimit": "forbidden-call",
    "mmap.__new__": "native", "fcntl.fcntl": "forbidden-call", "fcntl.ioctl": "forbidden-call",
}  # fmt: skip
"""Events of Python's audit, and the code of each."""

FAMILIES = {"socket.": "network", "ctypes.": "native", "urllib.": "network", "ftplib.": "network", "shutil.": "writes"}
"""The same by how an event begins."""

IMPORTS = {
    "socket": "network", "_socket": "network", "ssl": "network", "_ssl": "network", "urllib": "network", "http": "network",
    "asyncio": "network",
    "select": "network", "selectors": "network", "socketserver": "network", "requests": "network",
    "subprocess": "forks", "_posixsubprocess": "forks", "multiprocessing": "forks", "concurrent": "forks",
    "threading": "forks", "_thread": "forks",
    "pty": "forks", "ctypes": "native", "_ctypes": "native", "cffi": "native", "mmap": "native",
    "tempfile": "writes", "shutil": "writes", "sqlite3": "writes", "dbm": "writes", "shelve": "writes",
    "pathlib": "reads", "glob": "reads", "fileinput": "reads", "linecache": "reads", "pydoc_data": "reads", "pydoc": "reads",
}  # fmt: skip
"""What an import of these modules asks for."""


def watch(tell: Callable[[str, str], None], allowed: frozenset[str]) -> None:
    """From now on tell of the first event that a submission has no use for.

    Args:
        tell: Gets the code and what was seen, and never returns.
        allowed: Modules that may be imported; they are there already.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "import":
            name = str(arguments[0])
            if name not in allowed:
                tell(IMPORTS.get(name.partition(".")[0], "imports"), f"import {name}")
            return
        code = _open(arguments) if event == "open" else EVENTS.get(event)
        code = code or next((code for start, code in FAMILIES.items() if event.startswith(start)), None)
        if code:
            tell(code, f"{event} {arguments!r}"[:160])

    sys.addaudithook(hook)
