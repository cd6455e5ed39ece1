"""jsf: SCHEMA COUNT SEED OUT."""

import json
import random
import sys
from pathlib import Path

from faker import Faker
from jsf import JSF

schema, count, seed, out = sys.argv[1:]
random.seed(int(seed))
Faker.seed(int(seed))
make = JSF(json.loads(Path(schema).read_bytes()), allow_none_optionals=0.1).generate
with Path(out).open("w", encoding="utf-8") as file:
    file.writelines(json.dumps(make()) + "\n" for _ in range(int(count)))
