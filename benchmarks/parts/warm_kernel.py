"""A Jupyter kernel that starts at once: it is forked from a process that has imported what the exercises import.

``python warm_kernel.py serve SOCKET`` is that process; ``python warm_kernel.py start SOCKET CONNECTION_FILE`` is what a
kernelspec calls. nbgrader starts one kernel a submission, and most of that time goes into importing torch.
"""

import json
import os
import signal
import socket
import sys


def serve(path: str) -> None:
    """Fork a kernel for each one that asks, until the process is ended."""
    import ipykernel.kernelapp
    import torch

    from fusion_edu import checks, widgets  # noqa: F401

    torch.set_num_threads(1)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        while True:
            asking, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                request = json.loads(asking.makefile().readline())
                os.chdir(request["folder"])
                ipykernel.kernelapp.launch_new_instance(argv=["-f", request["file"]])
                os._exit(0)  # only now is the connection closed, and ``start`` ends
            asking.close()


def start(path: str, file: str) -> None:
    """Ask for a kernel, and last as long as it does."""
    with socket.socket(socket.AF_UNIX) as kernel:
        kernel.connect(path)
        kernel.sendall(json.dumps({"file": file, "folder": os.getcwd()}).encode() + b"\n")
        kernel.recv(1)


if __name__ == "__main__":
    {"serve": serve, "start": start}[sys.argv[1]](*sys.argv[2:])
