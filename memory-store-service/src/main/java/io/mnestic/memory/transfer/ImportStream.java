package io.mnestic.memory.transfer;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mnestic.error.v1.Reason;
import io.mnestic.memory.v1.ImportMemoriesRequest;
import io.mnestic.memory.v1.ImportMemoriesResponse;
import io.mnestic.memory.v1.ImportStart;
import io.mnestic.memory.v1.Memory;
import io.mnestic.wire.Refusal;
import io.mnestic.wire.RequestRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of ImportMemories. It asks for the next piece when it is done with the last one and the
 * caller takes its answers, so that it holds one step of memories and one line at most. gRPC calls
 * it from one thread at a time.
 */
final class ImportStream implements StreamObserver<ImportMemoriesRequest> {
  private static final int STEP_MEMORIES = 1_000;
  private static final int STEP_BYTES = 4 << 20;

  /** What a message of a write may have, and three times that for the JSON of its vectors. */
  private static final int LONGEST_LINE = 256 << 20;

  private final ImportMemories imports;
  private final RequestRules rules;
  private final ServerCallStreamObserver<ImportMemoriesResponse> caller;
  private final LineCutter cutter = new LineCutter(LONGEST_LINE);
  private final List<Memory> step = new ArrayList<>();
  private final List<Long> stepLines = new ArrayList<>();
  private final Set<String> stepIds = new HashSet<>();
  private int stepBytes;
  private long written;
  private long unchanged;
  private long revision;

  /** Lines whose memories are on disk. */
  private long done;

  private boolean over;
  private boolean owed;
  private @Nullable Target target;

  ImportStream(
      ImportMemories imports,
      RequestRules rules,
      ServerCallStreamObserver<ImportMemoriesResponse> caller) {
    this.imports = imports;
    this.rules = rules;
    this.caller = caller;
  }

  /** Lets the first message come. */
  ImportStream start() {
    caller.disableAutoRequest();
    caller.setOnReadyHandler(this::readOn);
    // Without a handler, writing to a caller who is gone throws.
    caller.setOnCancelHandler(() -> over = true);
    caller.request(1);
    return this;
  }

  @Override
  public void onNext(ImportMemoriesRequest request) {
    attempt(() -> {
      rules.check(request);
      Target to = target;
      if (to == null) {
        begin(request);
      } else if (request.hasStart()) {
        throw invalid("start", "start is for the first message: send data");
      } else {
        cut(to, request.getData());
      }
      owed = true;
      readOn();
    });
  }

  @Override
  public void onError(Throwable cause) {
    over = true;
  }

  @Override
  public void onCompleted() {
    attempt(() -> {
      Target to = target;
      if (to == null) {
        throw invalid("start", "the first message has to be start");
      }
      ByteString rest = cutter.rest();
      to.file().last(rest).ifPresent(memory -> add(to, memory, rest.size()));
      flush(to, to.file().line());
      caller.onNext(progress());
      caller.onCompleted();
      over = true;
    });
  }

  private void begin(ImportMemoriesRequest request) {
    if (!request.hasStart()) {
      throw invalid("start", "the first message has to be start");
    }
    ImportStart start = request.getStart();
    Target to = imports.target(start);
    target = to;
    revision = to.namespace().getNamespace().getRevision();
    done = start.getLinesBefore();
  }

  private void cut(Target to, ByteString data) {
    try {
      cutter.add(
          data, line -> to.file().next(line).ifPresent(memory -> add(to, memory, line.size())));
    } catch (LineCutter.LineTooLong e) {
      throw to.file().tooLong(LONGEST_LINE);
    }
  }

  private void add(Target to, Memory memory, int bytes) {
    // An id that comes again supersedes what came before, in a step of its own.
    if (stepIds.contains(memory.getId())
        || step.size() == STEP_MEMORIES
        || (stepBytes > 0 && stepBytes + bytes > STEP_BYTES)) {
      flush(to, to.file().line() - 1);
      caller.onNext(progress());
    }
    step.add(memory);
    stepLines.add(to.file().line());
    stepIds.add(memory.getId());
    stepBytes += bytes;
  }

  /** Stores the step, with which the file is done up to a line. */
  private void flush(Target to, long line) {
    if (step.isEmpty()) {
      done = line;
      return;
    }
    StoreImported.Stored stored = imports.store(to, List.copyOf(step), stepBytes);
    written += stored.written();
    unchanged += stored.seen() - stored.written();
    revision = stored.revision();
    boolean refused = stored.refusal().isPresent();
    done = refused ? stepLines.get(stored.seen()) - 1 : line;
    long bad = done + 1;
    step.clear();
    stepLines.clear();
    stepIds.clear();
    stepBytes = 0;
    if (refused) {
      throw ImportFile.invalid(bad, stored.refusal().get());
    }
  }

  private ImportMemoriesResponse progress() {
    return ImportMemoriesResponse.newBuilder()
        .setLines(done)
        .setWritten(written)
        .setUnchanged(unchanged)
        .setRevision(revision)
        .build();
  }

  private void attempt(Runnable work) {
    if (over) {
      return;
    }
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      over = true;
      caller.onError(acknowledged(e));
    }
  }

  /** A bad line does not undo those before it: they are stored, and the caller is told, first. */
  private Throwable acknowledged(Throwable failure) {
    Target to = target;
    if (to == null || !(failure instanceof Refusal refusal) || !ofLine(refusal)) {
      return failure;
    }
    try {
      if (to.file().badLine() > 0) {
        flush(to, to.file().badLine() - 1);
      }
      caller.onNext(progress());
      return failure;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static boolean ofLine(Refusal refusal) {
    return refusal.reason() == Reason.REASON_IMPORT_LINE_INVALID;
  }

  private void readOn() {
    if (owed && !over && caller.isReady()) {
      owed = false;
      caller.request(1);
    }
  }

  private static Refusal invalid(String field, String message) {
    return Refusal.of(Reason.REASON_INVALID_FIELD, message).withField(field);
  }
}
