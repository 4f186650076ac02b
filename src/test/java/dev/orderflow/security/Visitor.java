package dev.orderflow.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody outside, with a name and a password, a key, a browser or nothing at all. */
final class Visitor {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final @Nullable String authorization;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient client;

    private Visitor(int port, @Nullable String authorization) {
        this.address = "http://127.0.0.1:" + port;
        this.authorization = authorization;
        this.client = HttpClient.newBuilder().cookieHandler(cookies).build();
    }

    static Visitor nobody(int port) {
        return new Visitor(port, null);
    }

    static Visitor withKey(int port, String key) {
        return new Visitor(port, "Bearer " + key);
    }

    static Visitor named(int port, String name, String password) {
        return new Visitor(
                port,
                "Basic "
                        + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /** Somebody who has logged in to Tasklist. */
    static Visitor inTasklist(int port, String name, String password) {
        Visitor visitor = new Visitor(port, null);
        visitor.get("/camunda/app/tasklist/default/");
        Answer answer = visitor.send(visitor.request("/camunda/api/admin/auth/user/default/login/tasklist")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        + "&password=" + URLEncoder.encode(password, StandardCharsets.UTF_8))));
        if (answer.status() != 200) {
            throw new IllegalStateException("no login: " + answer);
        }
        visitor.get("/camunda/api/engine/engine/default/filter");
        return visitor;
    }

    String session() {
        return cookie("JSESSIONID");
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String body) {
        return send("POST", path, body);
    }

    Answer send(String method, String path, String body) {
        return send(
                request(path).header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = requestWithoutToken(path);
        String token = cookie("XSRF-TOKEN");
        if (!token.isEmpty()) {
            request.header("X-XSRF-TOKEN", token);
        }
        return request;
    }

    /** As a page elsewhere makes the browser send it: the cookies come along, the token does not. */
    HttpRequest.Builder requestWithoutToken(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    record Answer(int status, String body, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + body, e);
            }
        }

        List<String> header(String name) {
            return response.headers().allValues(name);
        }

        @Override
        public String toString() {
            return status + " " + body;
        }
    }
}
