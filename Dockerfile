# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS build
WORKDIR /build
# better-sqlite3 is compiled where no ready-made binary fits.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production WCODOO_HOME=/data
WORKDIR /app
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
COPY bin bin
RUN ln -s /app/bin/wcodoo.js /usr/local/bin/wcodoo \
  && mkdir /data && chown node:node /data && chmod 700 /data
USER node
# The state and the audit; keep it, see docs/operations.md.
VOLUME /data
# wcodoo handles SIGTERM itself and starts no other process, so it needs no init.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/bin/wcodoo.js"]
CMD ["--help"]
