# The first stage builds the wheel and the environment; the second holds them and nothing else.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/duban \
    && /opt/duban/bin/pip install --require-hashes --requirement requirements.lock \
    && pip install --require-hashes --requirement requirements-dev.lock
COPY pyproject.toml README.md ./
COPY service service
COPY jobs jobs
COPY templates templates
RUN python -m hatchling build --target wheel --directory /tmp/wheel \
    && /opt/duban/bin/pip install --no-deps --no-index /tmp/wheel/*.whl \
    && /opt/duban/bin/python -m compileall -q /opt/duban/lib

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --home-dir /srv/duban --create-home duban \
    && install --directory --owner duban --group duban /srv/duban/var
COPY --from=build /opt/duban /opt/duban
ENV PATH=/opt/duban/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/duban
USER duban
STOPSIGNAL SIGTERM
ENTRYPOINT ["duban"]
CMD ["--help"]
