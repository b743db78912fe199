#!/usr/bin/env bash
# feign-core 13.6.1 (Maven Central): with its defaults a POST that was answered with Retry-After is sent five times.
#
# Valid input: a client made by Feign.builder() with nothing set, one POST, a server that answers 429 with `Retry-After: 0`.
# One would expect: one request and a FeignException, as without the header; a POST is not idempotent, and nobody asked for
#   repeats.
# What happens: five requests within a second, the body each time; then feign.RetryableException. A service that counts what
#   a caller sends, or that did the work and asked to come back later, sees five.
# Seen (2026-11-29, OpenJDK 17):
#   429 without Retry-After: 1 POST, TooManyRequests
#   429 with Retry-After: 5 POST, RetryableException
#   503 with Retry-After: 5 POST, RetryableException
# Needs: Maven and a JDK. Some seconds and the download.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mvn -q -B dependency:copy -Dartifact=io.github.openfeign:feign-core:13.6.1 -DoutputDirectory="$work/jars" > mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }

cat > Try.java << 'JAVA'
import com.sun.net.httpserver.HttpServer;
import feign.Feign;
import feign.RequestLine;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

public class Try {
  interface Client {
    @RequestLine("POST /messages")
    String send(String body);
  }

  static void look(String what, int status, boolean retryAfter) throws Exception {
    AtomicInteger posts = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/messages", exchange -> {
      exchange.getRequestBody().readAllBytes();
      posts.incrementAndGet();
      if (retryAfter) exchange.getResponseHeaders().set("Retry-After", "0");
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    });
    server.start();
    String end = "no error";
    try {
      Feign.builder().target(Client.class, "http://127.0.0.1:" + server.getAddress().getPort()).send("hello");
    } catch (RuntimeException error) {
      end = error.getClass().getSimpleName();
    }
    server.stop(0);
    System.out.println(what + ": " + posts + " POST, " + end);
  }

  public static void main(String[] arguments) throws Exception {
    look("429 without Retry-After", 429, false);
    look("429 with Retry-After", 429, true);
    look("503 with Retry-After", 503, true);
  }
}
JAVA
seen=$(java -cp "jars/*" Try.java)
echo "$seen"
[ "$seen" = '429 without Retry-After: 1 POST, TooManyRequests
429 with Retry-After: 5 POST, RetryableException
503 with Retry-After: 5 POST, RetryableException' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
