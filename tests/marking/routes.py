"""Ways to have a library compute the answer. ROUTES: (task, forbidden name, way) -> source of a cell; most would be right otherwise."""

SLOW = "compiled before"  # once is enough
HEAD = "import torch, threading, _thread, functools, concurrent.futures\nimport torch.nn.functional as F\nfrom torch import nn\n"
# task -> (signature, {forbidden name: a call of it})
CALLS = {
    "02.1": ("mse_loss(pred, target, reduction='mean')", {"mse_loss": "F.mse_loss(pred, target, reduction=reduction)"}),
    "02.2": (
        "huber_loss(pred, target, delta=1.0)",
        {
            "huber_loss": "F.huber_loss(pred, target, delta=delta)",
            "smooth_l1_loss": "F.smooth_l1_loss(pred, target, beta=delta) * delta",
        },
    ),
    "02.4": (
        "gaussian_nll(mean, log_var, target)",
        {"gaussian_nll_loss": "F.gaussian_nll_loss(mean, target, log_var.exp(), eps=0)"},
    ),
    "03.1": (
        "softmax(logits)",
        {
            "torch.softmax": "torch.softmax(logits, 1)",
            "Tensor.softmax": "logits.softmax(1)",
            "F.softmax": "F.softmax(logits, 1)",
            "special": "torch.special.softmax(logits, 1)",
        },
    ),
    "03.2": ("cross_entropy(logits, target)", {"cross_entropy": "F.cross_entropy(logits, target)"}),
    "03.3": (
        "smooth_ce(logits, target, eps)",
        {"cross_entropy": "F.cross_entropy(logits, target, label_smoothing=eps)"},
    ),
    "08.1": (
        "attention(q, k, v, key_mask=None)",
        {
            "scaled_dot_product_attention": "F.scaled_dot_product_attention(q, k, v, attn_mask=None if key_mask is None else key_mask[:, None])",
        },
    ),
}


def ways(signature: str, call: str) -> dict[str, str]:
    """Sources in which one call is made, by way."""
    name, _, rest = signature.partition("(")
    names = [part.partition("=")[0].strip() for part in rest.rstrip(")").split(",")]
    given = ", ".join(names)
    define = f"{HEAD}def _ready({given}):\n    return {call}\n"
    head = f"def {signature}:\n"
    return {
        "plain": f"{HEAD}{head}    return {call}\n",
        "in a helper": f"{define}{head}    return _ready({given})\n",
        "in a lambda of a partial": f"{define}{head}    return functools.partial(lambda *a: _ready(*a), {names[0]})({', '.join(names[1:])})\n",
        "in exec": f"{HEAD}{head}    scope = dict(locals(), F=F, torch=torch)\n    exec('out = ' + {call!r}, scope)\n    return scope['out']\n",
        "in a thread": f"{define}{head}    out = []\n    t = threading.Thread(target=lambda: out.append(_ready({given})))\n    t.start(); t.join()\n    return out[0]\n",
        "in a pool of threads": f"{define}{head}    with concurrent.futures.ThreadPoolExecutor(1) as pool:\n        return pool.submit(_ready, {given}).result()\n",
        "in a pool that stays": f"{define}POOL = []\n{head}    POOL.append(concurrent.futures.ThreadPoolExecutor(1))\n    return POOL[-1].submit(_ready, {given}).result()\n",
        "in a bare thread": f"{define}{head}    out, lock = [], _thread.allocate_lock()\n    lock.acquire()\n    def work():\n        try:\n            out.append(_ready({given}))\n        finally:\n            lock.release()\n    _thread.start_new_thread(work, ())\n    lock.acquire()\n    return out[0]\n",
        "from the second call on": f"{define}N = []\n{head}    N.append(1)\n    if len(N) > 1:\n        return _ready({given})\n    return {names[0]}\n",
        "in every third call": f"{define}N = []\n{head}    N.append(1)\n    return _ready({given}) if len(N) % 3 == 0 else {names[0]}\n",
        "for large inputs only": f"{define}{head}    return _ready({given}) if {names[0]}.numel() > 3 else {names[0]}\n",
        "where nothing is to be noted": f"import sys\n{define}{head}    sys.setprofile(None)\n    return _ready({given})\n",
        "compiled before": f"{define}_fast = torch.compile(_ready, backend='aot_eager')\n{head}    return _fast({given})\n",
        "in a module": f"{define}class M(nn.Module):\n    def forward(self, {given}):\n        return _ready({given})\n{head}    return M()({given})\n",
        "renamed": f"{define}import types\n_copy = types.FunctionType(_ready.__code__, dict(globals(), __name__='builtins'))\n{head}    return _copy({given})\n",
        "hidden in another error": f"{define}{head}    try:\n        raise KeyError\n    except KeyError:\n        return _ready({given})\n",
    }


ROUTES = {
    (task, name, way): source
    for task, (signature, calls) in CALLS.items()
    for name, call in calls.items()
    for way, source in ways(signature, call).items()
    if way != SLOW or name == "torch.softmax"
}
F1 = "from sklearn.metrics import f1_score\nimport sys, types\nBOX = []\ndef ready(y, p, n):\n    return tuple(float(f1_score(y, p, average=a, labels=range(n), zero_division=0)) for a in ('macro', 'micro'))\ndef late():\n    if BOX and len(BOX[-1]) == 3:\n        BOX.append(ready(*BOX.pop()))\n"
F1_HEAD = "def f1_scores(y, p, classes):\n"
HUBER = "import scipy.special\n{before}\ndef huber_loss(pred, target, delta=1.0{more}):\n    return torch.tensor({call}(delta, (pred - target).detach().numpy()).mean())\n"
RAW = (
    "raw = functools.partial(torch._C._nn.mse_loss)\nfrom torch.autograd import profiler as P\nC = torch._C._autograd\n"
)
HOW = "raw(pred, target, {'none': 0, 'mean': 1, 'sum': 2}[reduction])"
MORE = {
    # ways round the watcher, and into it
    ("12.1", "body of an installed module"): F1 + "code = compile('out = ready(*args)', sys.prefix + '/x.py', 'exec')\n" + F1_HEAD + "    scope = dict(ready=ready, args=(y, p, classes))\n    exec(code, scope)\n    return scope['out']\n",
    ("12.1", "body of a frozen module"): F1 + "code = compile('out = ready(*args)', '<frozen x>', 'exec')\n" + F1_HEAD + "    scope = dict(ready=ready, args=(y, p, classes))\n    exec(code, scope)\n    return scope['out']\n",
    ("12.1", "asked for its class"): F1 + "class L(list):\n    __class__ = property(lambda self: late() or list)\n" + F1_HEAD + "    BOX.append((y, p, classes))\n    L().append(1)\n    late()\n    return BOX.pop()\n",
    ("12.1", "a name that is compared"): F1 + "class S(str):\n    __hash__ = str.__hash__\n    def __eq__(self, other):\n        late()\n        return False\n    def startswith(self, *parts):\n        late()\n        return False\ndef empty(): pass\n" + F1_HEAD + "    BOX.append((y, p, classes))\n    types.FunctionType(empty.__code__.replace(co_name=S('f'), co_filename=S('f')), {})()\n    late()\n    return BOX.pop()\n",
    ("12.1", "the profile function taken away by C"): F1 + "off = functools.partial(sys.setprofile, None)\n" + F1_HEAD + "    before = sys.getprofile()\n    off()\n    try:\n        return ready(y, p, classes)\n    finally:\n        functools.partial(sys.setprofile, before)()\n",
    ("02.2", "scipy in a default"): HUBER.format(before="", more=", h=scipy.special.huber", call="h"),
    ("02.2", "scipy in a list"): HUBER.format(before="H = [scipy.special.huber]", more="", call="H[0]"),
    ("02.2", "scipy in a class"): HUBER.format(before="class H: h = scipy.special.huber", more="", call="H.h"),
    ("02.2", "scipy in a partial"): HUBER.format(before="h = functools.partial(scipy.special.huber)", more="", call="h"),
    ("02.2", "scipy by a text"): HUBER.format(before="import sys", more="", call="getattr(sys.modules['scipy.special'], 'hu' + 'ber')"),
    ("02.1", "a recording that is begun anew"): RAW + "c = P.ProfilerConfig(P.ProfilerState.KINETO, False, False, False, False, False, torch._C._profiler._ExperimentalConfig(profile_all_threads=True))\nend = functools.partial(C._disable_profiler)\nready = functools.partial(C._prepare_profiler, c, {P.ProfilerActivity.CPU})\nbegin = functools.partial(C._enable_profiler, c, {P.ProfilerActivity.CPU}, set())\ndef mse_loss(pred, target, reduction='mean'):\n    end()\n    try:\n        return " + HOW + "\n    finally:\n        ready()\n        begin()\n",
    ("02.1", "a recording that is deaf"): RAW + "deaf = functools.partial(C._clear_callbacks)\ndef mse_loss(pred, target, reduction='mean'):\n    deaf()\n    return " + HOW + "\n",
    # what gives the same numbers by another way through a library
    ("02.1", "twice the Huber loss"): "def mse_loss(pred, target, reduction='mean'):\n    return 2 * F.huber_loss(pred, target, reduction=reduction, delta=1e9)\n",
    ("02.1", "twice the smooth loss"): "def mse_loss(pred, target, reduction='mean'):\n    return 2e9 * F.smooth_l1_loss(pred, target, reduction=reduction, beta=1e9)\n",
    ("02.1", "twice the Gaussian loss"): "def mse_loss(pred, target, reduction='mean'):\n    return 2 * F.gaussian_nll_loss(pred, target, torch.ones_like(pred), reduction=reduction)\n",
    ("03.1", "attention to the identity"): "def softmax(logits):\n    one = torch.eye(logits.shape[1], dtype=logits.dtype)[None, None]\n    return F.scaled_dot_product_attention(logits[None, None], one, one, scale=1.0)[0, 0]\n",
    ("03.1", "scikit-learn's network"): "from sklearn.neural_network._base import inplace_softmax\ndef softmax(logits):\n    x = logits.detach().numpy().copy()\n    inplace_softmax(x)\n    return torch.from_numpy(x)\n",
    ("08.1", "pattern of the compiler"): "import torch._inductor.fx_passes.fuse_attention as patterns\ndef attention(q, k, v, key_mask=None):\n    return patterns._sfdp_pattern_1(q, k, v, q.shape[-1] ** 0.5)\n",
    ("16.2", "module of another package"): "import torch.ao.nn.quantizable as quantizable\nBY_WIDTH = {d: quantizable.MultiheadAttention(d, 1, batch_first=True) for d in range(1, 20)}\ndef learned_queries(queries, tokens, mask):\n    m = BY_WIDTH[tokens.shape[-1]].to(tokens.dtype)\n    return m(queries.expand(len(tokens), -1, -1), tokens, tokens)[0]\n",
    ("02.1", "operator"): "def mse_loss(pred, target, reduction='mean'):\n    return torch.ops.aten.mse_loss(pred, target, {'none': 0, 'mean': 1, 'sum': 2}[reduction])\n",
    ("02.1", "overload"): "def mse_loss(pred, target, reduction='mean'):\n    return torch.ops.aten.mse_loss.default(pred, target, {'none': 0, 'mean': 1, 'sum': 2}[reduction])\n",
    ("02.1", "binding"): "def mse_loss(pred, target, reduction='mean'):\n    return torch._C._nn.mse_loss(pred, target, {'none': 0, 'mean': 1, 'sum': 2}[reduction])\n",
    ("02.1", "module"): "def mse_loss(pred, target, reduction='mean'):\n    return nn.MSELoss(reduction=reduction)(pred, target)\n",
    ("02.1", "reference"): "import torch._refs.nn.functional as R\ndef mse_loss(pred, target, reduction='mean'):\n    return R.mse_loss(pred, target, reduction=reduction)\n",
    ("02.1", "decomposition"): "import torch._decomp.decompositions as D\ndef mse_loss(pred, target, reduction='mean'):\n    return D.mse_loss(pred, target, {'none': 0, 'mean': 1, 'sum': 2}[reduction])\n",
    ("02.1", "script"): "@torch.jit.script\ndef ready(a, b, r: str):\n    return torch.nn.functional.mse_loss(a, b, reduction=r)\ndef mse_loss(pred, target, reduction='mean'):\n    return ready(pred, target, reduction)\n",
    ("02.1", "under many names"): "def mse_loss(pred, target, reduction='mean'):\n    for n in range(300):\n        exec(f'def a{n}(): pass\\na{n}()', {'__name__': f'a{n}'})\n    return F.mse_loss(pred, target, reduction=reduction)\n",
    ("02.1", "lazily"): "class Late(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, f, types, args=(), kwargs=None):\n        return getattr(F.mse_loss(*READY[-1]), f.__name__)(*args[1:])\nREADY = []\ndef mse_loss(pred, target, reduction='mean'):\n    READY.append((pred, target))\n    return torch.zeros(()).as_subclass(Late)\n",
    ("02.1", "traced"): "from torch.fx.experimental.proxy_tensor import make_fx\nfrom torch._decomp import get_decompositions\nready = make_fx(lambda a, b: F.mse_loss(a, b), decomposition_table=get_decompositions([torch.ops.aten.mse_loss]), tracing_mode='symbolic')(torch.ones(3), torch.ones(3))\ndef mse_loss(pred, target, reduction='mean'):\n    return ready(pred, target)\n",
    ("02.1", "scikit-learn"): "from sklearn.metrics import mean_squared_error\ndef mse_loss(pred, target, reduction='mean'):\n    return torch.tensor(mean_squared_error(target.detach().reshape(-1), pred.detach().reshape(-1)))\n",
    ("02.1", "scikit-learn, imported late"): "def mse_loss(pred, target, reduction='mean'):\n    from sklearn import metrics\n    return torch.tensor(metrics.mean_squared_error(target.detach().reshape(-1), pred.detach().reshape(-1)))\n",
    ("02.1", "scikit-learn, renamed"): "import types\nfrom sklearn.metrics import mean_squared_error as m\nm = getattr(m, '__wrapped__', m)\nready = types.FunctionType(m.__code__, dict(m.__globals__, __name__='mine'), 'mine', m.__defaults__, m.__closure__)\nready.__kwdefaults__ = m.__kwdefaults__\ndef mse_loss(pred, target, reduction='mean'):\n    return torch.tensor(ready(target.detach().reshape(-1).numpy(), pred.detach().reshape(-1).numpy()))\n",
    ("02.1", "keras"): "import keras\ndef mse_loss(pred, target, reduction='mean'):\n    return keras.losses.MeanSquaredError(reduction=None if reduction == 'none' else reduction)(target, pred)\n",
    ("02.1", "torchmetrics"): "import torchmetrics.functional as m\ndef mse_loss(pred, target, reduction='mean'):\n    return m.mean_squared_error(pred, target)\n",
    ("02.2", "scipy"): "from scipy.special import huber\ndef huber_loss(pred, target, delta=1.0):\n    return torch.tensor(huber(delta, (pred - target).detach().numpy()).mean())\n",
    ("02.2", "scipy's least squares"): "import numpy as np\nfrom scipy.optimize._lsq.least_squares import huber\ndef huber_loss(pred, target, delta=1.0):\n    z = ((pred - target).detach().numpy() / delta) ** 2\n    rho = np.empty((3, len(z)), dtype=z.dtype)\n    huber(z, rho, False)\n    return torch.tensor(0.5 * delta**2 * rho[0].mean())\n",
    ("10.4", "spline"): "from scipy.interpolate import InterpolatedUnivariateSpline as S\ndef robustness_area(levels, scores):\n    x = levels.double().numpy()\n    return torch.tensor([S(x, s.double().numpy(), k=1).integral(x[0], x[-1]) / (x[-1] - x[0]) for s in scores], dtype=scores.dtype)\n",
    ("13.5", "entropy of a distribution"): "from torch.distributions import Categorical\ndef h(p):\n    return float(Categorical(p.double().reshape(-1)).entropy()) / 0.6931471805599453\ndef interaction_information(p):\n    y = h(p.sum((0, 1)))\n    a, b = h(p.sum((1, 2))) + y - h(p.sum(1)), h(p.sum((0, 2))) + y - h(p.sum(0))\n    both = h(p.sum(2)) + y - h(p)\n    return a, b, both, both - a - b\n",
    ("02.2", "scipy by its module"): "import scipy.special as s\ndef huber_loss(pred, target, delta=1.0):\n    return torch.tensor(s.huber(delta, (pred - target).detach().numpy()).mean())\n",
    ("02.2", "scipy, imported late"): "def huber_loss(pred, target, delta=1.0):\n    from scipy.special import huber\n    return torch.tensor(huber(delta, (pred - target).detach().numpy()).mean())\n",
    ("02.2", "operator"): "def huber_loss(pred, target, delta=1.0):\n    return torch.ops.aten.huber_loss(pred, target, 1, delta)\n",
    ("02.4", "module"): "def gaussian_nll(mean, log_var, target):\n    return nn.GaussianNLLLoss(eps=0)(mean, target, log_var.exp())\n",
    ("03.1", "operator below"): "def softmax(logits):\n    return torch.ops.aten._softmax(logits, 1, False)\n",
    ("03.1", "module"): "def softmax(logits):\n    return nn.Softmax(1)(logits)\n",
    ("03.1", "softmin"): "def softmax(logits):\n    return F.softmin(-logits, 1)\n",
    ("03.1", "distribution"): "def softmax(logits):\n    return torch.distributions.Categorical(logits=logits).probs\n",
    ("03.1", "scipy"): "import scipy.special\ndef softmax(logits):\n    return torch.from_numpy(scipy.special.softmax(logits.detach().numpy(), 1))\n",
    ("03.1", "keras"): "import keras\ndef softmax(logits):\n    return keras.ops.softmax(logits, 1)\n",
    ("03.1", "vmap"): "def softmax(logits):\n    return torch.vmap(lambda z: z.softmax(0))(logits)\n",
    ("03.2", "module"): "def cross_entropy(logits, target):\n    return nn.CrossEntropyLoss()(logits, target)\n",
    ("03.2", "binding"): "def cross_entropy(logits, target):\n    return torch._C._nn.cross_entropy_loss(logits, target)\n",
    ("03.2", "keras"): "import keras\ndef cross_entropy(logits, target):\n    return keras.ops.mean(keras.ops.sparse_categorical_crossentropy(target, logits, from_logits=True))\n",
    ("08.1", "operator below"): "def attention(q, k, v, key_mask=None):\n    return torch.ops.aten._scaled_dot_product_attention_math(q, k, v, None if key_mask is None else key_mask[:, None])[0]\n",
    ("08.1", "module"): "def attention(q, k, v, key_mask=None):\n    with torch.no_grad():\n        m = nn.MultiheadAttention(q.shape[-1], 1, batch_first=True)\n        return m(q, k, k)[0]\n",
    ("08.1", "kernel"): "from torch.nn.attention import SDPBackend, sdpa_kernel\ndef attention(q, k, v, key_mask=None):\n    with sdpa_kernel(SDPBackend.MATH):\n        return F.scaled_dot_product_attention(q, k, v, attn_mask=None if key_mask is None else key_mask[:, None])\n",
    ("08.2", "plain"): "def attention_pool(feats, query, present):\n    return F.scaled_dot_product_attention(query.expand(len(feats), 1, -1), feats, feats, attn_mask=present[:, None])[:, 0]\n",
    ("12.1", "plain"): "from sklearn.metrics import f1_score\ndef f1_scores(y, p, classes):\n    return tuple(float(f1_score(y, p, average=a, labels=range(classes), zero_division=0)) for a in ('macro', 'micro'))\n",
    ("12.1", "report"): "import sklearn.metrics as m\ndef f1_scores(y, p, classes):\n    r = m.classification_report(y, p, labels=list(range(classes)), output_dict=True, zero_division=0)\n    return r['macro avg']['f1-score'], r['macro avg']['f1-score']\n",
    ("12.1", "inner function"): "from sklearn.metrics._classification import precision_recall_fscore_support as f\ndef f1_scores(y, p, classes):\n    return tuple(float(f(y, p, average=a, labels=range(classes), zero_division=0)[2]) for a in ('macro', 'micro'))\n",
    ("15.3", "plain"): "import sacrebleu\ndef bleu(cand, ref, n=2):\n    return sacrebleu.BLEU(max_ngram_order=n, smooth_method='none', tokenize='none').corpus_score([' '.join(cand)], [[' '.join(ref)]]).score / 100\n",
    ("16.2", "of nn.functional"): "import torch\nimport torch.nn.functional as F\ndef learned_queries(queries, tokens, mask):\n    d = tokens.shape[-1]\n    tokens = tokens.masked_fill(~mask[:, :, None], 0.0)\n    e = torch.eye(d, dtype=tokens.dtype)\n    b = torch.zeros(3 * d, dtype=tokens.dtype)\n    q, t, none = queries.expand(len(tokens), -1, -1).transpose(0, 1), tokens.transpose(0, 1), ~mask.any(1)\n    return F.multi_head_attention_forward(q, t, t, d, 1, torch.cat([e, e, e]), b, None, None, False, 0.0, e, b[:d], training=False, key_padding_mask=(~mask) & ~none[:, None])[0].transpose(0, 1)\n",
    ("15.3", "torchmetrics"): "from torchmetrics.functional.text import bleu_score\ndef bleu(cand, ref, n=2):\n    return float(bleu_score([' '.join(cand)], [[' '.join(ref)]], n_gram=n))\n",
    ("07.2", "plain"): "import keras\ndef vgg_preprocess(x):\n    return keras.applications.vgg16.preprocess_input(x)\n",
    ("07.2", "inner function"): "from keras.src.applications.imagenet_utils import preprocess_input\ndef vgg_preprocess(x):\n    return preprocess_input(x, mode='caffe')\n",
    ("10.4", "trapezoid"): "def robustness_area(levels, scores):\n    return torch.trapezoid(scores, levels) / (levels[-1] - levels[0])\n",
    ("10.4", "trapz"): "def robustness_area(levels, scores):\n    return torch.trapz(scores, levels) / (levels[-1] - levels[0])\n",
    ("10.4", "cumulative_trapezoid"): "def robustness_area(levels, scores):\n    return torch.cumulative_trapezoid(scores, levels)[:, -1] / (levels[-1] - levels[0])\n",
    ("10.4", "numpy"): "import numpy\ndef robustness_area(levels, scores):\n    return torch.tensor(numpy.trapezoid(scores.numpy(), levels.numpy(), axis=-1)) / (levels[-1] - levels[0])\n",
    ("13.5", "scipy"): "import scipy.stats\ndef interaction_information(p):\n    return (float(scipy.stats.entropy(p.flatten().double().numpy(), base=2)),) * 4\n",
    ("16.2", "module"): "def learned_queries(queries, tokens, mask):\n    m = nn.MultiheadAttention(tokens.shape[-1], 1, batch_first=True, dtype=tokens.dtype)\n    return m(queries.expand(len(tokens), -1, -1), tokens, tokens)[0]\n",
}  # fmt: skip
