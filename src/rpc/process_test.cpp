#include <doctest/doctest.h>

#include "rpc/process_client.hpp"
#include "rpc/process_values.hpp"
#include "rpc/rpc_fixture.hpp"

using namespace godwit;
using namespace godwit::rpc::testing;

namespace {

processes::Account full_account() {
  return {.id = "p-1",
          .name = "node-1",
          .roles = {RoleName::node, RoleName::dispatch},
          .version = "1.2.3",
          .started_at = 1,
          .time = 2,
          .draining = true,
          .sockets = 3,
          .users = 4,
          .relayed = 5,
          .queues = {{.name = "q", .depth = 6, .bound = 7}, {.name = "bus", .depth = 8, .bound = 0}},
          .shards = {0, 255},
          .signing_key = "abc",
          .parts = {{.name = "redis", .trouble = ""}, {.name = "user", .trouble = "\xff away", .needed = false}},
          .samples = {{.time = 9,
                       .connections = 1,
                       .sends = 2,
                       .pushes = 3,
                       .connects = 4,
                       .requests = 5,
                       .failures = 6,
                       .answer_ms = 0.5},
                      {.time = 10}},
          .settings = {{.name = "inbox.keep", .value = "\xfe 3"}}};
}

class Teller final : public processes::Service {
 public:
  Task<Result<processes::Account>> tell(processes::Question question) override {
    asked = question;
    co_return full_account();
  }
  processes::Question asked;
};

}  // namespace

TEST_CASE("rpc: what a process tells of itself, there and back") {
  Teller teller;
  rpc::Services services;
  rpc::serve_process(services, teller);
  ServingProcess there(std::move(services));
  AskingProcess here({});
  rpc::ProcessPhone phone(here.connections());
  const auto account = here.ask(phone.ask(there.address(), {.parts = true, .settings = true, .rates_since = 77}));
  REQUIRE(account);
  CHECK(*account == full_account());
  CHECK(teller.asked.parts);
  CHECK(teller.asked.settings);
  CHECK(teller.asked.rates_since == 77);
  REQUIRE(here.ask(phone.ask(there.address(), {})));
  CHECK_FALSE(teller.asked.parts);
  CHECK_FALSE(teller.asked.settings);
  CHECK_FALSE(teller.asked.rates_since);
  const auto address = there.address();
  AskingProcess there_only({address});
  CHECK(there_only.ask(rpc::reach(there_only.caller())));
  there.end();
  CHECK(there_only.ask(rpc::reach(there_only.caller())).error().code == Code::unavailable);
  CHECK(here.ask(phone.ask(address, {})).error().code == Code::unavailable);
}

TEST_CASE("rpc: an account that is none, and roles that nobody here knows") {
  process::v1::TellReply reply;
  CHECK_FALSE(rpc::read(reply));
  reply.set_id("p-1");
  reply.add_roles("of a later version");
  reply.add_roles("user");
  REQUIRE(rpc::read(reply));
  CHECK(rpc::read(reply)->roles == std::vector{RoleName::user});
  reply.add_shards(256);
  CHECK_FALSE(rpc::read(reply));
}
