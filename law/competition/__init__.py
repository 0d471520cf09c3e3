"""The competition for educational grants: a pure function of data, which can be imported on its own."""

from law.competition.decide import decide, decide_again
from law.competition.explain import Considered, Course, Explanation, Stage, explain
from law.competition.intake import InvalidChoice, contender_of, invalid_choices
from law.competition.model import Award, ChoiceMarks, Contender, Cutoff, Ground, Refused, Result, SeatRow, Tie
from law.competition.rules import Rules, RulesInvalid, UnknownRules, load_rules, rules
from law.competition.thresholds import ineligible

__all__ = [
    "Award",
    "ChoiceMarks",
    "Considered",
    "Contender",
    "Course",
    "Cutoff",
    "Explanation",
    "Ground",
    "InvalidChoice",
    "Refused",
    "Result",
    "Rules",
    "RulesInvalid",
    "SeatRow",
    "Stage",
    "Tie",
    "UnknownRules",
    "contender_of",
    "decide",
    "decide_again",
    "explain",
    "ineligible",
    "invalid_choices",
    "load_rules",
    "rules",
]
