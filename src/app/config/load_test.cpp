#include "app/config/load.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/config/render.hpp"
#include "app/config/role_set.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

/// A settings file that goes with the object.
class File {
 public:
  explicit File(const std::string& text)
      : path_((fs::temp_directory_path() / ("godwit-load-test-" + std::to_string(::getpid()) + ".toml")).string()) {
    std::ofstream(path_) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { fs::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<Loaded> load_file(const std::string& text) {
  const File file(text);
  return load({.file = file.path()});
}

std::string problems_of(const Result<Loaded>& loaded) { return loaded ? "none" : loaded.error().detail; }

std::string problems_of_variable(const std::string& name, const std::string& text) {
  return problems_of(load({.environment = {{name, text}}}));
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("without any source every setting has its default, and needs no more") {
  const auto loaded = load({});
  REQUIRE_MESSAGE(loaded, problems_of(loaded));
  CHECK(loaded->origins.empty());
  for (const auto& setting : settings()) CHECK(show(loaded->config, setting) == show(Config{}, setting));
  CHECK(loaded->config.http.listen.str() == "127.0.0.1:8080");
  CHECK(loaded->config.inbox.keep == Seconds(259'200));
}

TEST_CASE("every default is within its own bounds, and every name and field stands once") {
  std::set<std::string_view> names;
  for (const auto& setting : settings()) {
    CAPTURE(setting.name);
    CHECK(names.insert(setting.name).second);
    CHECK(std::ranges::count(setting.name, '.') <= 1);
    CHECK(setting.doc.ends_with('.'));
    if (const auto given = load({.flags = {{std::string(setting.name), show(Config{}, setting), "test"}}});
        setting.field.index() < 4) {
      CHECK_MESSAGE(given, problems_of(given));
    }
  }
  CHECK(find_setting("http.threads") != nullptr);
  CHECK(find_setting("http.thread") == nullptr);
}

TEST_CASE("a file gives every type of value, and its line is the origin") {
  const auto loaded = load_file(
      "[http]\nthreads = 3\nlisten = \"[::1]:90\"\nheader_timeout = 0.25\nbody_timeout = 7\n"
      "[limits]\nenabled = false\nrequests_per_user = 2.5\n"
      "[gateway]\norigins = [\"https://a.example\", \"http://b.example:81\"]\n[log]\nlevel = \"warn\"\n");
  REQUIRE_MESSAGE(loaded, problems_of(loaded));
  const auto& config = loaded->config;
  CHECK(config.http.threads == 3);
  CHECK(config.http.listen == Address{"::1", 90});
  CHECK(to_millis(config.http.header_timeout) == std::chrono::milliseconds(250));
  CHECK(config.http.body_timeout == Seconds(7));
  CHECK_FALSE(config.limits.enabled);
  CHECK(config.limits.requests_per_user == 2.5);
  CHECK(config.gateway.origins == std::vector<std::string>{"https://a.example", "http://b.example:81"});
  CHECK(log_level(config) == Level::warn);
  CHECK(loaded->origins.find("http.threads")->second.ends_with(".toml:2"));
}

TEST_CASE("later sources win: file, environment, flags") {
  const File file("[http]\nthreads = 1\nbody_bytes = 2048\nhead_bytes = 2048\n");
  const auto loaded =
      load({.file = file.path(),
            .environment = {{"GODWIT_HTTP_THREADS", "2"}, {"GODWIT_HTTP_HEAD_BYTES", "4096"}, {"PATH", "/bin"}},
            .flags = {{"http.threads", "3", "flag --set"}}});
  REQUIRE_MESSAGE(loaded, problems_of(loaded));
  CHECK(loaded->config.http.threads == 3);
  CHECK(loaded->config.http.head_bytes == 4096);
  CHECK(loaded->config.http.body_bytes == 2048);
  CHECK(loaded->origins.find("http.threads")->second == "flag --set");
  CHECK(loaded->origins.find("http.head_bytes")->second == "environment GODWIT_HTTP_HEAD_BYTES");
}

TEST_CASE("the environment gives every type as text") {
  const auto loaded = load({.environment = {{"GODWIT_LIMITS_ENABLED", "false"},
                                            {"GODWIT_SOCKET_PING_INTERVAL", "0.2"},
                                            {"GODWIT_GATEWAY_ORIGINS", "https://a.example, https://b.example"},
                                            {"GODWIT_ADMIN_LISTEN", "localhost:1"}}});
  REQUIRE_MESSAGE(loaded, problems_of(loaded));
  CHECK_FALSE(loaded->config.limits.enabled);
  CHECK(loaded->config.socket.ping_interval == Seconds(0.2));
  CHECK(loaded->config.gateway.origins.size() == 2);
  CHECK(loaded->config.gateway.origins.back() == "https://b.example");
  CHECK(loaded->config.admin.listen == Address{"127.0.0.1", 1});
}

TEST_CASE("an unknown name is an error that suggests the nearest") {
  CHECK(has(problems_of(load_file("[http]\nthread = 1\n")),
            ".toml:2: unknown setting http.thread; did you mean http.threads?"));
  CHECK(has(problems_of(load_file("threads = 1\n")), ".toml:1: unknown setting threads"));
  CHECK(has(problems_of(load_file("[wholly.different]\nx = 1\n")),
            "unknown setting wholly.different; `godwit config doc` lists all"));
  CHECK(problems_of_variable("GODWIT_HTP_THREADS", "1") ==
        "environment: unknown variable GODWIT_HTP_THREADS; did you mean GODWIT_HTTP_THREADS?");
  CHECK(has(problems_of(load({.flags = {{"log.levle", "info", "flag --set"}}})),
            "flag --set: unknown setting log.levle; did you mean log.level?"));
}

TEST_CASE("a client passes over variables that it does not know; the chat's password is everybody's") {
  CHECK(load({.environment = {{"GODWIT_URL", "x"}}, .foreign_variables = true}));
  CHECK_FALSE(load({.environment = {{"GODWIT_URL", "x"}}}));
  CHECK(load({.environment = {{"GODWIT_PASSWORD", "x"}}}));
}

TEST_CASE("a wrong type or a value out of bounds names bounds, value and origin") {
  CHECK(problems_of_variable("GODWIT_HTTP_THREADS", "many") ==
        "environment GODWIT_HTTP_THREADS: http.threads must be a whole number from 0 to 256, not \"many\"");
  for (const auto* text : {"257", "-1", "1.5", "", " 1", "1 ", "0x1", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(has(problems_of_variable("GODWIT_HTTP_THREADS", text), "must be a whole number from 0 to 256"));
  }
  for (const auto* text : {"0", "3601", "nan", "inf", "-1", "1s"}) {
    CAPTURE(text);
    CHECK(
        has(problems_of_variable("GODWIT_HTTP_HEADER_TIMEOUT", text), "must be a number of seconds from 0.01 to 3600"));
  }
  CHECK(has(problems_of_variable("GODWIT_LIMITS_ENABLED", "no"), "must be true or false, not \"no\""));
  CHECK(has(problems_of_variable("GODWIT_LOG_LEVEL", "loud"), "must be one of debug, info, warn, error"));
  CHECK(has(problems_of_variable("GODWIT_NODE_NAME", ""), "must be text of 1 to 64 bytes"));
  for (const auto* text :
       {"8080", "127.0.0.1", "example.org:80", "127.0.0.1:65536", "::1:80", "[127.0.0.1]:80", ":80"}) {
    CAPTURE(text);
    CHECK(has(problems_of_variable("GODWIT_HTTP_LISTEN", text), "http.listen must be ADDR:PORT"));
  }
  CHECK(has(problems_of(load_file("[http]\nthreads = \"x\"\n")), ".toml:2: http.threads must be a whole number"));
  CHECK(has(problems_of(load_file("[http]\nthreads = 1.5\n")), "not 1.5"));
  CHECK(has(problems_of(load_file("[http]\nlisten = 80\n")), "http.listen must be ADDR:PORT"));
  CHECK(has(problems_of(load_file("[limits]\nenabled = 1979-05-27\n")), "limits.enabled must be true or false"));
  CHECK(has(problems_of(load_file("[gateway]\norigins = [1]\n")), "gateway.origins must be a list"));
}

TEST_CASE("all problems are named at once") {
  const auto text = problems_of(
      load({.environment = {{"GODWIT_HTTP_THREADS", "x"}, {"GODWIT_NO", "1"}}, .flags = {{"a.b", "1", "flag"}}}));
  CHECK(std::ranges::count(text, '\n') == 2);
}

TEST_CASE("a file that cannot be read or is no TOML") {
  CHECK(has(problems_of(load({.file = "/nowhere/godwit.toml"})), "/nowhere/godwit.toml: cannot be read: No such file"));
  CHECK(has(problems_of(load({.file = "/"})), "it is a directory"));
  CHECK(has(problems_of(load_file("[http]\nthreads = = 1\n")), ".toml:2: "));
  CHECK(load_file(""));
}

TEST_CASE("what does not go together") {
  CHECK(has(problems_of_variable("GODWIT_ADMIN_LISTEN", "0.0.0.0:8081"),
            "environment GODWIT_ADMIN_LISTEN: admin.listen is not loopback, so admin.key must be set"));
  CHECK(load({.environment = {{"GODWIT_ADMIN_LISTEN", "0.0.0.0:8081"}, {"GODWIT_ADMIN_KEY", "sixteen characters"}}}));
  const auto short_key = problems_of_variable("GODWIT_ADMIN_KEY", "hunter2");
  CHECK(has(short_key, "admin.key must have at least 16 characters"));
  CHECK_FALSE(has(short_key, "hunter2"));
  CHECK(has(problems_of(
                load({.flags = {{"debug.echo", "true", "flag --debug-echo"}, {"http.listen", "0.0.0.0:80", "flag"}}})),
            "flag --debug-echo: debug.echo may be on only where http.listen is loopback"));
  CHECK(has(problems_of(load({.flags = {{"http.listen", "127.0.0.1:8081", "flag"}}})),
            "admin.listen must differ from http.listen"));
  CHECK(has(problems_of_variable("GODWIT_SOCKET_QUEUE_BYTES", "1024"),
            "socket.queue_bytes must be at least socket.message_bytes"));
  for (const auto* text : {"https://a.example/", "a.example", "https://*.example", "https://", "HTTPS://a.example",
                           "https://A.example", "*"}) {
    CAPTURE(text);
    CHECK(has(problems_of_variable("GODWIT_GATEWAY_ORIGINS", text), "gateway.origins holds"));
  }
}

TEST_CASE("a process among others names who runs the roles that it does not") {
  const auto alone = load_file("");
  REQUIRE(alone);
  CHECK(roles_of(alone->config).is_all());
  CHECK(has(problems_of_variable("GODWIT_ROLES", "user,cook"), "roles holds \"cook\""));
  const auto lacks = problems_of_variable("GODWIT_ROLES", "gateway,user");
  CHECK(has(lacks, "needs engines = \"distributed\""));
  CHECK(has(lacks, "cluster.secret must be set"));
  for (const auto* peers : {"peers.dispatch", "peers.archive", "peers.offline", "peers.node"})
    CHECK(has(lacks, std::string(peers) + " must name who runs it"));
  CHECK_FALSE(has(lacks, "peers.user must"));
  const auto short_secret = problems_of_variable("GODWIT_CLUSTER_SECRET", "hunter2");
  CHECK(has(short_secret, "cluster.secret must have at least 16 characters"));
  CHECK_FALSE(has(short_secret, "hunter2"));
  CHECK(has(problems_of_variable("GODWIT_PEERS_NODE", "127.0.0.1:9101"), "it must be name=address:port"));
  CHECK(has(problems_of_variable("GODWIT_PEERS_USER", "nowhere"), "it must be address:port"));
  CHECK(has(problems_of_variable("GODWIT_MYSQL_LEDGER", "127.0.0.1:3306"), "it must be address:port/database"));
  for (const auto* bad : {"node-1", "=ws://a", "node-1=http://a", "node-1=ws://", "node-1=ws://a/", "node-1=wss://a?b",
                          "node-1=wss://a b", "node-1=ws://a;b", "node-1=ws://:80", "node-1=ws:///a"})
    CHECK_MESSAGE(has(problems_of_variable("GODWIT_PEERS_NODE_PUBLIC", bad), "peers.node_public holds"), bad);
  for (const auto* good : {"node-1=ws://10.0.0.7:8082", "n=wss://[::1]:1", "node-1=wss://chat.example.org/nodes/1"})
    CHECK(load({.environment = {{"GODWIT_PEERS_NODE_PUBLIC", good}}}));
  const auto direct = problems_of_variable("GODWIT_GATEWAY_SOCKETS", "direct");
  CHECK(has(direct, "gateway.sockets is direct, which needs engines"));
  CHECK(has(direct, "cluster.secret must be set where gateway.sockets is direct"));
  CHECK(has(direct, "peers.node_public must say"));
  CHECK(has(problems_of_variable("GODWIT_GATEWAY_SOCKETS", "both"), "gateway.sockets"));
  CHECK(has(problems_of_variable("GODWIT_GATEWAY_TICKET_LIFETIME", "31"), "gateway.ticket_lifetime"));
  const auto some = load_file(R"(
roles = ["gateway", "node"]
engines = "distributed"
[cluster]
secret = "sixteen characters"
[peers]
user = ["10.0.0.1:9100"]
dispatch = ["10.0.0.2:9100"]
archive = ["10.0.0.3:9100"]
offline = ["10.0.0.3:9200"]
)");
  REQUIRE_MESSAGE(some.has_value(), problems_of(some));
  const auto here = roles_of(some->config);
  CHECK(here.has(RoleName::gateway));
  CHECK(here.has(RoleName::node));
  CHECK_FALSE(here.has(RoleName::user));
  CHECK(roles_of(load({.environment = {{"GODWIT_ROLES", "all"}}})->config).is_all());
}

TEST_CASE("a secret is in no message and no print") {
  const auto secret = std::string(300, 's');
  const auto refused = problems_of_variable("GODWIT_ADMIN_KEY", secret);
  CHECK(has(refused, "admin.key must be"));
  CHECK_FALSE(has(refused, "sss"));
  const auto loaded = load({.environment = {{"GODWIT_ADMIN_KEY", "sixteen characters"}}});
  REQUIRE(loaded);
  const auto shown = render_in_force(*loaded);
  CHECK_FALSE(has(shown, "sixteen"));
  CHECK(has(shown, "key = \"***\"  # environment GODWIT_ADMIN_KEY"));
}

TEST_CASE("the default file, all of it in force, is the defaults; what is printed can be read again") {
  auto text = render_default_file();
  for (const auto& setting : settings()) {
    const auto key = "# " + std::string(setting.name.substr(setting.name.find('.') + 1)) + " = ";
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key)) text.erase(at, 2);
  }
  const auto loaded = load_file(text);
  REQUIRE_MESSAGE(loaded, problems_of(loaded));
  CHECK(loaded->origins.size() == settings().size());
  for (const auto& setting : settings()) CHECK(show(loaded->config, setting) == show(Config{}, setting));
  CHECK(load_file(render_in_force(*loaded)));
}

TEST_CASE("the reference page has every setting, its variable and its default") {
  const auto page = render_reference();
  for (const auto& setting : settings()) {
    CAPTURE(setting.name);
    CHECK(has(page, "| `" + std::string(setting.name) + "`<br>`" + variable_of(setting.name) + "` | `" +
                        show(Config{}, setting) + "` |"));
  }
}

}  // namespace godwit::app
