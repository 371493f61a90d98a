# One image for every part: `serve` runs all of them, `serve --only web|worker|scheduler` one.
FROM python:3.11-slim AS build
WORKDIR /app
COPY deploy/setup.sh deploy/apt-install.sh deploy/
COPY requirements requirements
# The very step that `make setup` and `make run` take, hashes checked.
RUN deploy/setup.sh run

FROM python:3.11-slim
LABEL org.opencontainers.image.title="minsheng-express" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8080
# For `backup` of a PostgreSQL database.
COPY deploy/apt-install.sh deploy/apt-install.sh
RUN deploy/apt-install.sh backup postgresql-client
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin minsheng
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY LICENSE NOTICE pyproject.toml ./
COPY deploy/healthcheck.py deploy/healthcheck.py
COPY deploy/seed deploy/seed
COPY nlp nlp
COPY handlers handlers
COPY storage storage
COPY scheduler scheduler
COPY bot bot
# A volume that is mounted here takes over its owner.
RUN mkdir var && chown minsheng:minsheng var
VOLUME /app/var
USER minsheng
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD [".venv/bin/python", "deploy/healthcheck.py"]
ENTRYPOINT [".venv/bin/python", "-m", "bot"]
CMD ["serve"]
