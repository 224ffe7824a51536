"""From what a classifier says to how often it is right."""

import unittest

from bot.understanding.calibrate import curve, examples, reliability
from bot.understanding.decision import likelihood

# Right three times in four where it says 0.5, always where it says 0.9, never where it says 0.1.
_POINTS = (
    [("silent", 0.5, True)] * 300
    + [("silent", 0.5, False)] * 100
    + [("silent", 0.9, True)] * 400
    + [("silent", 0.1, False)] * 400
)


class CalibrateTest(unittest.TestCase):
    """On points made up."""

    def test_the_curve_says_how_often_it_was_right(self) -> None:
        """Near the shares it was fitted to."""
        fitted = curve(_POINTS)
        assert abs(likelihood(0.5, fitted) - 0.75) < 0.06
        assert likelihood(0.9, fitted) > 0.97
        assert likelihood(0.1, fitted) < 0.1

    def test_the_diagram_has_the_counts_of_its_points(self) -> None:
        """Said and right agree where the curve fits, and few sentences make no point."""
        drawn = reliability([*_POINTS, ("silent", 0.3, True)], curve(_POINTS))
        assert sum(count for _, _, count in drawn) == len(_POINTS)
        for said, right, _ in drawn:
            assert abs(said - right) < 0.1

    def test_every_training_sentence_is_there_once(self) -> None:
        """With its intent, and those known that were chosen for being misjudged."""
        texts, intents, hard = examples()
        assert hard < set(texts)
        assert len(texts) == len(set(texts)) == len(intents) > 10_000


if __name__ == "__main__":
    unittest.main()
