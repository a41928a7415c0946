# The ingester as a container: no shell tools are needed at run time, the file system may be read-only, the user is not root.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=root:root /build/package.json /build/LICENSE /build/README.md ./
COPY --from=build --chown=root:root /build/node_modules ./node_modules
COPY --from=build --chown=root:root /build/dist ./dist
COPY --from=build --chown=root:root /build/mappings ./mappings
COPY --from=build --chown=root:root /build/dashboards ./dashboards
COPY --from=build --chown=root:root /build/queries ./queries
COPY --from=build --chown=root:root /build/integration ./integration
USER 65532:65532
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["--help"]
