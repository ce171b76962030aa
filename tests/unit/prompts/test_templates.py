"""Variables are found and filled; a template reaches nothing but the values it is given."""

import time
from typing import Any

import pytest

from pilothouse.prompts.templates import BadTemplate, Syntax, rendered, variables

MUSTACHE, FSTRING, JINJA = Syntax.MUSTACHE, Syntax.FSTRING, Syntax.JINJA


@pytest.mark.parametrize(
    ("syntax", "text", "names", "values", "gives"),
    [
        (MUSTACHE, "Hi {{ name }}!", {"name"}, {"name": "小王"}, "Hi 小王!"),
        (MUSTACHE, "{{a}}{{a}} {{ no name }} {b}", {"a"}, {"a": 1}, "11 {{ no name }} {b}"),
        (MUSTACHE, "{{x}}", {"x"}, {"x": {"k": ["v"]}}, '{"k": ["v"]}'),
        (FSTRING, 'Hi {name} {{"k": 1}}', {"name"}, {"name": "Li"}, 'Hi Li {"k": 1}'),
        (FSTRING, "plain", set[str](), {}, "plain"),
        (JINJA, "{% for x in xs %}{{ x }},{% endfor %}", {"xs"}, {"xs": [1, 2]}, "1,2,"),
        (JINJA, "{% set y = 1 %}{{ y }}{{ z|upper }}", {"z"}, {"z": "q"}, "1Q"),
        (JINJA, "{{ user.name }}", {"user"}, {"user": {"name": "Li"}}, "Li"),
        (JINJA, "{{ range(3)|list }}", set[str](), {}, "[0, 1, 2]"),
    ],
)
def test_variables_are_found_and_filled(
    syntax: Syntax, text: str, names: set[str], values: dict[str, Any], gives: str
) -> None:
    assert variables(text, syntax) == names
    assert rendered(text, syntax, values) == gives


_FILTERS = """{{ 'é\\n'|upper }}{{ x|pprint }}{{ x|tojson }}{{ 'a b'|wordwrap(1) }}{{ '<b>'|striptags }}
{{ 'http://a.b'|urlize }}{{ x|xmlattr }}{{ x|dictsort }}{{ [{'k': 1}]|groupby('k') }}{{ 'a'|title }}
{{ '%s'|format(1) }}{{ 2048|filesizeformat }}{{ [1, 2]|batch(1)|list }}{{ 'a b'|wordcount }}{{ 1.5|round }}
{{ 'a'|indent }}{{ 'a b c'|truncate(3) }}{{ lipsum(n=1)|length > 0 }}{{ [1]|random }}{{ 'a'|urlencode }}
{{ ['b', 'a']|sort|join(',') }}{{ [1, 2]|sum }}{{ cycler('a').next() }}{{ [1, 2]|select('odd')|list }}"""


def test_jinja_has_its_filters_though_it_can_load_nothing() -> None:
    assert rendered("{{ 'a' if x == 'b' else \"c\" }}", JINJA, {"x": "b"}) == "a"
    assert "2.0 kB" in rendered(_FILTERS, JINJA, {"x": {"k": "v"}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{ x|default('you') }}", "Dear you"),
        ("{% if x is defined %}{{ x }}{% else %}nobody{% endif %}", "nobody"),
    ],
)
def test_what_jinja_provides_for_need_not_be_given(text: str, said: str) -> None:
    assert variables(text, JINJA) == {"x"}
    assert rendered(text, JINJA, {}) == said
    with pytest.raises(BadTemplate, match="no value is given for x"):
        rendered("{{ x|default('') }} {{ x }}", JINJA, {})


@pytest.mark.parametrize(
    ("syntax", "text"), [(MUSTACHE, "{{b}} {{a}}"), (FSTRING, "{b}{a}"), (JINJA, "{{b}}{{a}}")]
)
def test_a_variable_without_a_value_is_named(syntax: Syntax, text: str) -> None:
    with pytest.raises(BadTemplate, match="no value is given for a, b"):
        rendered(text, syntax, {})


@pytest.mark.parametrize(
    ("syntax", "text", "says"),
    [
        (FSTRING, '{"k": 1}', "write {{ and }}"),
        (FSTRING, "{", "write {{ and }}"),
        (FSTRING, "{0}", "no plain name"),
        (JINJA, "{% for %}", "line 1"),
        (JINJA, "a\n{{ x", "line 2"),
        (JINJA, "{{ x|nosuch }}", "nosuch"),
        (JINJA, "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "nested too deep"),
        (JINJA, "{{ x.y }}", "has no attribute 'y'"),
        (JINJA, "{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_what_is_wrong_is_told(syntax: Syntax, text: str, says: str) -> None:
    with pytest.raises(BadTemplate) as told:
        rendered(text, syntax, {"x": "v"})
    assert says in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ x|attr('__init__')|attr('__globals__') }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ config.items() }}",
        "{{ request.application.__globals__ }}",
        "{{ ('{0.__class__}').format(x) }}",
        "{{ ('{0.__class__.__init__.__globals__}'|format)(x) }}",
        "{{ ['%s'|format(x.__class__)] }}",
        "{{ ''.format.__self__ }}",
        "{{ x.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}{{ os.system('id') }}",
        "{% extends '/etc/passwd' %}",
        "{{ namespace.__init__.__globals__ }}",
        "{% set s = joiner.__init__ %}{{ s.__globals__ }}",
        "{{ dict.mro() }}",
        "{{ range.__class__.__base__ }}",
    ],
)
def test_jinja_reaches_nothing_but_its_values(text: str) -> None:
    try:
        said = rendered(text, JINJA, {"x": [1], "config": {}, "request": {}})
    except BadTemplate:
        return
    assert "class" not in said
    assert "root" not in said
    assert "uid=" not in said


@pytest.mark.parametrize(
    "text",
    ["{x.__class__}", "{x[0]}", "{x!r}", "{x:>1000000000}", "{x.__init__.__globals__}", "{}"],
)
def test_f_strings_take_names_alone(text: str) -> None:
    with pytest.raises(BadTemplate):
        rendered(text, FSTRING, {"x": "v"})


def test_values_are_not_read_as_templates() -> None:
    for syntax, text in ((MUSTACHE, "{{x}}"), (FSTRING, "{x}"), (JINJA, "{{x}}")):
        assert rendered(text, syntax, {"x": "{{y}} {y} {{ ''.__class__ }}"}).startswith("{{y}} {y}")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10 ** 10 }}",
        "{{ 'a'|center(4000000000) }}",
        "{{ 'a'.ljust(4000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10 ** (10 ** 8) }}",
        "{% set x = 'a' %}" + "{% set x = x ~ x %}" * 40,
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ 'abcdefghijklmnopqrstuvwxyz' }}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ lipsum(n=100000) }}",
    ],
)
def test_jinja_takes_little_time_and_memory(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadTemplate):
        rendered(text, JINJA, {})
    assert time.monotonic() - began < 8


def test_a_text_may_grow_only_so_far() -> None:
    with pytest.raises(BadTemplate, match="more than 1000000 characters"):
        rendered("{{x}}" * 20, MUSTACHE, {"x": "a" * 100_000})
