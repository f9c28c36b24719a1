"""What no document can tell Schemathesis of a running service: which things there are, and what hangs on them.

The test writes the things to the file that QUARTERDECK_PLACES names: a list of places, each with a value for the
parameters of paths (`addon.version` is the one that follows `{addon}`).
"""

import json
import os
import re
import zlib

import schemathesis
from schemathesis.core import NotSet

with open(os.environ["QUARTERDECK_PLACES"], encoding="utf-8") as file:
    PLACES = json.load(file)

# What YAML is called; Schemathesis reads each as what it means.
YAML = ("text/yaml", "text/x-yaml", "text/vnd.yaml", "application/x-yaml", "application/yaml")

# One call in so many keeps the path that was made up.
MADE_UP = 8

# Of the cases of the coverage phase, of which there are the more the more members a body has, one in so many is asked.
THINNED = int(os.environ.get("QUARTERDECK_THINNED", "1"))

# Why a request that the document allows is refused all the same, where no schema can say so. This list may only shrink.
ONLY_THE_SERVICE_KNOWS = {
    # What else there is, and in which state.
    "unknown_reference", "ambiguous_reference", "reference_disagrees", "unknown_version", "unknown_revision",
    "version_mismatch", "version_not_active", "as_of_in_future", "idempotency_key_reused", "above_quota",
    "confirmation_mismatch", "role_does_not_fit", "artifact_does_not_fit", "artifact_missing", "unknown_type",
    "not_allowed",
    # What the thing is already: another name in a PUT's path, a patch of what cannot change.
    "name_differs", "immutable_field",
    # What hangs on another member of the same body: a mode, a type, a kind.
    "required", "unexpected", "ambiguous_artifact", "invalid_name", "invalid_email",
    # What is inside of a text: an artifact, a selector, bits of a network beyond its prefix.
    "invalid_artifact", "invalid_selector", "invalid_manifest",
    # What the org's own settings allow.
    "out_of_range",
    # What members are called where any can be.
    "control_character",
    # Each document of an apply is judged as the operation on its kind, which is asked by itself.
    "apply_refused",
}

# The same, of values that are refused for what they mean, by how the answer begins: no date, no address, nobody's token.
NOT_AS_IT_MEANS = (
    "must be a position", "is not a token", "there is no such", "no event type fits", "give the position",
    "must not be more than", "An e-mail address ", "A URL ", "The port of a URL ", "A network ", "A Git repository ",
    "Name a branch", "A selector ", "A key has ", "A name must not have the shape ",
)


def real(path, number):
    """The parameters of a path, of one of the places that have all of them."""
    names, before = [], ""
    for name in re.findall(r"{(\w+)}", path):
        names.append((name, f"{before}.{name}"))
        before = name
    fitting = []
    for place in PLACES:
        values = {name: place.get(long, place.get(name)) for name, long in names}
        if None not in values.values():
            fitting.append(values)
    return fitting[number % len(fitting)] if fitting else {}


def drawn(case):
    """A number that hangs on the case alone, so that every run is the same.

    Neither the secret does, nor where in memory it is that nothing is sent, which is all that `repr` says of that.
    """
    headers = sorted((name, value) for name, value in (case.headers or {}).items() if name != "Authorization")
    body = None if isinstance(case.body, NotSet) else case.body
    said = (case.operation.label, case.path_parameters, case.query, headers, body)
    return zlib.crc32(repr(said).encode())


@schemathesis.hook
def filter_case(context, case):
    """Thins the coverage phase out."""
    is_coverage = case.meta is not None and case.meta.phase.name.value == "coverage"
    return not is_coverage or drawn(case) % THINNED == 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """Names what is there, most of the time; and waits for no position that nobody has reached, which is a 503."""
    number = drawn(case)
    if case.path_parameters and number % MADE_UP:
        case.path_parameters = {**case.path_parameters, **real(case.operation.path, number // MADE_UP)}
    position = (case.query or {}).get("minPosition")
    if str(position).isdigit() and int(position) > 1:
        case.query["minPosition"] = 1
    # Schemathesis makes its entity tags up by itself, without the quotes that they have, and of versions that nobody has.
    for name in ("If-Match", "If-None-Match"):
        if str((case.headers or {}).get(name)).isdigit():
            del case.headers[name]
    # A PUT says the name twice.
    if case.method == "PUT" and isinstance(case.body, dict) and case.meta.generation.mode.is_positive:
        last = re.findall(r"{(\w+)}", case.operation.path)[-1]
        metadata = case.body.get("metadata")
        if isinstance(metadata, dict) and not re.fullmatch("[0-9a-f-]{36}", case.path_parameters[last]):
            metadata["name"] = case.path_parameters[last]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether it is one: a refusal of what the document allows is none, where only the service can know."""
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    problem = response.json()
    faults = problem.get("errors") or [problem]
    return not all(
        fault["code"] in ONLY_THE_SERVICE_KNOWS or fault["detail"].startswith(NOT_AS_IT_MEANS) for fault in faults
    )


@schemathesis.deserializer(*YAML)
def text(context, response):
    """YAML is a text here, as the document says, and not what it means."""
    return response.text
