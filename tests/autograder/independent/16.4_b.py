# %% right: look the part up in named_modules, freeze it, count parameters
import torch

def freeze_report(make, part):
    """Build the model, freeze one part; (scalars that learn, scalars that do not, leaves in train mode)."""
    model = make()
    model.train()
    modules = dict(model.named_modules())
    if part in modules:
        frozen = modules[part]
        frozen.eval()
        for p in frozen.parameters():
            p.requires_grad = False
    learning = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = [n for n, m in model.named_modules() if m.training and not list(m.children())]
    return learning, fixed, names

# %% right: chained calls, eval().requires_grad_(False), any/next, terse
import torch

def freeze_report(make, part):
    net = make().train()
    hit = next((m for n, m in net.named_modules() if n == part), None)
    if hit is not None:
        hit.eval().requires_grad_(False)
    count = {True: 0, False: 0}
    for p in net.parameters():
        count[p.requires_grad] += p.numel()
    return count[True], count[False], [n for n, m in net.named_modules()
                                       if m.training and next(m.children(), None) is None]

# %% right: prefix with a dot, long-winded loops, every module inside visited by name
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    inside = []
    for name, module in model.named_modules():
        if name == part:
            inside.append(module)
        elif part != "" and name.startswith(part + "."):
            inside.append(module)
    for module in inside:
        for sub in module.modules():
            sub.eval()
        for parameter in module.parameters(recurse=True):
            parameter.requires_grad_(False)

    n_learn = 0
    n_fixed = 0
    for parameter in model.parameters():
        size = 1
        for s in parameter.shape:
            size *= s
        if parameter.requires_grad:
            n_learn += size
        else:
            n_fixed += size

    leaves = []
    for name, module in model.named_modules():
        has_child = False
        for _ in module.children():
            has_child = True
        if not has_child and module.training:
            leaves.append(name)
    return n_learn, n_fixed, leaves

# %% right: own recursion over the tree of modules, with memory for shared modules and shared parameters
import torch

def freeze_report(make, part):
    root = make()
    root.train()
    tree = []

    def walk(module, name, seen):
        if id(module) in seen:
            return
        seen.add(id(module))
        tree.append((name, module))
        for child_name, child in module._modules.items():
            if child is not None:
                walk(child, name + "." + child_name if name else child_name, seen)

    walk(root, "", set())

    def freeze(module):
        module.eval()
        for p in module._parameters.values():
            if p is not None:
                p.requires_grad_(False)
        for child in module.children():
            freeze(child)

    for name, module in tree:
        if name == part:
            freeze(module)

    params = {id(p): p for _, m in tree for p in m._parameters.values() if p is not None}.values()
    learn = sum(p.numel() for p in params if p.requires_grad)
    total = sum(p.numel() for p in params)
    names = [n for n, m in tree if m.training and len(list(m.children())) == 0]
    return learn, total - learn, names

# %% right: sets of ids of what is frozen, numpy for the sizes
import numpy as np
import torch

def freeze_report(make, part):
    model = make()
    model.train(True)
    named = list(model.named_modules())
    targets = [m for n, m in named if n == part]
    for t in targets:
        t.train(False)
        for p in t.parameters():
            p.requires_grad_(False)
    ps = list(model.parameters())
    sizes = np.array([p.numel() for p in ps], dtype=np.int64)
    on = np.array([p.requires_grad for p in ps], dtype=bool)
    parents = {n for n, m in named if any(True for _ in m.children())}
    return int(sizes[on].sum()), int(sizes[~on].sum()), [n for n, m in named if n not in parents and m.training]

# %% wrong: prefix without the dot, so "text" freezes "text_head" too
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    for name, module in model.named_modules():
        if name.startswith(part):
            module.eval()
            for p in module.parameters():
                p.requires_grad = False
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = [n for n, m in model.named_modules() if not list(m.children()) and m.training]
    return learn, fixed, names

# %% wrong: no eval for the frozen part, only the gradients are switched off
import torch

def freeze_report(make, part):
    model = make().train()
    modules = dict(model.named_modules())
    if part in modules:
        modules[part].requires_grad_(False)
    n_on = n_off = 0
    for p in model.parameters():
        if p.requires_grad:
            n_on += p.numel()
        else:
            n_off += p.numel()
    return n_on, n_off, [k for k, m in modules.items() if m.training and not list(m.children())]

# %% wrong: model.train() is called after the freezing and undoes eval
import torch

def freeze_report(make, part):
    net = make()
    for name, m in net.named_modules():
        if name == part:
            m.eval()
            for p in m.parameters():
                p.requires_grad_(False)
    net.train()
    on = sum(p.numel() for p in net.parameters() if p.requires_grad)
    off = sum(p.numel() for p in net.parameters()) - on
    leaves = [name for name, m in net.named_modules() if len(list(m.children())) == 0 and m.training]
    return on, off, leaves

# %% wrong: sets requires_grad for every parameter anew, what was frozen before learns again
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    model.requires_grad_(True)
    part_module = dict(model.named_modules()).get(part)
    if part_module is not None:
        part_module.requires_grad_(False)
        part_module.eval()
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    names = []
    for n, m in model.named_modules():
        if m.training and sum(1 for _ in m.children()) == 0:
            names.append(n)
    return sum(s for s, r in sizes if r), sum(s for s, r in sizes if not r), names

# %% wrong: get_submodule raises AttributeError for a name that no module has
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    frozen = model.get_submodule(part)
    frozen.eval()
    for p in frozen.parameters():
        p.requires_grad = False
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    rest = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return trainable, rest, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: names of all modules in train mode, containers too, not only leaves
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    for n, m in model.named_modules():
        if n == part:
            m.eval()
            m.requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    still = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return learn, still, [n for n, m in model.named_modules() if m.training]

# %% wrong: only modules directly below the model are looked at, a nested name such as "image.2" freezes nothing
import torch

def freeze_report(make, part):
    model = make().train()
    if part == "":
        model.eval().requires_grad_(False)
    for name, child in model.named_children():
        if name == part:
            child.eval()
            for p in child.parameters():
                p.requires_grad_(False)
    learn = fixed = 0
    for p in model.parameters():
        learn += p.numel() * int(p.requires_grad)
        fixed += p.numel() * int(not p.requires_grad)
    return learn, fixed, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% wrong: scalars that do not learn are counted only in the part, those frozen before are missing
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    module = dict(model.named_modules()).get(part)
    n_frozen = 0
    if module is not None:
        module.eval()
        for p in module.parameters():
            p.requires_grad = False
            n_frozen += p.numel()
    n_learning = sum(p.numel() for p in model.parameters() if p.requires_grad)
    leaves = []
    for name, m in model.named_modules():
        if len(list(m.children())) == 0 and m.training:
            leaves.append(name)
    return n_learning, n_frozen, leaves

# %% wrong: only the part itself is put in eval mode and not what is inside it
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    for name, module in model.named_modules():
        if name == part:
            module.training = False
            for p in module.parameters():
                p.requires_grad_(False)
    counts = [0, 0]
    for p in model.parameters():
        counts[0 if p.requires_grad else 1] += p.numel()
    leaves = [n for n, m in model.named_modules() if m.training and len(list(m.children())) == 0]
    return counts[0], counts[1], leaves

# %% wrong: counts per leaf by its own parameters, a weight shared by two modules is counted twice
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    chosen = dict(model.named_modules()).get(part)
    if chosen is not None:
        chosen.eval()
        for p in chosen.parameters():
            p.requires_grad = False
    learn, fixed, names = 0, 0, []
    for name, m in model.named_modules():
        for p in m.parameters(recurse=False):
            if p.requires_grad:
                learn += p.numel()
            else:
                fixed += p.numel()
        if m.training and not list(m.children()):
            names.append(name)
    return learn, fixed, names

# %% two: parameters counted as tensors and not as scalars; make() called a second time for the names
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    module = dict(model.named_modules()).get(part)
    if module is not None:
        module.eval()
        module.requires_grad_(False)
    learn = len([p for p in model.parameters() if p.requires_grad])
    fixed = len([p for p in model.parameters() if not p.requires_grad])
    mode = {n: m.training for n, m in model.named_modules()}
    names = [n for n, m in make().named_modules() if mode[n] and not list(m.children())]
    return learn, fixed, names

# %% two: only eval, the parameters of the part go on learning; only leaves with parameters are named (no ReLU, Dropout)
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    for name, m in model.named_modules():
        if name == part or name.startswith(part + "."):
            m.eval()
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    fixed = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = [n for n, m in model.named_modules()
             if m.training and not list(m.children()) and len(list(m.parameters())) > 0]
    return learn, fixed, names

# %% two: model not put in train mode, what make() left in eval stays so; second number is the total of all scalars
import torch

def freeze_report(make, part):
    model = make()
    found = dict(model.named_modules()).get(part)
    if found is not None:
        found.eval()
        found.requires_grad_(False)
    learn = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    return learn, total, [n for n, m in model.named_modules() if m.training and not list(m.children())]

# %% two: any piece of the dotted name counts, so "encoder" freezes "image.encoder" too; names sorted by the alphabet
import torch

def freeze_report(make, part):
    model = make()
    model.train()
    for name, m in model.named_modules():
        if name == part or part in name.split("."):
            m.eval()
            for p in m.parameters():
                p.requires_grad = False
    on = sum(p.numel() for p in model.parameters() if p.requires_grad)
    off = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = sorted(n for n, m in model.named_modules() if m.training and not list(m.children()))
    return on, off, names
