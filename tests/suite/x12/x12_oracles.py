"""Two independent readers of X12 judge an interchange: pyx12 by the maps of the guide, x12sdk by typed models."""

import io
import re

import pyx12.params
import pyx12.x12n_document
from pydantic import ValidationError
from x12sdk.io import X12ModelReader


def pyx12_says(interchange: str) -> list[str]:
    """What pyx12 holds against an interchange: the error segments of its 999, or that it says no at all.

    Its command line ends with 1 even where all is well, so its function is called.
    """
    answer = io.StringIO()
    holds = pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), io.StringIO(interchange), answer, None)
    segments = [each.strip() for each in answer.getvalue().split("~") if each.strip()]
    errors = [each for each in segments if each.startswith(("IK3", "IK4"))]
    errors += [each for each in segments if each.startswith(("IK5", "AK9")) and each[4:5] != "A"]
    assert any(each.startswith("AK9") for each in segments) or not holds
    return errors or ([] if holds else ["not accepted"])


def x12sdk_says(interchange: str) -> list[str]:
    """What x12sdk holds against an interchange.

    It knows but F and M for a person's sex, though the guide has U for unknown too (and pyx12 takes it): U is shown to it
    as F.
    """
    shown = re.sub(r"(DMG\*D8\*[0-9]+)\*U~", r"\1*F~", interchange)
    try:
        with X12ModelReader(shown) as reader:
            found = sum(1 for _ in reader.models())
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return [] if found == interchange.count("\nST*") else [f"{found} transaction sets were read"]
