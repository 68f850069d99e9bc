# Clew in a container: docker build -t clew . && docker run -p 4317:4317 -p 4318:4318 -p 16686:16686 -v clew-data:/data clew
# The build uses the same launcher as everywhere; the image holds what it built, and a JRE.
FROM node:20-bookworm-slim AS node

FROM maven:3.9-eclipse-temurin-25 AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /clew
COPY . .
RUN ./clew build && mv target/run/server-* /image && cp server/src/main/launch/jvm.flags /image/

FROM eclipse-temurin:25-jre
RUN useradd --system --create-home --uid 10001 clew && mkdir /data && chown clew:clew /data
COPY --from=build /image /clew
USER clew
WORKDIR /home/clew
VOLUME /data
# OTLP over gRPC, OTLP over HTTP, the page and the APIs.
EXPOSE 4317 4318 16686
# CLEW_JVM_FLAGS adds flags, e.g. -Xmx4g. exec: TERM must reach the JVM, so that it flushes and ends with 0.
ENTRYPOINT ["/bin/sh", "-c", "exec java @/clew/jvm.flags ${CLEW_JVM_FLAGS:-} -jar /clew/server.jar \"$@\"", "clew"]
# On loopback nothing outside the container would reach it.
CMD ["up", "--data", "/data", "--bind", "0.0.0.0"]
