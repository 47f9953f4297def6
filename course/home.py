# %% [markdown]
# # Home
#
# Where you were, what comes next, and the map of your way through the course. This page fills itself when it is opened; where
# it does not, choose **Run > Run All Cells**.

# %% fold=true tags=["nbval-ignore-output"]
from fusion_edu import widgets

widgets.home()

# %% [markdown]
# ## Find something
#
# Type a word, in English or Chinese: lessons, exercises and the [glossary](../docs/glossary.md) are searched on this computer.

# %%
widgets.search()

# %% [markdown]
# ## One page a lesson
#
# To print, or to look something up: each has the formulas, what to keep, and the words (File > Print).
