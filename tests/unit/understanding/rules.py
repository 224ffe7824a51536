"""What it takes to act in these tests: curves of their own, whatever config.yml has."""

from bot.understanding.decision import Calibration, Rules

RULES = Rules(
    calibration=Calibration(
        plain=(4.7, 1.0, 1.0),
        request=(4.0, 1.2, 1.2),
        open=(2.8, 0.8, 1.1),
        withheld=(-1.3, 1.0, 1.0),
        silent=(-0.6, 1.5, 1.5),
        acting=(0.5, 1.0, 1.0),
        answering=(0.5, 1.0, 1.0),
    ),
    look_alikes=1.0,
)
