"""From filter text to a `Filter`.

    filter   = [ or ]
    or       = and { "or" and }
    and      = not { [ "and" ] not }
    not      = ( "-" | "not" ) not | primary
    primary  = "(" or ")" | term | value
    term     = field [ "." key ] ":" test
    test     = "*"
             | ( ">" | ">=" | "<" | "<=" ) value
             | [ value ] ".." [ value ]
             | value { "," value }
             | "(" value { [ "or" | "," ] value } ")"
    value    = { word | quoted | "*" }
    quoted   = '"' { any but '"' and '\\' | '\\' any } '"'

Terms side by side must all hold. `or` binds weaker than `and`; both, and `not`, may be written in
any case. A value that is no term is looked for in input and output. A `*` outside of quotes stands
for any characters. The only exception that leaves this module is `BadFilter`.
"""

import re

from pilothouse.domain.errors import BadFilter
from pilothouse.query import fields, values
from pilothouse.query.fields import ORDERED, Field, Type
from pilothouse.query.filters import (
    And,
    AnyOf,
    Between,
    Compare,
    Exists,
    Filter,
    Like,
    Match,
    Not,
    Operator,
    Or,
    Test,
)
from pilothouse.query.values import Value

MOST_CHARACTERS = 8_000
MOST_TERMS = 200
DEEPEST = 40

_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r'([A-Za-z_][\w-]*)(?:\.([\w.-]+|"(?:[^"\\]|\\.)*"))?:')
_KEYWORD = re.compile(r"(and|or|not)(?=[\s()\"]|$)", re.IGNORECASE)
_WORD = re.compile(r'[^\s"()*]+')
_WORD_IN_LIST = re.compile(r'[^\s"()*,]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_COMPARISON = re.compile(r">=|<=|>|<")

_Piece = str | None
"""Of a value: a literal text, or None for a star."""


def parse(text: str) -> Filter | None:
    """The filter, or None of an empty text. Raises BadFilter."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise BadFilter(f"a filter has at most {MOST_CHARACTERS} characters", MOST_CHARACTERS)
        self._text = text
        self._at = 0
        self._depth = 0
        self._terms = 0

    def whole(self) -> Filter | None:
        self._skip()
        if self._at == len(self._text):
            return None
        found = self._or()
        if self._at < len(self._text):
            raise self._error("this parenthesis closes nothing")
        return found

    # -- the tree ------------------------------------------------------------------------------

    def _or(self) -> Filter:
        found = [self._and()]
        while self._keyword("or"):
            found.append(self._and())
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _and(self) -> Filter:
        found = [self._not()]
        while self._keyword("and") or self._more():
            found.append(self._not())
        return found[0] if len(found) == 1 else And(tuple(found))

    def _more(self) -> bool:
        """Is there another item of the same `and`?"""
        if self._at == len(self._text) or self._text[self._at] == ")":
            return False
        keyword = _KEYWORD.match(self._text, self._at)
        return keyword is None or keyword[1].lower() != "or"

    def _not(self) -> Filter:
        negations = 0
        while self._minus() or self._keyword("not"):
            negations += 1
            if negations > DEEPEST:
                raise self._error("too many negations")
        found = self._primary()
        for _ in range(negations):
            found = Not(found)
        return found

    def _minus(self) -> bool:
        if self._text[self._at : self._at + 1] != "-":
            return False
        self._at += 1
        return True

    def _primary(self) -> Filter:
        if self._at == len(self._text):
            raise self._error("something is missing at the end")
        if self._text[self._at] == "(":
            return self._group()
        keyword = _KEYWORD.match(self._text, self._at)
        if keyword:
            raise self._error(f"{keyword[1]} stands between two terms; quote it to look for it")
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._error(f"a filter has at most {MOST_TERMS} terms")
        return self._term() or self._bare()

    def _group(self) -> Filter:
        opened = self._at
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(f"parentheses lie in one another at most {DEEPEST} deep")
        self._at += 1
        self._skip()
        found = self._or()
        if self._text[self._at : self._at + 1] != ")":
            raise BadFilter("this parenthesis is not closed", opened)
        self._at += 1
        self._skip()
        self._depth -= 1
        return found

    # -- terms ---------------------------------------------------------------------------------

    def _term(self) -> Match | None:
        head = _FIELD.match(self._text, self._at)
        if head is None:
            return None
        field = fields.find(head[1])
        if field is None:
            raise self._error(f"there is no field {head[1]}; quote the words to look for them")
        key = _unquoted(head[2] or "")
        if key and field.type is not Type.MAP:
            raise self._error(f"{field.name} has no keys")
        self._at = head.end()
        test = self._test(field, keyed=bool(key))
        self._end_of_term()
        if field.type is Type.MAP and not key and not isinstance(test, Exists):
            raise BadFilter(f"name a key: {field.name}.key:value", head.start())
        return Match(field.name, test, key)

    def _bare(self) -> Match:
        start = self._at
        pieces = self._pieces(_WORD)
        if not pieces:
            raise self._error("this cannot stand here")
        self._end_of_term()
        word = self._joined(pieces, start)
        if isinstance(word, Like) and not any(word.parts):
            raise BadFilter("a star alone says nothing; write field:* for any value", start)
        return Match("text", AnyOf((word,)))

    def _end_of_term(self) -> None:
        if self._at < len(self._text) and not (
            self._text[self._at].isspace() or self._text[self._at] in "()"
        ):
            raise self._error("a space is missing here")
        self._skip()

    def _test(self, field: Field, *, keyed: bool) -> Test:
        comparison = _COMPARISON.match(self._text, self._at)
        ordered = field.type in ORDERED and (keyed or field.type is not Type.MAP)
        if comparison:
            if not ordered:
                raise self._error(f"{field.name} is {field.type} and cannot be compared")
            self._at = comparison.end()
            return Compare(_operator(comparison[0]), self._ordered(field))
        if ordered and ((found := self._range(field)) is not None):
            return found
        if self._text[self._at : self._at + 1] == "(":
            return self._list(field)
        words = [self._value(field)]
        while self._text[self._at : self._at + 1] == ",":
            self._at += 1
            words.append(self._value(field))
        if words == [Like(("", ""))]:
            return Exists()
        return AnyOf(tuple(words))

    def _list(self, field: Field) -> Test:
        opened = self._at
        self._at += 1
        self._skip()
        words: list[Value | Like] = []
        while self._text[self._at : self._at + 1] != ")":
            if self._at == len(self._text):
                raise BadFilter("this parenthesis is not closed", opened)
            if words and (self._keyword("or") or self._text[self._at : self._at + 1] == ","):
                self._at += self._text[self._at : self._at + 1] == ","
                self._skip()
            words.append(self._value(field))
            self._skip()
        self._at += 1
        if not words:
            raise BadFilter("there is no value between the parentheses", opened)
        return AnyOf(tuple(words))

    def _range(self, field: Field) -> Test | None:
        """`low..high`, `low..` or `..high`; leaves the place as it was when there is none."""
        start = self._at
        word = _WORD_IN_LIST.match(self._text, start)
        text = word[0] if word else ""
        low_text, dots, high_text = text.partition("..")
        if not dots:
            quote = _QUOTED.match(self._text, start)
            if quote is None or not self._text.startswith("..", quote.end()):
                return None
            low_text, self._at = _unquoted(quote[0]), quote.end() + 2
            high_text = self._take_plain()
        else:
            self._at = start + len(low_text) + 2
            high_text = self._take_plain()
        low = self._read(field, low_text, start) if low_text else None
        high = self._read(field, high_text, start) if high_text else None
        if low is not None and high is not None:
            return Between(low, high)
        if low is None and high is None:
            raise BadFilter("a range needs an end", start)
        return Compare(">=", low) if low is not None else Compare("<=", high)  # pyright: ignore[reportArgumentType]

    def _take_plain(self) -> str:
        found = _QUOTED.match(self._text, self._at) or _WORD_IN_LIST.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return _unquoted(found[0])

    def _ordered(self, field: Field) -> Value:
        start = self._at
        text = self._take_plain()
        if not text:
            raise BadFilter("a value is missing", start)
        return self._read(field, text, start)

    def _read(self, field: Field, text: str, start: int) -> Value:
        reader = values.READERS[Type.NUMBER if field.type is Type.MAP else field.type]
        found = reader(text)
        if found is None:
            raise BadFilter(f"{field.name} wants {values.WANTED[field.type]}", start)
        return found

    # -- values --------------------------------------------------------------------------------

    def _value(self, field: Field) -> Value | Like:
        start = self._at
        pieces = self._pieces(_WORD_IN_LIST)
        if not pieces:
            raise BadFilter("a value is missing", start)
        word = self._joined(pieces, start)
        if isinstance(word, Like):
            if field.type in (Type.TEXT, Type.ENUM, Type.TAGS, Type.MAP):
                return word
            if word == Like(("", "")):
                return word
            raise BadFilter(f"{field.name} takes no pattern", start)
        if field.type is Type.ENUM:
            if word.lower() not in field.values:
                raise BadFilter(f"{field.name} is one of: {', '.join(field.values)}", start)
            return word.lower()
        return self._read(field, word, start) if field.type in values.READERS else word

    def _pieces(self, word: re.Pattern[str]) -> list[_Piece]:
        pieces: list[_Piece] = []
        while self._at < len(self._text):
            letter = self._text[self._at]
            if letter == "*":
                if not pieces or pieces[-1] is not None:
                    pieces.append(None)
                self._at += 1
                continue
            if letter == '"':
                found = _QUOTED.match(self._text, self._at)
                if found is None:
                    raise self._error("this quote is not closed")
                pieces.append(_unquoted(found[0]))
            else:
                found = word.match(self._text, self._at)
                if found is None:
                    break
                pieces.append(found[0])
            self._at = found.end()
        return pieces

    def _joined(self, pieces: list[_Piece], start: int) -> str | Like:
        parts = [""]
        for piece in pieces:
            if piece is None:
                parts.append("")
            else:
                parts[-1] += piece
        if len(parts) > 1:
            # Nothing between two stars says no more than one star.
            return Like((parts[0], *filter(None, parts[1:-1]), parts[-1]))
        if not parts[0]:
            raise BadFilter("this value is empty; write -field:* for no value", start)
        return parts[0]

    # -- letters -------------------------------------------------------------------------------

    def _keyword(self, word: str) -> bool:
        found = _KEYWORD.match(self._text, self._at)
        if found is None or found[1].lower() != word:
            return False
        self._at = found.end()
        self._skip()
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        if found:
            self._at = found.end()

    def _error(self, message: str) -> BadFilter:
        return BadFilter(message, self._at)


def _operator(text: str) -> Operator:
    return text  # pyright: ignore[reportReturnType]


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text
