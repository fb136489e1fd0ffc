# The register in a container: see docs/operating.md.
#
# The Node of the image is the one that npm brings elsewhere and that is tested. A tag can be moved to another image, so pin
# what you have looked at by its digest, which `docker buildx imagetools inspect node:26.10.0-slim` says:
#   docker build --build-arg NODE_IMAGE=node:26.10.0-slim@sha256:… .
ARG NODE_IMAGE=node:26.10.0-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /register
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# Ends the build where NODE_IMAGE brings another Node.
RUN node scripts/runtime-sums.cjs version && npm run build

# Only what it runs on. The client of KurrentDB has its native part in a package for each platform, which is optional to npm; so
# is the Node that npm brings elsewhere, and which the base image brings here.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /register
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --omit=dev \
  && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node \
  && node -e "require('@kurrent/bridge')"

FROM ${NODE_IMAGE}
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
# Alive, not ready: a register that reads a large log, or whose clock is wrong, is not put right by starting it again. Patient:
# under load an answer may take seconds, and so may the start of what asks.
HEALTHCHECK --interval=30s --timeout=20s --start-period=30s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No signal opens the inspector.
CMD ["node", "--disable-sigusr1", "--max-semi-space-size=16", "dist/apps/registry/main.js"]
