"""From a short description to a control that the keyboard can turn."""

import ipywidgets

FREE = {"description_width": "initial"}


def knob(name: str, spec: object, start: object, *, label_width: str = "initial") -> ipywidgets.Widget:
    """One control.

    Args:
        name: its keyword; underscores are shown as spaces.
        spec: (low, high, step) of whole or other numbers, a list of choices, a bool, or a ready ipywidgets control.
        start: the value it shows first; a ready control is set to it, too.
        label_width: CSS width of a slider's name, so that sliders below each other line up.

    Raises:
        ValueError: ``spec`` is none of these, or ``start`` is out of its range.
    """
    label = name.replace("_", " ")
    if isinstance(spec, ipywidgets.Widget):
        spec.value = start
        return spec
    if isinstance(spec, bool):
        return ipywidgets.Checkbox(value=bool(start), description=label, indent=False, style=FREE)
    if isinstance(spec, list) and spec:
        if start not in spec:
            raise ValueError(f"{name} starts at {start!r}, needs one of {spec}")
        look = {"orientation": "horizontal", "style": FREE, "layout": {"width": "auto"}}
        return ipywidgets.RadioButtons(options=spec, value=start, description=label, **look)
    if not (isinstance(spec, tuple) and len(spec) == 3):
        raise ValueError(f"{name} is {spec!r}, needs (low, high, step), a list of choices, or True/False")
    low, high, step = spec
    if not low <= start <= high or step <= 0:
        raise ValueError(f"{name} starts at {start}, needs {low} to {high} and a step > 0 (it is {step})")
    range_ = {"min": low, "max": high, "step": step, "value": start, "description": label}
    look = {"style": {"description_width": label_width}, "layout": {"width": "30em", "max_width": "100%"}}
    if all(isinstance(number, int) for number in (*spec, start)):
        return ipywidgets.IntSlider(**range_, **look)
    digits = max(0, min(4, len(f"{step:.4f}".rstrip("0").split(".")[1])))
    return ipywidgets.FloatSlider(**range_, readout_format=f".{digits}f", **look)
