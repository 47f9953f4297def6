"""An encoder-decoder that writes one symbol after the other, and looks at the tokens of every modality as it writes."""

import math

import torch
from torch import Tensor, nn

from fusion_edu.encoders.masks import masked_mean, token_lengths
from fusion_edu.encoders.symbols import BEGIN, END, PAD
from fusion_edu.modes import evaluating
from fusion_edu.shapes import expect
from fusion_edu.values import whole

__all__ = ["Seq2Seq", "WordMemory", "attention", "greedy", "shift_right"]

Memory = dict[str, tuple[Tensor, Tensor]]  # modality -> tokens (B, S_m, D), which are there (B, S_m)


class WordMemory(nn.Module):
    """Words as tokens that know their neighbours: embedding and a GRU in both directions, (B, T) long -> (B, T, D).

    Args:
        vocabulary: number of word numbers, padding (0) included.
        width: D, even.

    Raises: ValueError at construction: an odd width.
    """

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        if width % 2:
            raise ValueError(f"width is {width}, needs an even number: half for each direction")
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.gru = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)

    def forward(self, ids: Tensor) -> Tensor:
        lengths = token_lengths(ids).clamp_min(1).cpu()  # packed, so that the way back does not begin in the padding
        packed = nn.utils.rnn.pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        return nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=ids.shape[1])[0]


class Seq2Seq(nn.Module):
    """A GRU writes; before each symbol it asks every modality, by attention, for what it needs now.

    Args:
        memories: modality -> module that turns raw tokens (B, S_m, ...) into (B, S_m, width).
        symbols: number C of symbols to choose from, ``len(Symbols)``.
        width: D of the state and of all tokens.
        dropout: share of the features hidden in training before the choice, in [0, 1).

    Shape: x[m] (B, S_m, ...) raw tokens, and x["written"] (B, T) long, the true text one place to the right
        (``shift_right``); returns logits (B, T, C) of the symbol that comes next at each place.
    Missing: a raw token of zeros is padding or missing: it gets weight 0, whatever its memory makes of it. A row may lack
        all tokens of a modality, or of all: then what it hears from there is 0.

    Raises: ValueError at construction: a memory called "written".

    Source: attention after the state: Luong 2015, arXiv:1508.04025; one for each modality: Calixto 2017, arXiv:1702.01287.
    """

    def __init__(self, memories: dict[str, nn.Module], symbols: int, width: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        if "written" in memories:
            raise ValueError("memories has 'written', needs another name: x['written'] is the text")
        self.memories = nn.ModuleDict(memories)
        self.begin = nn.Linear(width * len(memories), width)
        self.embedding = nn.Embedding(symbols, width, padding_idx=PAD)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.ask = nn.ModuleDict({m: nn.Linear(width, width, bias=False) for m in memories})
        self.dropout = nn.Dropout(dropout)
        self.choose = nn.Linear(width * (1 + len(memories)), symbols)

    def remember(self, x: dict[str, Tensor]) -> Memory:
        """For each modality its tokens (B, S_m, D), and which of them are there (B, S_m)."""
        return {m: (memory(x[m]), (x[m] != 0).flatten(2).any(2) if x[m].ndim > 2 else x[m] != 0)
                for m, memory in self.memories.items()}  # fmt: skip

    def first_state(self, memory: Memory) -> Tensor:
        """(1, B, D) from the mean token of each modality."""
        means = [masked_mean(tokens, there) for tokens, there in memory.values()]
        return self.begin(torch.cat(means, dim=1)).tanh().unsqueeze(0)

    def step(self, written: Tensor, state: Tensor, memory: Memory) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Read some symbols (B, T): logits (B, T, C), the state after them, and where it looked, m -> (B, T, S_m)."""
        states, last = self.gru(self.embedding(written), state)
        looks = {m: attention(self.ask[m](states), *memory[m]) for m in memory}
        heard = [looks[m] @ tokens for m, (tokens, _) in memory.items()]
        return self.choose(self.dropout(torch.cat([states, *heard], dim=2))), last, looks

    def forward(self, x: dict[str, Tensor]) -> Tensor:
        memory = self.remember(x)
        return self.step(x["written"], self.first_state(memory), memory)[0]


def attention(queries: Tensor, tokens: Tensor, there: Tensor) -> Tensor:
    """Weights (B, T, S) of the tokens (B, S, D) for queries (B, T, D); rows sum to 1, or are 0 where no token is there."""
    expect(queries=(queries, "B T D"), tokens=(tokens, "B S D"), there=(there, "B S"))
    scores = queries @ tokens.transpose(1, 2) / math.sqrt(tokens.shape[2])
    weights = scores.masked_fill(~there.unsqueeze(1), torch.finfo(scores.dtype).min).softmax(2)
    return weights * there.any(1)[:, None, None]


def shift_right(target: Tensor, begin: int = BEGIN) -> Tensor:
    """What the decoder reads while it learns to write ``target`` (B, T): the same, one place later, ``begin`` in front."""
    expect(target=(target, "B T"))
    return torch.cat([torch.full_like(target[:, :1], begin), target[:, :-1]], dim=1)


@torch.no_grad()
def greedy(model: Seq2Seq, x: dict[str, Tensor], length: int) -> tuple[Tensor, dict[str, Tensor]]:
    """Write, each time the likeliest symbol, until all texts have ended or ``length`` symbols are there.

    Args:
        x: as ``Seq2Seq`` takes it, without "written".
        length: most symbols to write, >= 1.

    Returns:
        ids (B, T) with END and then padding, T <= length; where each symbol looked, m -> (B, T, S_m).
    """
    length = whole("length", length)
    with evaluating(model):
        memory = model.remember(x)
        state = model.first_state(memory)
        last = torch.full((state.shape[1], 1), BEGIN, device=state.device)
        ended = torch.zeros_like(last, dtype=torch.bool)
        written, looks = [], []
        for _ in range(length):
            logits, state, look = model.step(last, state, memory)
            last = logits.argmax(2).masked_fill(ended, PAD)
            written.append(last)
            looks.append(look)
            ended = ended | (last == END)
            if ended.all():
                break
    return torch.cat(written, 1), {m: torch.cat([look[m] for look in looks], dim=1) for m in memory}
