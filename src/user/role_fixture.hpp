#pragma once
#include <string>
#include <vector>

#include "engine/memory/registry.hpp"
#include "service/fake_call.hpp"
#include "user/fake_services.hpp"
#include "user/sessions/token.hpp"
#include "user/store/session_store.hpp"
#include "user/store/store_fixture.hpp"
#include "user/store/testing_counts.hpp"
#include "user/store/testing_store.hpp"
#include "user/user_role.hpp"
#include "wire/json.hpp"

namespace godwit::user::suite {

/// What a call answered: the status of the answer or of the error, and the body's fields.
struct Replied {
  int status = 0;
  std::string code;  ///< of an error
  std::string body;
  std::map<std::string, std::string> wrong;  ///< fields of a 422

  [[nodiscard]] wire::Fields json() const { return taken(wire::Fields::parse(body)); }
  [[nodiscard]] std::string text(const char* name) const { return json().text(name); }
  [[nodiscard]] bool is(int wanted, const std::string& named) const { return status == wanted && code == named; }
};

/// The role on an engine, with the other roles faked, called as the gateway calls it.
class RoleBed {
 public:
  explicit RoleBed(const MakeBed& make) : bed_(make()) {
    settings.changes.enabled = settings.registrations.enabled = false;  // what is about rates turns them on
    restart_role();
  }

  void restart_role() {
    role_ = nullptr;
    process_.reset();
    process_ = start_process();
    role_ = &process_->role;
  }

  UserRole& role() { return *role_; }
  auto& process() { return *process_; }

  /// A user role, and the feed of its process.
  struct Process {
    Process(RoleBed& bed)
        : feed(bed.change_log, bed.clock),
          role(Ports{.store = bed.watched_,
                     .hasher = bed.hasher,
                     .tokens = bed.signer_,
                     .change_log = bed.change_log,
                     .feed = feed,
                     .counts = bed.counts_of_all},
               Services{.dispatch = bed.dispatch, .offline = bed.offline, .registry = bed.registry}, bed.settings,
               bed.clock, bed.random_, bed.log_, bed.metrics_) {}
    changes::ChangeFeed feed;
    UserRole role;
  };
  /// Another one on the same store and change log.
  std::unique_ptr<Process> start_process() { return std::make_unique<Process>(*this); }

  Store& store() { return bed_->store(); }
  /// Reads of the store that the role asked for so far.
  [[nodiscard]] int reads() const { return watched_.reads; }
  BulkLoader& loader() { return bed_->loader(); }

  Replied call(const Identity& who, const std::string& method, const std::string& pattern,
               std::vector<std::string> params = {}, const std::string& body = {}, const std::string& query = {}) {
    return call_of(*role_, who, method, pattern, std::move(params), body, query);
  }
  static Replied call_of(UserRole& role, const Identity& who, const std::string& method, const std::string& pattern,
                         std::vector<std::string> params, const std::string& body, const std::string& query = {},
                         const std::string& address = "10.0.0.1") {
    const auto answer =
        gateway::make_call(role.calls(), method, pattern,
                           {.who = who, .params = std::move(params), .query = query, .body = body, .peer = address});
    if (answer) return {.status = answer->status, .code = {}, .body = answer->body, .wrong = {}};
    return {.status = info(answer.error().code).status,
            .code = std::string(info(answer.error().code).name),
            .body = {},
            .wrong = answer.error().fields};
  }

  /// Registered and logged in.
  Identity person(const std::string& key, const std::string& device = "phone") {
    call({}, "POST", "/v1/users", {}, R"({"key":")" + key + R"(","password":"12345678"})");
    return log_in(key, device);
  }
  Replied try_log_in(const std::string& key, const std::string& device, const std::string& password = "12345678") {
    return call({}, "POST", "/v1/sessions", {},
                R"({"key":")" + key + R"(","password":")" + password + R"(","device":{"id":")" + device + R"("}})");
  }
  Identity log_in(const std::string& key, const std::string& device, const std::string& password = "12345678") {
    const auto login = try_log_in(key, device, password);
    REQUIRE(login.status == 201);
    return taken(sync_wait(role_->authenticate(login.text("token")))).who;
  }
  bool alive(const Identity& who) {
    const auto session =
        sync_wait(bed_->store().read([&](Tables& tables) { return tables.sessions.find(who.session); }));
    return session && session->has_value();
  }
  void befriend(const Identity& a, const Identity& b) {
    CHECK(call(a, "POST", "/v1/friend-requests", {}, R"({"receiver":")" + b.user.str() + R"("})").status == 201);
    CHECK(call(b, "POST", "/v1/friend-requests", {}, R"({"receiver":")" + a.user.str() + R"("})").status == 200);
    dispatch.take();
  }
  std::string group_of(const Identity& owner, const std::vector<Identity>& members) {
    std::string list;
    for (const auto& member : members) {
      befriend(owner, member);
      list += (list.empty() ? "\"" : ",\"") + member.user.str() + "\"";
    }
    const auto made = call(owner, "POST", "/v1/groups", {}, R"({"name":"Birds","members":[)" + list + "]}");
    REQUIRE(made.status == 201);
    return made.text("key");
  }

  Settings settings{};
  ManualClock clock;
  changes::TestingChangeLog change_log;
  TestingCounts counts_of_all{clock};
  FakeDispatch dispatch;
  FakeOffline offline;
  engine::memory::MemoryRegistry registry{clock, engine::memory::kOneProcess};
  const registry::Node node = taken(sync_wait(registry.join("node-1")));
  FakeHasher hasher;

 private:
  std::unique_ptr<Bed> bed_;
  WatchedStore watched_{bed_->store(), change_log};
  SystemRandom random_;
  Log log_{-1};
  Metrics metrics_;
  TokenSigner signer_{SigningKey{1, 2, 3}};
  std::unique_ptr<Process> process_;
  UserRole* role_ = nullptr;
};

struct Admins {
  explicit Admins(RoleBed& b) : bed(b) { grant(admin, true); }

  void grant(const Identity& who, bool admin_now) {
    taken(sync_wait(bed.role().admin().set_admin(who.user, admin_now)));
  }
  Replied get(const char* pattern, std::vector<std::string> params = {}, const std::string& query = {}) {
    return bed.call(admin, "GET", pattern, std::move(params), {}, query);
  }
  /// "action target" of each entry, newest first.
  std::vector<std::string> audit() {
    std::vector<std::string> deeds;
    for (const auto& entry : read(bed.store(), [](Tables& tables) { return tables.audit.list(0, 100); }))
      deeds.push_back(entry.admin + " " + entry.action + " " + entry.target);
    return deeds;
  }
  std::string last_deed() { return audit().at(0); }

  RoleBed& bed;
  Identity admin = bed.person("keeper"), ann = bed.person("ann", "phone");
};

struct Members {
  explicit Members(RoleBed& b) : bed(b) {}
  Replied change(const Identity& who, const Identity& target, const std::string& body) {
    return bed.call(who, "PATCH", "/v1/groups/{key}/members/{user}", {group, target.user.str()}, body);
  }
  Replied remove(const Identity& who, const std::string& target) {
    return bed.call(who, "DELETE", "/v1/groups/{key}/members/{user}", {group, target});
  }
  Replied join(const Identity& who) { return bed.call(who, "POST", "/v1/groups/{key}/requests", {group}, "{}"); }
  Replied answer(const Identity& who, const std::string& id, const char* verdict) {
    return bed.call(who, "POST", std::string("/v1/group-requests/{id}/") + verdict, {id});
  }
  FakeDispatch::Seen only() {
    auto told = bed.dispatch.take();
    REQUIRE(told.size() == 1);
    return told[0];
  }

  RoleBed& bed;
  Identity owner = bed.person("owner"), ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
  std::string group = bed.group_of(owner, {ann, bob});
  Conversation conversation = Conversation::of_group(GroupKey(group));
};

}  // namespace godwit::user::suite
