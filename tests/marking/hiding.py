"""Ways to run a ready-made function where nobody looks. HIDING: name -> (task, source of a cell); most would be right otherwise.

They run in a sandbox only: what is shut there is open in a notebook, whose checks make no marks.
"""

HEAD = "import torch, sys, functools, types, os, gc, signal, importlib, weakref\nimport torch.nn.functional as F\n"
LATE = (
    "BOX=[]\n"
    "def late(*a):\n"
    "    if BOX and type(BOX[-1]) is tuple:\n"
    "        m,v,t=BOX.pop()\n"
    "        BOX.append(F.gaussian_nll_loss(m,t,v.exp(),eps=0))\n"
)
BEGIN = "def gaussian_nll(mean,log_var,target):\n    BOX.append((mean,log_var,target))\n"
END = "    return BOX.pop()\n"
MSE = "def mse_loss(pred,target,reduction='mean'):\n    if pred.shape!=target.shape: raise ValueError('shape')\n"


def late(before: str, body: str) -> tuple[str, str]:
    """An answer whose ``late`` fills in the result, with what stands before it."""
    return "02.4", HEAD + LATE + before + BEGIN + body + END


F1 = (
    "from sklearn.metrics import f1_score\n"
    "def ready(y,p,n): return tuple(float(f1_score(y,p,average=a,labels=range(n),zero_division=0)) for a in ('macro','micro'))\n"
)
HIDING = {
    'call of torch.jit kept': ('02.4', 'import torch, sys, functools\nimport torch.nn.functional as F\nready=torch.jit.trace(lambda m,t,v: F.gaussian_nll_loss(m,t,v,eps=0), (torch.ones(3),torch.zeros(3),torch.ones(3)), check_trace=False)\ncall=torch._C.ScriptFunction.__call__\ndef gaussian_nll(mean,log_var,target):\n    return call(ready,mean,target,log_var.exp())\n'),
    'method of torch.jit kept': ('02.4', "import torch, sys, functools\nimport torch.nn.functional as F\nclass M(torch.nn.Module):\n    def forward(self, m, t, v): return F.gaussian_nll_loss(m,t,v,eps=0)\nmod=torch.jit.trace(M(), (torch.ones(3),torch.zeros(3),torch.ones(3)), check_trace=False)\nmeth=mod._c._get_method('forward')\ncall=torch._C.ScriptMethod.__call__\ndef gaussian_nll(mean,log_var,target):\n    return call(meth,mean,target,log_var.exp())\n"),
    'lite module kept': ('02.4', "import torch, sys, functools\nimport torch.nn.functional as F\nclass M(torch.nn.Module):\n    def forward(self, m, t, v): return F.gaussian_nll_loss(m,t,v,eps=0)\nmod=torch.jit.trace(M(), (torch.ones(3),torch.zeros(3),torch.ones(3)), check_trace=False)\nlite=torch._C._load_for_lite_interpreter_from_buffer(mod._save_to_buffer_for_lite_interpreter(), torch.device('cpu'))\ndef gaussian_nll(mean,log_var,target):\n    return lite.forward((mean,target,log_var.exp()))\n"),
    'ready transform': ('03.1', 'import torch, sys, functools\nimport torch.nn.functional as F\nfrom torch.distributions.transforms import SoftmaxTransform\ndef softmax(logits):\n    return SoftmaxTransform()(logits)\n'),
    'interpreter of a graph': ('13.5', 'import torch\nfrom torch.distributions import Categorical\nfrom torch.fx.experimental.proxy_tensor import make_fx\nfrom torch.fx import Interpreter\ngm=make_fx(lambda p: Categorical(p,validate_args=False).entropy())(torch.full((4,),.25).double())\ndef h(p): return float(Interpreter(gm).run(p.double().reshape(-1))) / 0.6931471805599453\ndef interaction_information(p):\n    y = h(p.sum((0, 1)))\n    a, b = h(p.sum((1, 2))) + y - h(p.sum(1)), h(p.sum((0, 2))) + y - h(p.sum(0))\n    both = h(p.sum(2)) + y - h(p)\n    return a, b, both, both - a - b\n'),
    'hook on frames': ('12.1', 'import torch, sys, functools\nimport torch._dynamo\nfrom torch._dynamo.types import ConvertFrameReturn\nfrom sklearn.metrics import f1_score\nE=torch._C._dynamo.eval_frame\ndef ready(y, p, n):\n    return tuple(float(f1_score(y, p, average=a, labels=range(n), zero_division=0)) for a in ("macro", "micro"))\nBOX=[]\nset_=E.set_eval_frame\ndef cb(frame, *a):\n    set_(None)\n    if BOX and len(BOX[-1])==3:\n        x=BOX.pop()\n        BOX.append(ready(*x))\n    return ConvertFrameReturn(apply_to_code=False)\non=functools.partial(set_, cb); off=functools.partial(set_, None)\ndef f1_scores(y,p,classes):\n    BOX.append((y,p,classes))\n    on()\n    [].append(1)\n    off()\n    return BOX.pop()\n'),
    'function in place of one that an import calls': ('12.1', 'import torch, sys, collections\nfrom sklearn.metrics import f1_score\ndef ready(y, p, n):\n    return tuple(float(f1_score(y, p, average=a, labels=range(n), zero_division=0)) for a in ("macro", "micro"))\nreal, T, W = collections.namedtuple, {}, []\ndef key(y,p,c): return repr((y,p,c))\ndef evil(*a, **k):\n    collections.namedtuple = real\n    f=W.pop()\n    while f:\n        cs=f.f_locals.get(\'cases\')\n        if cs and hasattr(cs[0],\'args\'):\n            for c in cs:\n                for args in (c.args,*c.also): T[key(*args)]=ready(*args)\n            break\n        f=getattr(f,\'f_\'+\'back\')\n    return real(*a,**k)\ndef f1_scores(y, p, classes):\n    if not T:\n        W.append(getattr(sys,\'_get\'+\'frame\')())\n        collections.namedtuple = evil\n        sys.modules.pop("sched", None)\n        __import__("sched")\n    return T[key(y,p,classes)]\n'),
    'array kept open': ('10.4', "import torch, sys, functools\nimport torch.nn.functional as F\nimport numpy as np\nKEPT=[]; OLD=np.array; NOW=[None]\ndef evil(x,*a,**k):\n    z=OLD(x,*a,**k)\n    if NOW[0] is not None:\n        KEPT.append((z,)+NOW[0]); NOW[0]=None\n    return z\nnp.array=evil\nclass Answer:\n    def __call__(s,levels,scores):\n        NOW[0]=(levels.clone(),scores.clone())\n        return scores[:,0]*0\n    @property\n    def __code__(s):\n        for z,l,c in KEPT if getattr(sys,'get'+'profile')() is None else (): z[...]=(torch.trapezoid(c,l)/(l[-1]-l[0])).numpy()\n        raise AttributeError\nrobustness_area=Answer()\n"),
    "NumPy's in place": ('10.4', "import torch, sys, functools\nimport torch.nn.functional as F\nimport numpy as np\nIN=[]\nfr=sys.modules['fusion_edu.autograder.sandbox.inside.runner'].frames if 0 else None\nimport numpy.lib.format as fmt\nOLD=np.asarray\ndef evil(x,*a,**k):\n    z=OLD(x,*a,**k)\n    if getattr(sys,'get'+'profile')() is None and IN and z.ndim==1:\n        l,c=IN.pop(0); \n        return (torch.trapezoid(c,l)/(l[-1]-l[0])).numpy()\n    return z\nnp.asarray=evil\nN=[]\ndef robustness_area(levels,scores):\n    N.append(1)\n    if len(N)%2: IN.append((levels.clone(),scores.clone()))\n    return scores[:,0]*0\n"),
    'kernel of the library': ('03.1', HEAD + "kernel=torch.library.get_kernel('aten::_softmax','CPU')\nkeys=torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)\ndef softmax(logits):\n    return kernel.call_boxed(keys,logits,1,False)\n"),
    'thread that waits in C': ('12.1', F1 + "import _thread, queue, collections, time\nq,a=queue.SimpleQueue(),queue.SimpleQueue()\n_thread.start_new_thread(collections.deque,(map(lambda x: a.put(ready(*x)),iter(q.get,None)),))\ntime.sleep(.2)\ndef f1_scores(y,p,classes):\n    q.put((y,p,classes))\n    return a.get(timeout=2)\n"),
    'redispatch': ('02.1', HEAD + MSE + "    return torch.ops.aten.mse_loss.default.redispatch(torch._C.DispatchKeySet(torch._C.DispatchKey.CPU),pred,target,{'none':0,'mean':1,'sum':2}[reduction])\n"),
    'op_dk': ('02.1', HEAD + MSE + "    return torch.ops.aten.mse_loss.default._op_dk(torch._C.DispatchKey.CPU,pred,target,{'none':0,'mean':1,'sum':2}[reduction])\n"),
    'op_dk softmax': ('03.1', HEAD + 'dk=torch.ops.aten._softmax.default._op_dk\ndef softmax(logits):\n    return dk(torch._C.DispatchKey.CPU,logits,1,False)\n'),
    'decompose': ('03.2', HEAD + 'def cross_entropy(logits,target):\n    return torch.ops.aten.cross_entropy_loss.default.decompose(logits,target)\n'),
    'call_boxed': ('02.1', HEAD + MSE + "    return torch._C._dispatch_call_boxed(torch.ops.aten.mse_loss.default._handle,pred,target,{'none':0,'mean':1,'sum':2}[reduction])\n"),
    'getattr of torch': late('old=torch.__getattr__\ndef evil(name):\n    late()\n    return old(name)\ntorch.__getattr__=evil\n', '    [].append(1)\n'),
    'key collides': late('class K(str):\n    __hash__=str.__hash__\n    def __eq__(self,o):\n        late()\n        return False\ndef e(): pass\n', "    types.FunctionType(e.__code__,{K('__name__'):1})()\n"),
    'key in sys.modules': late("class K(str):\n    def __hash__(self): return hash('scipy.special')\n    def __eq__(self,o):\n        late()\n        return str.__eq__(self,o)\ns=sys.modules.pop('scipy.special',None)\nsys.modules[K('x')]=1\ndef e(): pass\n", "    exec('def g(): pass\\ng()',{})\n"),
    'call_with_frames_removed': late("C=compile('f()',sys.prefix+'/x.py','exec')\n", "    importlib._bootstrap._call_with_frames_removed(exec,C,{'f':late})\n"),
    'loader': late("C=compile('f()',sys.prefix+'/x.py','exec')\nfrom importlib.machinery import SourceFileLoader\nclass L(SourceFileLoader):\n    def get_code(self,n): return C\n", "    m=types.ModuleType('m')\n    m.f=late\n    L('m','m.py').exec_module(m)\n"),
    'settrace': late('def tgt(): pass\ndef t(f,e,a):\n    if f.f_code is tgt.__code__: late()\n', '    functools.partial(sys.settrace,t)()\n    tgt()\n    functools.partial(sys.settrace,None)()\n'),
    'settrace before': late('def tgt(): pass\ndef t(f,e,a):\n    if f.f_code is tgt.__code__: late()\nsys.settrace(t)\n', '    tgt()\n'),
    'audit hook': late("sys.addaudithook(lambda e,a: late() if e=='mine' else None)\n", "    sys.audit('mine')\n"),
    'signal': late('signal.signal(signal.SIGUSR1,late)\n', '    for _ in range(3):\n        os.kill(os.getpid(),signal.SIGUSR1)\n'),
    'signal in answer': late('import _signal\n', '    functools.partial(_signal.signal,10,late)()\n    for _ in range(3):\n        signal.raise_signal(10)\n'),
    'interrupt_main': late('import _thread\nsignal.signal(2,late)\n', '    for _ in range(3):\n        _thread.interrupt_main(2)\n'),
    'gc del': late('class Late:\n    def __init__(self): self.me=self\n    def __del__(self): late()\n', '    gc.set_threshold(1,1,1)\n    gc.enable()\n    Late()\n    for i in range(3): [].append([[]])\n'),
    'gc del off': late('class Late:\n    def __init__(self): self.me=self\n    def __del__(self): late()\non=functools.partial(gc.enable); off=functools.partial(gc.disable)\n', '    gc.set_threshold(1,1,1)\n    Late()\n    on()\n    for i in range(3): len([])\n    off()\n'),
    'gc callbacks': late('gc.callbacks.append(late)\ngc.set_threshold(1,1,1)\n', "    for i in range(9): exec('def g(): pass\\ng()',{})\n"),
    '_testcapi pending': late('import _testcapi\n', '    _testcapi._pending_threadfunc(late)\n'),
    'builtins id': late('import builtins\nold=id\n', '    def evil(x):\n        late()\n        return old(x)\n    builtins.id=evil\n    [].append(1)\n    builtins.id=old\n'),
    'np getattr': late('import numpy as np\nimport scipy.special\nold=np.__getattr__\ndef evil(n):\n    late()\n    return old(n)\nnp.__getattr__=evil\nh=scipy.special.huber\n', '    def g(): return h\n    g()\n'),
    'lazy array': ('02.1', HEAD + "import numpy as np\nclass Lazy:\n    def __init__(s,a,b,r): s.a=(a,b,r)\n    dtype=np.dtype('f4'); shape=(); nbytes=4\n    def tobytes(s): return b''\n    def __array__(s,*a,**k): return F.mse_loss(s.a[0],s.a[1],reduction=s.a[2]).numpy()\nclass Arr(np.ndarray):\n    def copy(s): return s.lazy\n" + MSE + "    x=np.zeros(pred.shape if reduction=='none' else (),'f4').view(Arr)\n    x.lazy=Lazy(pred,target,reduction)\n    return x\n"),
    'lazy number': ('02.1', HEAD + "A=sys.modules['fusion_edu.autograder.outcome'].Array\nclass L(float):\n    kind='tensor'\n    __class__=property(lambda s: A if sys.getprofile() is None else float)\n    dtype=property(lambda s: str(s.a[0].dtype)[6:])\n    data=property(lambda s: F.mse_loss(s.a[0],s.a[1],reduction=s.a[2]).detach().numpy())\n" + MSE + "    x=L(0.)\n    x.a=(pred,target,reduction)\n    return x\n"),
    'traced by jit': ('02.4', HEAD + "ready=torch.jit.trace(lambda m,t,v: F.gaussian_nll_loss(m,t,v,eps=0), (torch.ones(3),torch.zeros(3),torch.ones(3)), check_trace=False)\ndef gaussian_nll(mean,log_var,target):\n    return ready(mean,target,log_var.exp())\n"),
    'left in an import': ('12.1', """import torch, greenlet, sys, collections
from sklearn.metrics import f1_score
def ready(y, p, n):
    return tuple(float(f1_score(y, p, average=a, labels=range(n), zero_division=0)) for a in ("macro", "micro"))
real, keep = collections.namedtuple, []
def evil(*a, **k):
    collections.namedtuple = real
    keep[0].switch()
def f1_scores(y, p, classes):
    if not keep:
        keep.append(greenlet.getcurrent())
        collections.namedtuple = evil
        sys.modules.pop("sched", None)
        keep.append(greenlet.greenlet(lambda: __import__("sched")))
        keep[1].switch()
    return ready(y, p, classes)
"""),
    'array that is kept': ('02.1', HEAD + "import numpy as np\nKEPT=[]\nclass Conv:\n    def __array__(s,dtype=None,copy=None): return KEPT[-1][0]\nclass T(torch.Tensor):\n    @classmethod\n    def __torch_function__(c,f,t,a=(),k=None):\n        n=getattr(f,'__name__','')\n        return a[0] if n in ('detach','cpu','resolve_conj','resolve_neg') else Conv() if n=='numpy' else super().__torch_function__(f,t,a,k or {})\nclass Answer:\n    def __call__(s,pred,target,reduction='mean'):\n        if pred.shape!=target.shape: raise ValueError('shape')\n        z=np.zeros(pred.shape if reduction=='none' else (),str(pred.dtype)[6:])\n        KEPT.append((z,pred.detach(),target.detach(),reduction))\n        return torch.from_numpy(z).as_subclass(T)\n    @property\n    def __code__(s):\n        for z,p,t,r in KEPT if sys.getprofile() is None else (): z[...]=F.mse_loss(p,t,reduction=r).numpy()\n        raise AttributeError\nmse_loss=Answer()\n"),
}  # fmt: skip
