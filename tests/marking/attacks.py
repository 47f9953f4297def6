"""What a hostile or broken answer may try. Each stands in the second of three questions; the others are right.

ATTACKS: name -> source of the cell of ``triplet_loss``. Where an attack finds something, it says so in an error.
"""

WRONG = "def triplet_loss(d_pos, d_neg, margin=0.2):\n    return d_pos.sum()\n"
RIGHT = "def triplet_loss(d_pos, d_neg, margin=0.2):\n    return (d_pos - d_neg + margin).clamp(min=0).mean()\n"


def inside(body: str) -> str:
    """An answer that does this when it is called."""
    lines = "\n".join("    " + line for line in body.strip().split("\n"))
    return f"def triplet_loss(d_pos, d_neg, margin=0.2):\n{lines}\n    return d_pos.sum()\n"


READ = """
found = []
for path in PATHS:
    try:
        if os.path.isdir(path):
            found.append((path, os.listdir(path)[:5]))
        else:
            found.append((path, open(path, 'rb').read(300)))
    except OSError:
        pass
raise ValueError('FOUND %r' % found if found else 'nothing')
"""
WALK = """
import os
found = []
for root, folders, files in os.walk('/'):
    if root.count('/') > 1 and 'fusion' not in root:
        folders[:] = [f for f in folders if f in ('python3.11', 'site-packages', 'versions', 'lib', 'v') or 'fusion' in f]
    for name in files:
        if name.endswith(('.ipynb', '.db', '.sqlite')) or 'CANARY' in name or '/fusion_edu' in root:
            found.append(os.path.join(root, name))
raise ValueError('FOUND %r' % found[:5] if found else 'nothing')
"""
OBJECTS = """
import gc, sys
names = ('contrastive_loss', 'triplet_loss', 'reference', 'TASKS', 'Judge')
found = [n for n in sys.modules if n.startswith('fusion_edu.tasks.lesson') or n.endswith(('verdict', 'checks.api', 'marking'))]
for thing in gc.get_objects():
    if type(thing).__name__ in ('Task', 'Mistake', 'Judge', 'Mark'):
        found.append(type(thing).__name__)
    if type(thing).__name__ == 'function' and thing.__name__ in names and thing.__module__ != '__main__':
        found.append(thing.__module__ + thing.__name__)
raise ValueError('FOUND %r' % found[:5] if found else 'nothing')
"""
FRAMES = """
import sys
frame, found = sys._getframe(), []
while frame:
    for name, value in frame.f_locals.items():
        if name in ('expected', 'judge', 'reference', 'secret') or type(value).__name__ in ('Task', 'Judge'):
            found.append((frame.f_code.co_name, name, str(value)[:50]))
    frame = frame.f_back
raise ValueError('FOUND %r' % found[:5] if found else 'nothing')
"""
FORGE = """
import json, os, struct
def frame(**header):
    text = json.dumps(header | {'sizes': []}).encode()
    return struct.pack('<II', len(text), 0) + text
outcome = dict(value=1.0, error=None, errors=[], error_text='', error_line=None, gradient=None, changed=[], repeats=True, randomness=False, printed='')
lies = b''.join(frame(task=t, ended='done') + frame(task=t, case=i, outcome=outcome) for t in ('04.2', '04.3', '04.4') for i in range(30))
lies += b''.join(frame(case=i, outcome=outcome) for i in range(30)) + frame(finished=True, stub=False, ran=[]) + frame(task='04.3', outcome='correct', points=99)
for fd in range(3, 64):
    try: os.write(fd, lies)
    except OSError: pass
"""
FLOOD = """
import os, threading
def pour(fd):
    try:
        while True: os.write(fd, b'x' * 65536)
    except OSError: pass
workers = [threading.Thread(target=pour, args=(fd,), daemon=True) for fd in range(3, 20)]
for w in workers: w.start()
for w in workers: w.join(20)
"""
CLOSE = "import os\nfor fd in range(3, 256):\n    try: os.close(fd)\n    except OSError: pass\n"
FORK = "import os, time\nfor _ in range(200):\n    try: pid = os.fork()\n    except OSError: break\n    if pid == 0:\n        time.sleep(60); os._exit(0)\n"
DAEMON = "import subprocess\nsubprocess.Popen(['/usr/bin/sleep', '3171'], start_new_session=True)\n"
KILL_ALL = "import os, signal\nos.kill(-1, signal.SIGKILL)\n"
KILL_PARENT = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
KILL_FIRST = "import os, signal\nfor number in (1, 2, 9, 10, 15, 19):\n    os.kill(1, number)\n"
MEMORY = "import numpy as _n\nhog = [_n.ones(2**27) for _ in range(6)]\n"
NET = "import socket\ns = socket.create_connection(('127.0.0.1', PORT), 1)\ns.send(b'x')\nraise ValueError('FOUND the network')\n"
ABSTRACT = "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0fusion-canary')\nraise ValueError('FOUND a socket')\n"
ESCAPE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
worked = []
if libc.unshare(0x10000000) == 0: worked.append('user namespace')
if libc.mount(b'none', b'/usr', b'tmpfs', 0, None) == 0: worked.append('mount')
if libc.ptrace(16, 1, 0, 0) == 0: worked.append('ptrace of the keeper')
if libc.ptrace(16, os.getppid(), 0, 0) == 0: worked.append('ptrace of the parent')
if libc.setuid(0) == 0: worked.append('root')
if libc.chroot(b'/') == 0: worked.append('chroot')
try: os.setns(os.open('/proc/1/ns/mnt', 0), 0); worked.append('setns')
except (OSError, AttributeError): pass
open('/dev/null', 'w').close()
"""
WRITE = """
import os
worked = []
for path in PATHS + ['/usr/x', '/x', '/etc/x', '/root/x', '/dev/x', os.path.dirname(os.__file__) + '/x.py', os.__file__]:
    for flag in (os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_APPEND):
        try:
            fd = os.open(path, flag); os.write(fd, b'#'); os.close(fd); worked.append(path)
        except OSError: pass
raise ValueError('FOUND writable %r' % worked if worked else 'nothing')
"""
EVIL = """
class E:
    shape = (); dtype = None; ndim = 0
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *a, **k):
        import numpy; return numpy.full((), .5)
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __repr__(self): return 'tensor(0.5)'
return E()
"""
PICKLE = """
import os
class Bomb:
    def __reduce__(self): return (os.system, ('touch /tmp/fusion-pickle-canary',))
import numpy
return numpy.array([Bomb()], dtype=object)
"""
SUBTENSOR = """
import torch
class T(torch.Tensor):
    @classmethod
    def __torch_function__(cls, f, t, a=(), k=None): return True
    def detach(self): return self
    def __eq__(self, o): return True
return torch.zeros(()).as_subclass(T)
"""
OBSERVER = """
import sys, dataclasses
for name, module in list(sys.modules.items()):
    for attribute in ('same_value', 'differences', 'close', 'failing', 'is_stub', '_equal', '_untouched'):
        if name.startswith('fusion_edu') and hasattr(module, attribute):
            setattr(module, attribute, lambda *a, **k: True)
"""
STUB = "import sys\nm = sys.modules['fusion_edu.autograder.stub']\nm.is_stub = lambda a: False\n"
SIGNALS = "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
TIMER = "import signal, os\nsignal.signal(signal.SIGALRM, lambda *a: os._exit(0))\nsignal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)\n"
THREAD = """
import threading, time, os
def late():
    time.sleep(0.05)
    import torch
    torch.where = torch.relu = torch.clamp = torch.tensor = None
    os._exit(3)
threading.Thread(target=late, daemon=True).start()
"""
DEL = """
import os
class Late:
    def __del__(self): os._exit(7)
keep = Late()
import atexit; atexit.register(lambda: os._exit(8))
"""
PATCH = "import numpy as np, torch\nnp.allclose = torch.allclose = torch.equal = lambda *a, **k: True\n"
BREAK_TORCH = "import torch\nfor n in ('where', 'relu', 'clamp', 'stack', 'tensor', 'cat', 'triu_indices', 'full', 'zeros'):\n    setattr(torch, n, None)\n"
STRIP = "import ast\nclass S(ast.NodeTransformer):\n    def visit_Assert(s, n): return ast.copy_location(ast.Pass(), n)\nget_ipython().ast_transformers.append(S())\n"
RUN_CELL = "ip = get_ipython()\nip.run_cell_async = None\nip.showtraceback = lambda *a, **k: None\n"
DISK = "with open('big', 'wb') as f:\n    while True: f.write(b'x' * (1 << 20))\n"
INODES = "import os\nfor i in range(10**6): open(f'f{i}', 'w').close()\n"
FDS = "import os\nkeep = []\nwhile True: keep.append(os.open('/dev/null', 0))\n"
DEEP = "def f(n): return f(n + 1)\nimport sys; sys.setrecursionlimit(10**9)\nf(0)\n"
SEGFAULT = "import ctypes\nctypes.string_at(0)\n"
PIP = "!pip install evil\n%load_ext evil\nx = !ls /\n%matplotlib inline\n"
OWN_LOSS = "from fusion_edu.losses import triplet\ndef triplet_loss(d_pos, d_neg, margin=0.2):\n    return triplet(d_pos, d_neg, d_neg, margin=margin)\n"
RELOAD = """
import importlib, sys
found = []
for name in ('tasks.lesson04', 'autograder.judge', 'losses.triplet', 'autograder.task', 'autograder.marking.mark'):
    try:
        sys.meta_path[:] = [f for f in sys.meta_path if 'standins' not in type(f).__module__]
        found.append(importlib.import_module('fusion_edu.' + name).__file__)
    except ImportError: pass
raise ValueError('FOUND %r' % found if found else 'nothing')
"""
ENVIRON = "import os\nraise ValueError('FOUND %r' % dict(os.environ) if 'CANARY' in str(os.environ) else 'nothing')\n"
MEMORY_OF_PARENT = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
class V(ctypes.Structure): _fields_ = [('a', ctypes.c_void_p), ('n', ctypes.c_size_t)]
here, there = V(ctypes.addressof(buffer), 64), V(id(os), 64)
for pid in (1, os.getppid()):
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0: raise ValueError('FOUND memory')
"""
RANDOM = "import torch\nreturn torch.rand(())"
HUGE = "import torch\nreturn torch.zeros(300_000_000)"
NESTED = "x = []\nfor _ in range(100_000): x = [x]\nreturn x"
DIGITS = "return 10 ** 10_000"
NAN_KEYS = "return {'array': 10**9, 'kind': 'tensor', 'dtype': 'float32'}"
ERROR_NAME = "class ValueError(Exception):\n    def __str__(self): raise SystemExit(0)\nraise ValueError(1)"

OUTLIVE = """
import ctypes
if ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0: raise ValueError('FOUND a way to outlive the marker')
"""
SMALL_FRAMES = """
import os, struct
one = struct.pack('<II', 13, 0) + b'{"sizes": []}'
for fd in range(3, 64):
    try:
        for _ in range(40): os.write(fd, one * 20_000)
    except OSError: pass
"""
ODD_FRAMES = """
import os, struct
def frame(text, body=b''): return struct.pack('<II', len(text), len(body)) + text + body
def npy(text): return b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(text)) + text
big = npy(b"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 99999999999999999999), }\\n")
lies = [
    frame(b'[' * 100_000), frame(b'{"sizes": [-1, 1]}'), frame(b'{"task": "04.3", "ended": "done", "sizes": [%d]}' % len(big), big),
    frame(b'{"task": ["04.3"], "ended": {}, "sizes": []}'), frame(b'{"cell": "x", "ended": 3, "sizes": []}'), b'\\xff' * 8,
]
for lie in lies:
    for fd in range(3, 64):
        try: os.write(fd, lie)
        except OSError: pass
"""
LEAVE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for folder in ('/tmp', '/dev/shm', '/var/tmp', '.'):
    try: open(folder + '/message', 'w').write('x')
    except OSError: pass
libc.shmget(0x4655, 4096, 0o1666)
libc.msgget(0x4655, 0o1666)
libc.mq_open(b'/message', 0o102, 0o666, None)
"""
FIND = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
found = [folder for folder in ('/tmp', '/dev/shm', '/var/tmp', '.') if os.path.exists(folder + '/message')]
if libc.shmget(0x4655, 4096, 0o666) >= 0: found.append('shared memory')
if libc.msgget(0x4655, 0o666) >= 0: found.append('a queue')
if libc.mq_open(b'/message', 0) >= 0: found.append('a queue by name')
raise ValueError('FOUND %r' % found if found else 'nothing')
"""
SANDBOX_PATCHED = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith('fusion_edu.autograder.sandbox.inside'):
        for attribute in ('pack', 'send', 'run', 'listen', 'end', 'observe', '_packed'):
            if hasattr(module, attribute): setattr(module, attribute, lambda *a, **k: b'')
"""
OS_PATCHED = "import os\nos.fork = os.getpid = lambda: 0\nos.pipe = lambda: (0, 1)\nos._exit = os.write = os.close = lambda *a: 1\n"
BUILTINS = "import builtins\nfor n in ('len', 'sum', 'isinstance', 'type', 'getattr', 'print', 'open'): setattr(builtins, n, None)\n"
JSON = "import json, struct\njson.dumps = lambda *a, **k: '{}'\njson.loads = struct.pack = None\n"
MODE = """
import torch
class Mode(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, f, types, args=(), kwargs=None): return True
mode = Mode()
mode.__enter__()
"""
BECOMES = """
import os, sys
for fd in range(3, 64):
    try: os.set_inheritable(fd, True)
    except OSError: pass
os.execv(sys.executable, ['python', '-c', 'import os\\nfor fd in range(3, 64):\\n  try: os.write(fd, b"x" * 99)\\n  except OSError: pass\\nwhile True: pass'])
"""
STRANGE = """
import torch
d_pos = d_pos.detach()
return [d_pos.to('meta'), d_pos.to_sparse(), torch.view_as_complex(torch.zeros(2, 2)).conj(), torch.zeros(2, dtype=torch.quint8 if 0 else torch.uint8)]
"""
VOID = "import numpy as n\nreturn [n.zeros(3, 'f4,i8'), n.array(['2020'], 'M8[D]'), n.zeros(3, 'V9'), n.array(['x' * 99999])]"
POSES = """
import torch
class Posing:
    __class__ = torch.Tensor
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __iter__(self): return iter(())
return Posing()
"""
NEVER_SHOWN = "class R:\n    def __repr__(self):\n        while True: pass\nreturn R()"
HUGE_NAME = "raise type('E' * 10**7, (Exception,), {})('x' * 10**7)"
SURROGATE = "raise ValueError('\\ud800 \\x1b[2J \\x00 \\uffff')"

ATTACKS = {
    "wrong": WRONG,
    "loop in a cell": WRONG + "while True: pass\n",
    "loop in a function": inside("while True: pass"),
    "loop that ignores signals": WRONG + SIGNALS + "while True: pass\n",
    "os._exit in a cell": WRONG + "import os; os._exit(0)\n",
    "os._exit in a function": inside("import os; os._exit(0)"),
    "sys.exit in a cell": WRONG + "import sys; sys.exit()\n",
    "sys.exit in a function": inside("import sys; sys.exit(0)"),
    "6 GB in a cell": WRONG + MEMORY,
    "6 GB in a function": inside(MEMORY),
    "200 forks": WRONG + FORK,
    "200 forks in a function": inside(FORK),
    "daemon left behind": WRONG + DAEMON,
    "daemon of a function": inside(DAEMON),
    "network": inside(NET),
    "abstract socket": inside(ABSTRACT),
    "kill the parent": WRONG + KILL_PARENT,
    "kill the parent in a function": inside(KILL_PARENT),
    "kill all": WRONG + KILL_ALL,
    "kill all in a function": inside(KILL_ALL),
    "signals to the keeper": inside(KILL_FIRST),
    "100 MB of print": WRONG + "for _ in range(1000): print('x' * 100_000)\n",
    "prints in a function": inside("for _ in range(100): print('x' * 100_000)"),
    "patched allclose": WRONG + PATCH,
    "patched torch": WRONG + BREAK_TORCH,
    "equal to everything": inside(EVIL),
    "strips asserts": WRONG + STRIP,
    "patched run_cell": WRONG + RUN_CELL,
    "patched observer": WRONG + OBSERVER,
    "patched observer in a function": inside(OBSERVER),
    "patched stub detector": STUB + "def triplet_loss(*a):\n    pass\n",
    "pickle payload": inside(PICKLE),
    "tensor subclass": inside(SUBTENSOR),
    "forged messages": WRONG + FORGE,
    "forged messages in a function": inside(FORGE),
    "flooded pipe": inside(FLOOD),
    "flooded pipe in a cell": WRONG + FLOOD,
    "closed pipe": WRONG + CLOSE,
    "closed pipe in a function": inside(CLOSE),
    "objects walked": inside(OBJECTS),
    "frames walked": inside(FRAMES),
    "files walked": inside(WALK),
    "proc walked": inside("import os\nPATHS = ['/proc', '/proc/1/environ', '/proc/1/cmdline', '/proc/self/maps', '/sys']" + READ),
    "secret files read": inside("import os\nPATHS = SECRETS" + READ),
    "parent's memory": inside(MEMORY_OF_PARENT),
    "environment": inside(ENVIRON),
    "writes outside": inside("PATHS = SECRETS" + WRITE),
    "escape": inside(ESCAPE + "if worked: raise ValueError('FOUND %r' % worked)"),
    "modules reloaded": inside(RELOAD),
    "library's own loss": OWN_LOSS,
    "pip and magics": PIP + WRONG,
    "input": WRONG + "input('x')\n",
    "late __del__": WRONG + DEL,
    "late thread": WRONG + THREAD,
    "late thread in a function": inside(THREAD),
    "timer": WRONG + TIMER,
    "fills the disk": WRONG + DISK,
    "many files": inside(INODES),
    "open files": WRONG + FDS,
    "deep recursion": inside(DEEP),
    "segmentation fault": WRONG + SEGFAULT,
    "segmentation fault in a function": inside(SEGFAULT),
    "random answer": inside(RANDOM),
    "huge answer": inside(HUGE),
    "nested answer": inside(NESTED),
    "endless digits": inside(DIGITS),
    "answer like a message": inside(NAN_KEYS),
    "error without text": inside(ERROR_NAME),
    "outlives the marker": inside(OUTLIVE),
    "many small messages": inside(SMALL_FRAMES),
    "odd messages": inside(ODD_FRAMES),
    "odd messages of a cell": WRONG + ODD_FRAMES,
    "leaves a message": inside(LEAVE),
    "finds a message": inside(FIND),
    "patched sandbox": WRONG + SANDBOX_PATCHED,
    "patched sandbox in a function": inside(SANDBOX_PATCHED),
    "patched os": WRONG + OS_PATCHED,
    "patched builtins": WRONG + BUILTINS,
    "patched json": WRONG + JSON,
    "mode of torch": WRONG + MODE,
    "mode of torch in a function": inside(MODE),
    "default device": WRONG + "import torch\ntorch.set_default_device('meta')\n",
    "default dtype": WRONG + "import torch\ntorch.set_default_dtype(torch.float16)\n",
    "traces everything": WRONG + "import sys\nsys.settrace(lambda *a: 1 / 0)\nsys.setprofile(lambda *a: None)\n",
    "becomes another program": inside(BECOMES),
    "kills its group": WRONG + "import os\nos.kill(0, 9)\n",
    "kills its group in a function": inside("import os\nos.killpg(0, 9)"),
    "stops itself": inside("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nsignal.pause()"),
    "sleeps": inside("import time\ntime.sleep(1000)"),
    "memory without a mapping": inside("import os\nfd = os.memfd_create('x')\nraise ValueError('FOUND memory')"),
    "strange tensors": inside(STRANGE),
    "strange arrays": inside(VOID),
    "poses as a tensor": inside(POSES),
    "never shown": inside(NEVER_SHOWN),
    "endless name": inside(HUGE_NAME),
    "half a character": inside(SURROGATE),
    "deep expression": WRONG + "x = " + "-" * 2000 + "1\n",
    "long chain": WRONG + "if 0: pass\n" + "elif 0: pass\n" * 900,
    "a line of blanks": WRONG + " " * 20_000 + "(\n",
    "no Python": "def triplet_loss(d_pos, d_neg:\n",
    "null bytes": WRONG + "x = '\x00'\n",
}  # fmt: skip

HONEST = {
    "right": RIGHT,
    "warns": "import warnings\n" + RIGHT.replace("    return", "    warnings.warn('careful')\n    return"),
    "prints": RIGHT.replace("    return", "    print('hello')\n    return"),
    "magic above": "%matplotlib inline\n%%time\n".replace("%%time\n", "") + RIGHT,
    "cell magic": "%%time\n" + RIGHT,
    "cell magic and a tab": "%%time \t\n" + RIGHT,
    "raises after the definition": RIGHT + "triplet_loss(1)\n",
    "uses an earlier cell's state": RIGHT.replace("d_pos - d_neg + margin", "d_pos - d_neg + margin * STATE['one']"),
    "uses a helper of another cell": RIGHT.replace("(d_pos - d_neg + margin).clamp(min=0)", "hinge(d_pos - d_neg + margin)"),
    "uses another answer": RIGHT.replace("margin)", "margin + 0 * contrastive_loss(d_pos, d_pos * 0 + 1))"),
    "backward in its cell": RIGHT + "import torch\nx = torch.ones(2, requires_grad=True)\ntriplet_loss(x, x).backward()\n",
    "is a lambda": "triplet_loss = lambda d_pos, d_neg, margin=0.2: (d_pos - d_neg + margin).clamp(min=0).mean()\n",
    "is an object": "class Loss:\n    def __call__(self, p, n, margin=0.2):\n        return (p - n + margin).clamp(min=0).mean()\ntriplet_loss = Loss()\n",
    "stands in an if": "if True:\n" + "".join("    " + line + "\n" for line in RIGHT.splitlines()),
    "warns on stderr": "import sys\n" + RIGHT.replace("    return", "    print('warning', file=sys.stderr)\n    return"),
    "asks for input first": "try:\n    name = input('Your name? ')\nexcept EOFError:\n    name = ''\n" + RIGHT,
    "sets threads": "import torch\ntorch.set_num_threads(4)\ntorch.ones(400, 400) @ torch.ones(400, 400)\n" + RIGHT,
}  # fmt: skip
