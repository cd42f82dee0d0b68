# The three services on a CPU, as `./mnestic up` runs them. From the project's folder:
#   docker build -f deploy/cpu.Dockerfile -t mnestic .
#   docker run --network host --restart unless-stopped -v mnestic-data:/data -v mnestic-cache:/cache mnestic
# Services listen on loopback only, so the container shares the host's network.
# Nobody has built this image yet: deploy/README.md says what was tried of it and how.

FROM eclipse-temurin:25-jdk-noble AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN mvn -B -ntp -Dmaven.test.skip=true package
RUN for module in encoder-service memory-store-service orchestrator-service bench; do \
      mkdir -p /out/$module/target && cp -r $module/target/*-SNAPSHOT.jar $module/target/lib /out/$module/target/ || exit 1; \
    done \
    && mv /out/bench/target/bench-*-SNAPSHOT.jar /out/bench/target/bench.jar && cp LICENSE /out/

FROM eclipse-temurin:25-jre-noble
# PyTorch and the tokenizers are C++ and Rust; everything else that they need comes with them.
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out /opt/mnestic
# Native libraries and converted models, about 700 MB; made by the first start.
ENV XDG_CACHE_HOME=/cache
VOLUME ["/data", "/cache"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", \
  "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
  "-Dmnestic.home=/opt/mnestic", "-jar", "/opt/mnestic/bench/target/bench.jar", "up", "--data", "/data"]
