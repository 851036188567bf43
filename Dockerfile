# The explorer's command line: the wheel and what it needs, nothing else, run by a user who owns nothing but the loads.
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home explorer \
 && install --directory --owner=explorer /var/lib/explorer /var/lib/workbook /exchange
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links=/wheels prospect-explorer && rm -r /wheels
ENV EXPLORER_HOME=/var/lib/explorer \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /exchange
ENTRYPOINT ["explorer"]
CMD ["--help"]
