"""Confine the first process of a sandbox, before it hears of any submission."""

import os
import signal

from fusion_edu.autograder.sandbox.inside import landlock, linux, newroot, seccomp

ROOM_BYTES = 32 << 20


def keeper(folder: str, nobody: int, confined: bool) -> None:
    """Give up everything that a submission must not have.

    Args:
        folder: the only one that a submission may write in.
        confined: whether this is the first process of fresh namespaces.
        nobody: user id to take where the program runs as root.
    """
    os.setsid()  # else a signal to the own group would reach those outside
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if confined:
        private = f"mode=1777,size={ROOM_BYTES},nr_inodes=2000"
        linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, private)
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(nobody, nobody, nobody)
        os.setresuid(nobody, nobody, nobody)
    linux.drop_capabilities() if confined else linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it
    linux.prctl(linux.PR_SET_DUMPABLE, 0)  # no tracing of this process or of a pass
    os.environ.clear()
    os.environ.update(HOME=folder, TMPDIR=folder, OMP_NUM_THREADS="1", KERAS_BACKEND="torch")
    os.chdir(folder)
    if confined:
        landlock.restrict(["/"], [folder, *newroot.DEVICES])
        seccomp.restrict()
