# syntax=docker/dockerfile:1
# gradstream as a command, in a container that trains as nobody in particular:
#   docker build -t gradstream .
#   docker run --rm -v "$PWD:/work" gradstream run noisy-batchnorm --no-serve

FROM node:24-slim AS pack
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp

FROM node:24-slim AS install
WORKDIR /opt/gradstream
COPY --from=pack /tmp/gradstream-*.tgz /tmp/
RUN npm install --prefix . --omit=dev --no-audit --no-fund /tmp/gradstream-*.tgz

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=install /opt/gradstream /opt/gradstream
RUN ln -s /opt/gradstream/node_modules/.bin/gradstream /usr/local/bin/gradstream \
  && install -d -o node -g node /work
USER node
WORKDIR /work
EXPOSE 11604
ENTRYPOINT ["gradstream"]
CMD ["--help"]
