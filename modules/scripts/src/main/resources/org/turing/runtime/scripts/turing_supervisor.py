"""Starts and ends the children of one runtime.

The runtime's JVM speaks to it in JSON lines, requests on standard input and events on standard output:

    {"op": "begin", "folder": ..., "mark": ..., "environment": {...}, "heartbeat_limit": s,
     "silence_grace": s, "limits": {"RLIMIT_DATA": bytes or null, "RLIMIT_NOFILE": files or null}, "successor": false,
     "end": [{"id": 1, "pid": 4711}]}                                  -> ready; what a predecessor left is killed
    {"op": "spawn", "id": 1, "argv": [...], "environment": {...}}      -> spawned (pid) or refused (errno, error)
    {"op": "opened", "id": 1}                                          the JVM has opened its ends of the pipes
    {"op": "end", "id": 1, "grace": s}                                 SIGTERM now, SIGKILL after the grace
    {"op": "heartbeat"}                                                -> heartbeat

    {"event": "exited", "id": 1, "code": 0 or "signal": "SIGKILL",
     "silenced": true}           it was ended because the JVM was silent
    {"event": "gone", "id": 1}       no process of the child's is left: its lane is free

What it promises: every child leads a session, and so a process group, of its own; what a child leaves behind is ended
once the child has exited, even if it made a session of its own (Linux: this process is a child subreaper); when the JVM
dies (end of input) or stays silent for longer than the limit (stopped, frozen) every child is ended within the grace for
silence. No child dumps core, and where memory runs short the kernel ends children before the JVM or the database.

Data does not flow through here. A child's standard streams are FIFOs: the supervisor holds both ends open until the
JVM has opened its own, so that no open() blocks and nothing written meanwhile is lost.
"""

import ctypes
import json
import os
import resource
import select
import signal
import sys
import time

LEFTOVER_GRACE = 1.0  # seconds between SIGTERM and SIGKILL for what a child left behind
OOM_SCORE = b"500"  # of 1000: children go first where memory runs short, by as much as half of the memory
LAST_WAIT = 5.0  # seconds after the end of input until the supervisor leaves, whatever cannot be ended
POLL = 0.02  # seconds between looks at groups that are about to end
PR_SET_CHILD_SUBREAPER = 36
SIGNALS_TO_RESET = (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD)


class Child:
    """A process group that this supervisor ends; the group of an earlier supervisor has no leader to wait for."""

    def __init__(self, child_id, pid, foreign=False):
        self.id = child_id
        self.pid = pid  # also its process group and session
        self.foreign = foreign
        self.exited = foreign
        self.kill_at = None
        self.silenced = False  # ended because the JVM was silent


class Supervisor:
    def __init__(self):
        self.children = {}
        self.pipes = {}  # by child: [(path, descriptor)] until the JVM has opened its ends, which may outlast the child
        self.orphan_owners = {}
        self.incoming = b""
        self.outgoing = b""
        self.heard_at = time.monotonic()
        self.leave_at = None
        self.heartbeat_limit = None
        self.silence_grace = 0.0  # seconds between SIGTERM and SIGKILL when the JVM is dead or silent
        self.subreaper = become_subreaper()
        self.wake_read, wake_write = os.pipe()
        os.set_blocking(self.wake_read, False)
        os.set_blocking(wake_write, False)
        os.set_blocking(1, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(ignored, signal.SIG_IGN)  # the JVM decides when to leave, and its end is seen as end of input

    def run(self):
        try:
            while self.leave_at is None or (self.children and time.monotonic() < self.leave_at):
                readers = [self.wake_read] if self.leave_at else [0, self.wake_read]
                writers = [1] if self.outgoing else []
                readable, writable, _ = select.select(readers, writers, [], self.pause())
                if self.wake_read in readable:
                    drain(self.wake_read)
                if 0 in readable:
                    self.hear()
                self.reap()
                self.look()
                self.flush()
        finally:
            for child in self.children.values():
                self.signal_all(child, signal.SIGKILL)
            for child_id in list(self.pipes):
                self.release_pipes(child_id)

    def pause(self):
        """Seconds until something is due without being asked, or None."""
        now = time.monotonic()
        due = [] if self.leave_at is None else [self.leave_at]
        for child in self.children.values():
            if child.exited:
                due.append(now + POLL)
            elif child.kill_at is not None:
                due.append(child.kill_at)
        if self.children and self.heartbeat_limit is not None and not self.silent(now):
            due.append(self.heard_at + self.heartbeat_limit)
        return max(0.0, min(due) - now) if due else None

    def silent(self, now):
        return self.heartbeat_limit is not None and now - self.heard_at > self.heartbeat_limit

    # ---------------------------------------------------------------- requests

    def hear(self):
        data = os.read(0, 1 << 16)
        self.heard_at = time.monotonic()
        if not data:
            self.leave_at = self.heard_at + LAST_WAIT
            self.end_all(self.silence_grace)
            return
        self.incoming += data
        *lines, self.incoming = self.incoming.split(b"\n")
        for line in lines:
            request = json.loads(line)
            getattr(self, "on_" + request["op"])(request)

    def on_begin(self, request):
        self.folder = request["folder"]
        self.mark = request["mark"]
        self.environment = encoded(request["environment"])
        self.heartbeat_limit = request["heartbeat_limit"]
        self.silence_grace = request["silence_grace"]
        self.limits = [(getattr(resource, name), value) for name, value in request["limits"].items() if value is not None]
        self.limits.append((resource.RLIMIT_CORE, 0))
        for group in request["end"]:
            self.children[group["id"]] = Child(group["id"], group["pid"], foreign=True)
        for pid in marked_processes(self.mark) if request["successor"] else ():
            send(os.kill, pid, signal.SIGKILL)
        for child in self.children.values():
            self.signal_all(child, signal.SIGKILL)
        self.tell({"event": "ready"})

    def on_spawn(self, request):
        child_id = request["id"]
        argv = [argument.encode("utf-8", "surrogateescape") for argument in request["argv"]]
        environment = {**self.environment, **encoded(request["environment"])}
        environment[b"TURING_CHILD"] = b"%s.%d" % (self.mark.encode(), child_id)
        kept, given = self.pipes.setdefault(child_id, []), []
        try:
            for number in range(3):
                path = os.path.join(self.folder, "%d.%d" % (child_id, number))
                os.mkfifo(path, 0o600)
                kept.append((path, os.open(path, os.O_RDWR | os.O_NONBLOCK)))
                given.append(os.open(path, os.O_WRONLY if number else os.O_RDONLY))
            pid = self.spawn(argv, environment, given)
        except (OSError, ValueError) as problem:
            self.release_pipes(child_id)
            number = getattr(problem, "errno", None)
            text = os.strerror(number) if number else str(problem)
            self.tell({"event": "refused", "id": child_id, "errno": number or 0, "error": text})
            return
        finally:
            for descriptor in given:
                os.close(descriptor)
        self.children[child_id] = Child(child_id, pid)
        self.bind(pid)
        self.tell({"event": "spawned", "id": child_id, "pid": pid})
        self.flush()

    def spawn(self, argv, environment, streams):
        # posix_spawn starts a child without copying this process; limits are lent to it through inheritance.
        own = [(which, resource.getrlimit(which)) for which, _ in self.limits]
        try:
            for (which, value), (_, (_, hard)) in zip(self.limits, own):
                resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
            return os.posix_spawn(
                argv[0],
                argv,
                environment,
                file_actions=[(os.POSIX_SPAWN_DUP2, stream, number) for number, stream in enumerate(streams)],
                setsid=True,
                setsigmask=(),
                setsigdef=SIGNALS_TO_RESET,
            )
        finally:
            for which, limit in own:
                resource.setrlimit(which, limit)

    def bind(self, pid):
        """Makes the limits of a new child hard ones, which it can't raise, and offers it first where memory runs short."""
        for which, value in self.limits if hasattr(resource, "prlimit") else ():
            try:
                soft, hard = resource.prlimit(pid, which)
                most = value if hard == resource.RLIM_INFINITY else min(value, hard)
                resource.prlimit(pid, which, (most if soft == resource.RLIM_INFINITY else min(soft, most), most))
            except (OSError, ValueError):
                pass  # it has ended, or taken another user's rights
        try:
            with open("/proc/%d/oom_score_adj" % pid, "wb") as file:
                file.write(OOM_SCORE)
        except OSError:
            pass  # it has ended, or this is no Linux

    def on_opened(self, request):
        self.release_pipes(request["id"])

    def release_pipes(self, child_id):
        for path, descriptor in self.pipes.pop(child_id, ()):
            os.close(descriptor)
            remove(path)

    def on_end(self, request):
        child = self.children.get(request["id"])
        if child:
            self.end(child, request["grace"])

    def on_heartbeat(self, request):
        self.tell({"event": "heartbeat"})

    # ---------------------------------------------------------------- ending

    def end(self, child, grace):
        """SIGTERM once, SIGKILL after the grace; a second call can only bring SIGKILL forward."""
        at = time.monotonic() + grace
        if child.kill_at is None:
            self.signal_all(child, signal.SIGTERM if grace > 0 else signal.SIGKILL)
            child.kill_at = at
        child.kill_at = min(child.kill_at, at)

    def end_all(self, grace):
        for child in self.children.values():
            self.end(child, grace)

    def reap(self):
        leaders = {child.pid: child for child in self.children.values() if not child.exited}
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = leaders.get(pid)
            if child:
                child.exited = True
                event = {"event": "exited", "id": child.id, "silenced": child.silenced}
                if os.WIFSIGNALED(status):
                    event.update(signal=signal_name(os.WTERMSIG(status)))
                else:
                    event.update(code=os.WEXITSTATUS(status))
                self.tell(event)

    def look(self):
        """Ends what exited children left behind, says who is gone, and notices that the JVM is silent."""
        now = time.monotonic()
        if self.silent(now):
            for child in self.children.values():
                child.silenced = True
            self.end_all(self.silence_grace)
        exited = [child for child in self.children.values() if child.exited]
        orphans = self.orphans() if exited and self.subreaper else {}
        for child in exited:
            if not self.anything_left(child, orphans):
                del self.children[child.id]
                self.tell({"event": "gone", "id": child.id})
            elif child.kill_at is None or child.kill_at > now + LEFTOVER_GRACE:
                child.kill_at = None
                self.end(child, LEFTOVER_GRACE)
        for child in self.children.values():
            if child.kill_at is not None and now >= child.kill_at:
                self.signal_all(child, signal.SIGKILL)
                child.kill_at = now + POLL

    def anything_left(self, child, orphans):
        if any(owners == {child.id} for owners in orphans.values()):
            return True
        if not send(os.killpg, child.pid, 0):
            return False
        return not child.foreign or living_member(child.pid)

    def signal_all(self, child, number):
        send(os.killpg, child.pid, number)
        for pid, owners in (self.orphans() if self.subreaper and not child.foreign else {}).items():
            if owners == {child.id}:
                send(os.killpg, pid, number)
                send(os.kill, pid, number)

    def orphans(self):
        """Processes that outlived their parents, by pid, with the children that they may come from and that still run.

        The mark in the environment tells whose an orphan is. Without it, it may be anybody's who ran when it was first
        seen, and is ended once a single one of them remains.
        """
        leaders = {child.pid for child in self.children.values()}
        running = {child.id for child in self.children.values() if not child.exited}
        known = {}
        for pid in children_of_this_process():
            if pid not in leaders:
                owners = self.orphan_owners.get(pid)
                if owners is None:
                    owner = marked_owner(pid, self.mark)
                    owners = {owner} if owner in self.children else set(self.children)
                known[pid] = owners
        self.orphan_owners = known
        return {pid: self.answerable(owners, running) for pid, owners in known.items()}

    def answerable(self, owners, running):
        """The one child that an orphan is ended with, or nobody while it may be that of several."""
        if len(owners) == 1:
            return owners
        rest = set() if owners & running else owners & self.children.keys()
        return {max(rest)} if rest else rest

    # ---------------------------------------------------------------- events

    def tell(self, event):
        self.outgoing += json.dumps(event).encode() + b"\n"

    def flush(self):
        # Never blocks: a stopped JVM reads nothing, and its children must be ended all the same.
        try:
            while self.outgoing:
                self.outgoing = self.outgoing[os.write(1, self.outgoing):]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.outgoing = b""


def encoded(environment):
    return {k.encode("utf-8", "surrogateescape"): v.encode("utf-8", "surrogateescape") for k, v in environment.items()}


def become_subreaper():
    """Makes orphans among this process's descendants its children (Linux 3.4)."""
    try:
        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


def send(how, target, number):
    """Sends a signal; False if there is nobody to receive it."""
    try:
        how(target, number)
        return True
    except ProcessLookupError:
        return False
    except PermissionError:
        return True


def children_of_this_process():
    me = os.getpid()
    try:
        with open("/proc/%d/task/%d/children" % (me, me), "rb") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [pid for pid, parent, _, _ in processes() if parent == me]


def processes():
    """Every process that can be seen: (pid, parent, group, state)."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            yield int(name), int(fields[1]), int(fields[2]), fields[0]


def living_member(group):
    """Whether a group that this process is not the parent of has a member that is more than a zombie."""
    if not os.path.isdir("/proc/self"):
        return True
    return any(member == group and state not in b"ZX" for _, _, member, state in processes())


def marked_owner(pid, mark):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            found = file.read().split(b"\0TURING_CHILD=%s." % mark.encode())
        return int(found[1].split(b"\0")[0]) if len(found) > 1 else None
    except (OSError, ValueError):
        return None


def marked_processes(mark):
    if not os.path.isdir("/proc/self"):
        return []
    return [pid for pid, _, _, _ in processes() if marked_owner(pid, mark) is not None]


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def drain(descriptor):
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        pass


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


if __name__ == "__main__":
    os.setsid()  # a Ctrl-C in the runtime's terminal is the JVM's affair
    Supervisor().run()
    sys.exit(0)
