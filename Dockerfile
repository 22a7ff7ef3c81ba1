# Hindsight on one machine: docs/how-to/small-company.md says how to run it.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/hindsight
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev && rm -rf test docs

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/hindsight
WORKDIR /opt/hindsight
COPY --from=build /opt/hindsight ./
RUN mkdir -p /var/lib/hindsight && chown node:node /var/lib/hindsight && chmod 700 /var/lib/hindsight
USER node
VOLUME /var/lib/hindsight
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/local/dist/main.js"]
