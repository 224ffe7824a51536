import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.unit.understanding_rasa.standin import ACTIONS_SECRET, SECRET, RunningRasa

BLANKS = [
    "", " ", "\t", "\n", "\r", "\v", "\f",
    "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000",
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202e", "\u0000",
]  # fmt: skip
SLASHES = ["/", "\uff0f", "\u2044", "\u2215"]


def _turn(sender: str, text: str | None = "please cancel my plan", **changes: Any) -> dict[str, Any]:
    return {"sender": sender, "inbox_id": "inbox-1", "text": text, "slots": {"language": "en"}} | changes


class ChannelTest(unittest.TestCase):
    rasa: RunningRasa

    @classmethod
    def setUpClass(cls) -> None:
        """Start Rasa once for all."""
        cls.rasa = RunningRasa()

    @classmethod
    def tearDownClass(cls) -> None:
        """Stop it."""
        cls.rasa.stop()
        cls.rasa.home.cleanup()

    def test_a_turn_is_understood_and_acted_on_once(self) -> None:
        """The answer has intent, ranking, the one action, its rule, and replies kept whole."""
        status, answer = self.rasa.post(_turn("c_a.1"))
        assert status == 200
        assert answer["intent"]["name"] == "cancel"
        assert answer["ranking"][0]["name"] == "cancel"
        assert len(answer["ranking"]) <= 5
        assert answer["actions"] == ["action_cancel"]
        assert (answer["rule"], answer["policy"], answer["language"]) == ("cancel", "RulePolicy", "en")
        assert answer["total_ms"] > answer["nlu_ms"]
        assert answer["replies"] == [
            {"text": "one\n\ntwo", "custom": None, "response": None},
            {"text": None, "custom": {"kind": "text"}, "response": None},
        ]

    def test_the_reasons_reach_the_gateway_and_the_action(self) -> None:
        """What is named beside a request is understood with it."""
        _, answer = self.rasa.post(_turn("c_reasons.1", "cancel my plan, it is too expensive"))
        assert answer["reasons"] == ["too_expensive"]
        call = [call for call in self.rasa.actions.calls if call["sender_id"] == "c_reasons.1"][-1]
        assert call["tracker"]["latest_message"]["reasons"] == ["too_expensive"]

    def test_the_action_gets_what_it_needs_and_no_history(self) -> None:
        """Inbox id, words, slots and secret arrive; events and the domain stay here."""
        self.rasa.post(_turn("c_b.1", "hello"))
        self.rasa.post(_turn("c_b.1", inbox_id="inbox-2", slots={"language": "de", "awaiting": "offer"}))
        call = [call for call in self.rasa.actions.calls if call["sender_id"] == "c_b.1"][-1]
        assert call["next_action"] == "action_cancel"
        assert call["tracker"]["latest_message"]["metadata"] == {"inbox_id": "inbox-2"}
        assert call["tracker"]["latest_message"]["text"] == "please cancel my plan"
        assert call["tracker"]["slots"]["language"] == "de"
        assert call["tracker"]["slots"]["awaiting"] == "offer"
        assert (call["tracker"]["events"], call["domain"]) == ([], {})
        assert self.rasa.actions.secrets[-1] == ACTIONS_SECRET

    def test_what_is_awaited_chooses_the_rule(self) -> None:
        """The same unclear words are the e-mail address where one was asked for, and not afterwards."""
        status, answer = self.rasa.post(_turn("c_c.1", "blorp", slots={"awaiting": "email"}))
        assert (status, answer["actions"]) == (200, ["action_give_email"])
        assert answer["rule"] == "anything unclear while awaiting email"
        status, answer = self.rasa.post(_turn("c_c.1", "blorp", slots={"awaiting": None}))
        assert (status, answer["actions"]) == (200, ["action_clarify"])

    def test_a_response_is_named(self) -> None:
        """What Rasa says by itself comes with the response's name and calls no action."""
        before = len(self.rasa.actions.calls)
        _, answer = self.rasa.post(_turn("c_d.1", "hello"))
        assert answer["replies"][0]["response"] == "utter_greet"
        assert answer["replies"][0]["text"]
        assert len(self.rasa.actions.calls) == before

    def test_a_structured_intent_needs_no_text(self) -> None:
        """A button's intent goes in as such, surely, and an unknown one is refused."""
        status, answer = self.rasa.post(_turn("c_e.1", None, intent="undo_cancel"))
        assert (status, answer["actions"]) == (200, ["action_undo_cancel"])
        assert answer["intent"] == {"name": "undo_cancel", "confidence": 1.0}
        assert self.rasa.post(_turn("c_e.1", None, intent="restart"))[0] == 422

    def test_what_must_not_be_read_can_be_sent_as_not_understood(self) -> None:
        """The gateway keeps slash commands and endless texts to itself: they get the clarifying question."""
        status, answer = self.rasa.post(_turn("c_n.1", None, intent="nlu_fallback"))
        assert (status, answer["actions"], answer["rule"]) == (200, ["action_clarify"], "anything unclear")

    def test_a_text_is_never_read_as_a_payload(self) -> None:
        """Behind every kind of white space and format character a slash is refused, and nothing is saved."""
        for blank in BLANKS:
            for slash in SLASHES:
                with self.subTest(blank=repr(blank), slash=slash):
                    status, answer = self.rasa.post(
                        _turn("c_f.1", f'{blank}{slash}cancel{{"customer":"demo-multi"}}')
                    )
                    assert (status, answer["error"]["code"]) == (422, "payload")
        assert self.rasa.events("c_f.1") == []

    def test_a_wrong_or_missing_secret_is_refused(self) -> None:
        """Nobody but the gateway gets in, and is not told what was wrong with the rest."""
        for secret in ("wrong", "", SECRET[:-1], None):
            with self.subTest(secret=secret):
                assert self.rasa.post(_turn("c_g.1"), secret=secret)[0] == 401
        assert self.rasa.events("c_g.1") == []

    def test_a_failed_action_is_an_error_and_leaves_no_trace(self) -> None:
        """Whatever goes wrong: 502, nothing saved, and the repeated turn is like a first one."""
        failures: dict[str, tuple[int, bytes] | None] = {
            "c_h.1": (500, b"{}"),
            "c_h.2": (400, b'{"action_name": "action_cancel", "error": "refused"}'),
            "c_h.3": None,
            "c_h.4": (200, b"not JSON"),
            "c_h.5": (200, b'{"events": "none", "responses": 7}'),
            "c_h.6": (200, b'{"events": [], "responses": []}'),
        }
        for sender, failure in failures.items():
            with self.subTest(sender=sender):
                self.rasa.actions.answers[sender] = failure
                status, answer = self.rasa.post(_turn(sender))
                assert (status, answer["error"]["code"]) == (502, "action_failed")
                assert self.rasa.events(sender) == []
                del self.rasa.actions.answers[sender]
                assert self.rasa.post(_turn(sender))[0] == 200
                users = [event for event in self.rasa.events(sender) if event[0] == "user"]
                assert users == [("user", "cancel", None)]

    def test_parsing_alone_saves_nothing(self) -> None:
        """Mode "parse" says what is understood and touches neither tracker nor actions."""
        before = len(self.rasa.actions.calls)
        status, answer = self.rasa.post(_turn("c_i.1", mode="parse"))
        assert (status, answer["intent"]["name"]) == (200, "cancel")
        assert (answer["actions"], answer["replies"], answer["rule"]) == ([], [], None)
        assert self.rasa.events("c_i.1") == []
        assert len(self.rasa.actions.calls) == before

    def test_what_is_not_a_request_is_refused(self) -> None:
        """Not JSON, not an object, too large: a clear error each."""
        assert self.rasa.post(b"{nonsense")[0] == 400
        assert self.rasa.post([])[0] == 422
        assert self.rasa.post({"sender": "x" * 70000})[0] == 413

    def test_there_is_no_other_way_in(self) -> None:
        """Rasa's own API and channels are not served."""
        for path in ("/status", "/domain", "/version", "/webhooks/rest/", "/conversations/c_a.1/tracker"):
            with self.subTest(path=path):
                assert self.rasa.get(path)[0] == 404


class LogTest(unittest.TestCase):
    def test_the_log_says_nothing_of_what_was_said_and_the_end_is_clean(self) -> None:
        """Neither words, nor addresses, nor secrets, failures included; SIGTERM ends it with code 0."""
        rasa = RunningRasa()
        self.addCleanup(rasa.home.cleanup)
        rasa.post(_turn("c_secretive.1", "please cancel my plan, my word is xylophone"))
        for number, failure in enumerate([(500, b"xylophone"), (200, b"xylophone"), None]):
            rasa.actions.answers[f"c_secretive.{number}"] = failure
            rasa.post(_turn(f"c_secretive.{number}", "cancel my plan, xylophone"))
        rasa.post(_turn("c_secretive.9", "/xylophone"))
        rasa.post(b"{xylophone")
        rasa.post(_turn("c_secretive.9"), secret="xylophone")
        assert rasa.stop() == 0
        log = rasa.log.read_text()
        assert "action_cancel failed" in log
        for said in ("xylophone", "http://", SECRET, ACTIONS_SECRET, "c_secretive"):
            with self.subTest(said=said):
                assert said not in log


if __name__ == "__main__":
    unittest.main()
