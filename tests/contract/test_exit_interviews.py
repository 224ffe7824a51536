from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.exit_interview import ExitAnswer, ExitQuestion, QuestionState, Reason
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

QUESTION = ExitQuestion("q_1", "d_1", "c_1", START)


def test_a_question_is_found_every_way(populated: Store) -> None:
    """By declaration, and as the conversation's latest; replaced when it is answered."""
    with populated.begin() as work:
        interviews = work.exit_interviews
        assert interviews.add_question(QUESTION)
        skipped = replace(QUESTION, state=QuestionState.SKIPPED)
        interviews.put_question(skipped)
        assert interviews.question_of("d_1") == skipped
        assert interviews.latest_question("c_1") == skipped
        assert interviews.question_of("none") is None
        assert interviews.latest_question("none") is None


def test_a_declaration_is_asked_about_once(populated: Store) -> None:
    """The second question for a declaration is refused without effect; another declaration has its own."""
    with populated.begin() as work:
        work.declarations.put(builders.declaration("d_2"))
        assert work.exit_interviews.add_question(QUESTION)
        assert not work.exit_interviews.add_question(replace(QUESTION, id="q_2"))
        assert work.exit_interviews.question_of("d_1") == QUESTION
        second = ExitQuestion("q_2", "d_2", "c_1", START)
        assert work.exit_interviews.add_question(second)
        assert work.exit_interviews.latest_question("c_1") == second


def test_a_declaration_is_asked_about_once_by_many(populated: Store) -> None:
    """Eight threads ask at once: one question is put."""

    def ask(number: int) -> bool:
        with populated.begin() as work:
            asked = work.exit_interviews.add_question(replace(QUESTION, id=f"q_{number}"))
            work.commit()
            return asked

    assert sum(race(8, ask)) == 1


def test_answers_are_kept_word_for_word_oldest_first(populated: Store) -> None:
    """Words and reasons, none or several, in the order they were given, from a time on."""
    first = ExitAnswer("a_1", "q_1", "d_1", None, (Reason.UNUSED,), START)
    second = ExitAnswer(
        "a_2", "q_1", "d_1", "zu teuer — und zu langsam", (Reason.TOO_EXPENSIVE, Reason.LOW_QUALITY), START
    )
    early = ExitAnswer("a_3", "q_1", "d_1", "no reason", (), START - timedelta(days=1))
    with populated.begin() as work:
        work.exit_interviews.add_question(QUESTION)
        for answer in (first, second, early):
            work.exit_interviews.add_answer(answer)
        assert list(work.exit_interviews.answers()) == [early, first, second]
        assert list(work.exit_interviews.answers(since=START)) == [first, second]
        work.declarations.put(builders.declaration("d_2"))
        work.exit_interviews.add_question(ExitQuestion("q_2", "d_2", "c_1", START))
        work.exit_interviews.add_answer(ExitAnswer("a_4", "q_2", "d_2", None, (Reason.OTHER,), START))
        assert list(work.exit_interviews.answers_to("d_1")) == [first, second, early]
        assert list(work.exit_interviews.answers_to("none")) == []
