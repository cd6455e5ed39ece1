# specmint-cli in a small image: built in one stage, run as nobody in particular in another.
#   docker build -t specmint .
#   docker buildx build --platform linux/amd64,linux/arm64 -t specmint .
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" specmint generate --schema schema.json --out out
ARG PYTHON=3.13-slim-bookworm

# The wheel is pure Python: one build serves every platform, so it need not be emulated.
FROM --platform=$BUILDPLATFORM python:${PYTHON} AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY pytest_specmint ./pytest_specmint
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

# What it needs (numpy, orjson, jsonschema-rs) is compiled: installed on the platform that it will run on.
FROM python:${PYTHON} AS installed
ARG EXTRAS=""
COPY --from=wheel /wheels /wheels
RUN python -m venv /opt/specmint \
 && /opt/specmint/bin/pip install --no-cache-dir "$(ls /wheels/*.whl)${EXTRAS:+[$EXTRAS]}" \
 && /opt/specmint/bin/pip uninstall --yes pip

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="specmint" \
      org.opencontainers.image.description="Deterministic, valid, plausible synthetic data from JSON Schema" \
      org.opencontainers.image.licenses="MIT"
COPY --from=installed /opt/specmint /opt/specmint
ENV PATH=/opt/specmint/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SPECMINT_PLAN_CACHE=off
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["specmint-cli"]
CMD ["--help"]
