"""Reading C++ just well enough: includes, and where functions begin and end."""
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
_NOT_CODE = re.compile(r'R"(?P<mark>[^(\s]*)\((?:.|\n)*?\)(?P=mark)"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|'
                       r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'")
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_CONTAINER = re.compile(r"\b(namespace|class|struct|enum|union)\b|\bextern\s*$")


def includes(text):
    """(line, path, quoted) of each include."""
    return [(text.count("\n", 0, m.start(2)) + 1, m.group(2), m.group(1) == '"') for m in INCLUDE.finditer(text)]


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def code_only(text):
    """The same text, line for line, without comments, literals and preprocessor lines."""
    return _DIRECTIVE.sub(_blank, _NOT_CODE.sub(_blank, text))


def _kind(statement):
    """What a brace behind `statement` opens: a container, a function, or a value."""
    if ")" in statement and not re.search(r"=\s*$", statement):
        tail = statement[statement.rindex(")") + 1:]
        if re.fullmatch(r"\s*((const|noexcept|override|final|mutable|try|&|&&|->[^;{}]*)\s*)*", tail):
            return "function"
        return "value"
    return "container" if _CONTAINER.search(statement) else "value"


def functions(text):
    """(first line, lines between its braces) of each function; a lambda inside belongs to the function it stands in."""
    found, scopes, statement, line = [], [], "", 1
    for character in code_only(text):
        if character == "\n":
            line += 1
        inside_function = bool(scopes) and scopes[-1][0] in ("function", "inner", "value")
        if character == "{":
            kind = "inner" if inside_function else _kind(statement)
            scopes.append((kind, line))
            if kind in ("container", "function"):
                statement = ""
        elif character == "}" and scopes:
            kind, opened = scopes.pop()
            if kind == "function":
                found.append((opened, max(0, line - opened - 1)))
            if kind in ("container", "function"):
                statement = ""
        elif not inside_function:
            statement = "" if character == ";" else statement + character
    return found
