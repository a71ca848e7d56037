# syntax=docker/dockerfile:1
# `vsm` with its adapters, without root. What each step does stands in scripts/image.ts, which a test runs without Docker.
FROM node:24.21.0-slim AS build
WORKDIR /src
COPY . .
RUN node scripts/setup.mjs
RUN node --conditions=@vsm/source scripts/image.ts /app

FROM node:24.21.0-slim
# Node compiles sources and looks for a home; neither may be written to by this user.
ENV NODE_ENV=production HOME=/work PATH=/app/node_modules/.bin:$PATH
# The one layer of dependencies.
COPY --from=build /app /app
RUN mkdir /work && chown 10001:10001 /work
WORKDIR /work
USER 10001:10001
# A run ends in order, and can be resumed.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s CMD ["vsm", "doctor", "--quiet"]
ENTRYPOINT ["vsm"]
CMD ["--help"]
