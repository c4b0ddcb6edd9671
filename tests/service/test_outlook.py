"""The outlook in words, as the terminal and the editor show it."""

import pytest

from alphacode_server.protocol import Counts, OutlookBody
from alphacode_server.protocol.outlook import sentences


@pytest.mark.parametrize(
    ("outlook", "said"),
    [
        (OutlookBody(), ()),
        (OutlookBody(first_passing=0.29), ("bring a program that passes with a chance of about 29%",)),
        (OutlookBody(new_clusters=1.34), ("expected to add 1.3 clusters to the 5 found",)),
        (
            OutlookBody(new_clusters=0.0, unused=96, chance_of_change=0.012),
            (
                "96 of the samples were not drawn: the chance that they would change the ranks is about 1%",
                "0.0 clusters",
            ),
        ),
    ],
)
def test_the_outlook_is_said_in_sentences(outlook: OutlookBody, said: tuple[str, ...]) -> None:
    spoken = sentences(outlook, Counts(clusters=5))
    assert len(spoken) == len(said)
    assert all(words in sentence for words, sentence in zip(said, spoken, strict=True))
