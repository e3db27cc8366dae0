# One image for every role: `serve` (the default), `media`, and the administrator's commands.
#   docker build -t telehealth .
#   docker run telehealth version

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
# Vite writes to ../telehealth/static.
RUN npm run build

FROM python:3.13-slim-bookworm AS python
WORKDIR /src
RUN python -m venv /opt/telehealth && python -m venv /opt/build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt requirements-build.txt ./
RUN /opt/telehealth/bin/python -m pip install --require-hashes --only-binary :all: -r requirements.txt \
 && /opt/build/bin/python -m pip install --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md ./
COPY telehealth ./telehealth
COPY --from=web /src/telehealth/static ./telehealth/static
RUN /opt/build/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/telehealth/bin/python -m pip install --no-deps /wheels/*.whl \
 && /opt/telehealth/bin/python -m compileall -q /opt/telehealth/lib

FROM python:3.13-slim-bookworm
# A fixed number, so that an operator can give a folder of the host to it.
RUN useradd --system --uid 10001 --create-home --home-dir /home/telehealth telehealth \
 && install -d -m 0700 -o telehealth -g telehealth /data
COPY --from=python /opt/telehealth /opt/telehealth
ENV PATH=/opt/telehealth/bin:$PATH PYTHONUNBUFFERED=1 TELEHEALTH_DATA=/data
USER telehealth
VOLUME /data
EXPOSE 8080/tcp 40000-40001/udp 40000-40001/tcp
# `serve` handles SIGTERM and reaps its own children, so that it may be process 1.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["telehealth", "health"]
ENTRYPOINT ["telehealth"]
CMD ["serve"]
