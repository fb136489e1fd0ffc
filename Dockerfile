# The register in a container: see docs/operating.md.
FROM node:26-slim AS build
WORKDIR /register
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# Only what it runs on: the base image brings the Node that npm would bring elsewhere.
FROM node:26-slim AS dependencies
WORKDIR /register
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --omit=dev --omit=optional

FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 REGISTER_STORE=sqlite:/data/register.db
WORKDIR /register
RUN mkdir --mode=0700 /data && chown node:node /data
COPY --from=dependencies /register/node_modules ./node_modules
COPY --from=build /register/dist/libs ./dist/libs
COPY --from=build /register/dist/apps ./dist/apps
COPY --from=build /register/dist/package.json ./dist/
COPY package.json LICENSE ./
USER node
VOLUME /data
EXPOSE 3000
# Alive, not ready: a register that reads a large log, or whose clock is behind, is not mended by starting it again.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=64", "dist/apps/registry/main.js"]
