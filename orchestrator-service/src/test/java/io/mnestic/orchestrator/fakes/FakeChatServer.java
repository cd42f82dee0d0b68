package io.mnestic.orchestrator.fakes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks OpenAI's chat completions over HTTP: server-sent events, one script for each
 * request, in order.
 */
public final class FakeChatServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Counted down when a script finds that its client is gone. */
  public final CountDownLatch clientGone = new CountDownLatch(1);

  /** The bodies of all requests. */
  public final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  /** The Authorization headers of all requests; "none" for a request without. */
  public final List<String> keys = new CopyOnWriteArrayList<>();

  private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /** Listens on a free port of loopback. */
  public FakeChatServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/chat/completions", this::serve);
    server.start();
  }

  /** What {@code mnestic.orchestrator.llm.base-url} is to be. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** How the next request that has no script yet is answered. */
  public FakeChatServer then(Script script) {
    scripts.add(script);
    return this;
  }

  /** Answers in these pieces, and is done. */
  public FakeChatServer thenAnswers(String... pieces) {
    return then(client -> {
      client.open();
      for (String piece : pieces) {
        client.piece(piece);
      }
      client.finish("stop");
      client.done();
    });
  }

  /** Answers with an HTTP status and no answer. */
  public FakeChatServer thenFails(int status, @Nullable String retryAfter, String body) {
    return then(client -> client.fail(status, retryAfter, body));
  }

  /** Waits until the server is closed or, for a client that goes away, until that is seen. */
  public void hang(Client client) throws IOException {
    try {
      while (!closing.await(20, TimeUnit.MILLISECONDS)) {
        // A comment, which clients skip; writing is how a server learns that nobody reads.
        client.raw(": still thinking\n\n");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      clientGone.countDown();
      throw e;
    }
  }

  /** Says nothing more until the server is closed. */
  public void fallSilent() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try {
      requests.add(JSON.readTree(exchange.getRequestBody()));
      String key = exchange.getRequestHeaders().getFirst("Authorization");
      keys.add(key == null ? "none" : key);
      Script script = scripts.poll();
      Client client = new Client(exchange);
      if (script == null) {
        client.fail(500, null, "no script");
      } else {
        script.play(client);
      }
    } finally {
      // A body that is shorter than was said closes the connection.
      exchange.close();
    }
  }

  /** What is done with one request. */
  @FunctionalInterface
  public interface Script {
    /** Plays to the end. */
    void play(Client client) throws IOException;
  }

  /** The other side of one request. */
  public static final class Client {
    private final HttpExchange exchange;

    private Client(HttpExchange exchange) {
      this.exchange = exchange;
    }

    /** Sends the headers of a stream. */
    public void open() throws IOException {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
    }

    /** The same for a stream that is cut when the script ends. */
    public void openToBeCut() throws IOException {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 1 << 20);
    }

    /** Sends one piece of an answer. */
    public void piece(String text) throws IOException {
      event(
          "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake-1\","
              + "\"choices\":[{\"index\":0,\"delta\":{\"content\":"
              + JSON.writeValueAsString(text)
              + "},\"finish_reason\":null}]}");
    }

    /** Sends why the answer ends, then what it cost. */
    public void finish(String reason) throws IOException {
      event(
          "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake-1\","
              + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
              + reason
              + "\"}]}");
      event(
          "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake-1\","
              + "\"choices\":[],\"usage\":{\"prompt_tokens\":70,\"completion_tokens\":7,"
              + "\"total_tokens\":77}}");
    }

    /** Ends the stream as the protocol wants it. */
    public void done() throws IOException {
      event("[DONE]");
      exchange.getResponseBody().close();
    }

    /** Sends one event. */
    public void event(String data) throws IOException {
      raw("data: " + data + "\n\n");
    }

    /** Sends these characters. */
    public void raw(String text) throws IOException {
      OutputStream body = exchange.getResponseBody();
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.flush();
    }

    void fail(int status, @Nullable String retryAfter, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      if (retryAfter != null) {
        exchange.getResponseHeaders().add("Retry-After", retryAfter);
      }
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
