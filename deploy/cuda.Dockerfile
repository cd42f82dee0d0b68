# As cpu.Dockerfile, with PyTorch 2.7.1 for CUDA 12.8. From the project's folder:
#   docker build -f deploy/cpu.Dockerfile -t mnestic .
#   docker build -f deploy/cuda.Dockerfile -t mnestic-cuda .
#   docker run --gpus all --network host --restart unless-stopped -v mnestic-data:/data -v mnestic-cache:/cache mnestic-cuda
# Nobody has built this image yet: deploy/README.md says what was tried of it and how.

FROM eclipse-temurin:25-jre-noble AS jre

FROM ubuntu:24.04 AS pytorch
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl unzip
RUN curl -fsSL -o /tmp/libtorch.zip \
      "https://download.pytorch.org/libtorch/cu128/libtorch-cxx11-abi-shared-with-deps-2.7.1%2Bcu128.zip" \
    && unzip -q /tmp/libtorch.zip "libtorch/lib/*.so*" -d /opt && rm /tmp/libtorch.zip

FROM mnestic AS services

FROM nvidia/cuda:12.8.1-base-ubuntu24.04
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
COPY --from=pytorch /opt/libtorch/lib /opt/libtorch/lib
COPY --from=services /opt/mnestic /opt/mnestic
# All three, and cu128 by name: the JNI library of DJL 0.35.1 is there for it and for no other CUDA.
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch/lib \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    LD_LIBRARY_PATH=/opt/libtorch/lib \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    XDG_CACHE_HOME=/cache \
    MNESTIC_ENCODER_DEVICES_REQUIRED=true \
    MNESTIC_ENCODER_PRECISION=float16 \
    MNESTIC_ENCODER_BATCH_TOKENS=16384 \
    MNESTIC_ENCODER_BATCH_PADDING=4096 \
    MNESTIC_ENCODER_BATCH_WAIT=2ms \
    PATH=/opt/java/openjdk/bin:$PATH
VOLUME ["/data", "/cache"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", \
  "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
  "-Dmnestic.home=/opt/mnestic", "-jar", "/opt/mnestic/bench/target/bench.jar", "up", "--data", "/data"]
