"""Embedding and LSTM: the text branch that articles usually print, with the padding kept out."""

from torch import Tensor, nn

from fusion_edu.encoders.masks import last_frame, token_lengths
from fusion_edu.shapes import expect


class TextLSTM(nn.Module):
    """Reads the words one by one; the state after the last word describes the text.

    The LSTM runs from left to right and the padding is on the right, so the state after the last word has not met it.

    Args:
        vocabulary: number of token numbers, padding (0) and unknown (1) included: ``len(vocabulary)``.
        width: D, size of the state.
        embedding: numbers a word is turned into before the LSTM.

    Shape: ids (B, T) long, 0 is padding and stands behind the words; returns (B, D). A text without words gives zeros.

    Raises: TypeError, ValueError: as ``token_lengths``; IndexError (PyTorch's): a number >= ``vocabulary``.

    Source: Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735.
    """

    def __init__(self, vocabulary: int, *, width: int = 128, embedding: int = 64) -> None:
        super().__init__()
        if vocabulary < 3:
            raise ValueError(f"vocabulary is {vocabulary}, needs >= 3: padding, unknown and one word")
        self.width = width
        self.embedding = nn.Embedding(vocabulary, embedding, padding_idx=0)
        self.lstm = nn.LSTM(embedding, width, batch_first=True)

    def forward(self, ids: Tensor) -> Tensor:
        expect(ids=(ids, "B T"))
        length = token_lengths(ids)
        if not ids.numel():
            return self.embedding.weight.new_zeros(len(ids), self.width)
        states, _ = self.lstm(self.embedding(ids.long()))  # (B, T, D)
        return last_frame(states, length)
