# %% right: the module by name from a dict
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval()
        for p in found.parameters():
            p.requires_grad = False
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = [n for n, m in model.named_modules() if m.training and not list(m.children())]
    return learn, fixed, names

# %% right: loop over all modules
def freeze_report(make, part):
    net = make().train()
    for name, module in net.named_modules():
        if name == part:
            module.requires_grad_(False)
            module.eval()
    counts = {True: 0, False: 0}
    for p in net.parameters():
        counts[p.requires_grad] += p.numel()
    leaves = []
    for name, module in net.named_modules():
        if next(module.children(), None) is None and module.training:
            leaves.append(name)
    return counts[True], counts[False], leaves

# %% right: by prefix, root too
def freeze_report(make, part):
    model = make()
    model.train()
    known = [n for n, _ in model.named_modules()]
    inside = {n for n in known if part in known and (n == part or part == "" or n.startswith(part + "."))}
    for n, m in model.named_modules():
        if n in inside:
            m.training = False
            for p in m.parameters(recurse=False):
                p.requires_grad_(False)
    total = sum(p.numel() for p in model.parameters())
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return learn, total - learn, [n for n, m in model.named_modules() if m.training and len(list(m.children())) == 0]

# %% right: get_submodule with a guard
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    try:
        frozen = model.get_submodule(part)
    except AttributeError:
        frozen = None
    if frozen is not None:
        frozen.eval().requires_grad_(False)
    on = [p for p in model.parameters() if p.requires_grad]
    off = [p for p in model.parameters() if not p.requires_grad]
    leaf = lambda m: not any(True for _ in m.children())
    return sum(map(torch.numel, on)), sum(map(torch.numel, off)), [n for n, m in model.named_modules() if leaf(m) and m.training]

# %% right: next with a default
def freeze_report(make, part):
    model = make()
    model.train(True)
    module = next((m for n, m in model.named_modules() if n == part), None)
    if module is not None:
        for m in module.modules():
            m.train(False)
        for p in module.parameters():
            p.requires_grad_(False)
    learns = stays = 0
    for p in model.parameters():
        if p.requires_grad:
            learns += p.numel()
        else:
            stays += p.numel()
    return learns, stays, [n for n, m in model.named_modules() if m.training and not m._modules]

# %% right: sizes as products of the shape
import math

def _size(p):
    return math.prod(p.shape)

def freeze_report(make, part):
    model = make()
    model.train()
    modules = {name: m for name, m in model.named_modules()}
    if part in modules:
        modules[part].eval()
        [p.requires_grad_(False) for p in modules[part].parameters()]
    sizes = [(_size(p), p.requires_grad) for _, p in model.named_parameters()]
    return (
        sum(s for s, r in sizes if r),
        sum(s for s, r in sizes if not r),
        [n for n, m in modules.items() if m.training and sum(1 for _ in m.children()) == 0],
    )

# %% right: leaf test by modules
def freeze_report(make, part):
    model = make()
    for m in model.modules():
        m.train()
    for n, m in list(model.named_modules()):
        if n == part:
            m.eval()
            for q in m.parameters():
                q.requires_grad = False
            break
    learn = sum([p.numel() for p in filter(lambda p: p.requires_grad, model.parameters())])
    rest = sum([p.numel() for p in filter(lambda p: not p.requires_grad, model.parameters())])
    return [learn, rest, [n for n, m in model.named_modules() if len(list(m.modules())) == 1 and m.training]]

# %% right: a set of frozen modules
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    frozen = set()
    for n, m in model.named_modules():
        if n == part:
            frozen = set(m.modules())
            m.requires_grad_(False)
    for m in frozen:
        m.training = False
    tally = torch.zeros(2, dtype=torch.long)
    for p in model.parameters():
        tally[int(not p.requires_grad)] += p.numel()
    names = [n for n, m in model.named_modules() if m not in frozen and not list(m.children())]
    return int(tally[0]), int(tally[1]), names

# %% wrong: startswith without the dot
def freeze_report(make, part):
    model = make()
    model.train()
    for n, m in model.named_modules():
        if n.startswith(part):
            m.eval()
            for p in m.parameters():
                p.requires_grad = False
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: train mode set after freezing
def freeze_report(make, part):
    model = make()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval()
        found.requires_grad_(False)
    model.train()
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: eval mode forgotten
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: parameters not frozen, eval mode only
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval()
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: everything else is thawed
def freeze_report(make, part):
    model = make()
    model.train()
    for p in model.parameters():
        p.requires_grad = True
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: tensors counted, not scalars
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(1 for p in model.parameters() if p.requires_grad)
    fixed = sum(1 for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: all scalars as the second number
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    return learn, total, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: names of all modules, not only leaves
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training]

# %% wrong: names of the leaves in eval mode
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if not m.training and not list(m.children())]

# %% wrong: only the parameters of the part itself, not of what is inside
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval()
        for p in found.parameters(recurse=False):
            p.requires_grad = False
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: eval for the part itself only, not for its children
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.training = False
        found.requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: train mode not set, the model stays as it was built
def freeze_report(make, part):
    model = make()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: an unknown name is an error
def freeze_report(make, part):
    model = make()
    model.train()
    model.get_submodule(part).eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: counts swapped
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return fixed, learn, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: only children of the model itself are looked at
def freeze_report(make, part):
    model = make()
    model.train()
    for n, m in model.named_children():
        if n == part:
            m.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% two: eval mode forgotten; tensors counted
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.requires_grad_(False)
    learn = sum(1 for p in model.parameters() if p.requires_grad)
    fixed = sum(1 for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% two: startswith without the dot; eval mode forgotten
def freeze_report(make, part):
    model = make()
    model.train()
    for n, p in model.named_parameters():
        if n.startswith(part):
            p.requires_grad = False
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% two: all scalars as the second number; names of all modules
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    return learn, total, [n for n, m in model.named_modules() if m.training]

# %% two: everything else thawed; train mode set after freezing
def freeze_report(make, part):
    model = make()
    model.requires_grad_(True)
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval().requires_grad_(False)
    model.train()
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% two: eval mode forgotten; names of all modules
def freeze_report(make, part):
    model = make()
    model.train()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training]
