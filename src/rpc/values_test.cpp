#include <doctest/doctest.h>

#include "rpc/dispatch_values.hpp"
#include "rpc/fake_roles.hpp"
#include "rpc/gateway_values.hpp"
#include "rpc/offline_values.hpp"
#include "rpc/sequencer_values.hpp"
#include "rpc/user_values.hpp"

// What another process may send that is not valid: an error each time, and nothing else.

using namespace godwit;
using rpc::read;
using rpc::write;

namespace {

template <class T>
void check_refused(const Result<T>& read) {
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Code::malformed_request);
  CHECK(read.error().detail.starts_with("not valid: "));
  CHECK(rpc::answered(read).error().code == Code::internal);
}

rpc::wire::Message message() {
  rpc::wire::Message out;
  write(rpc::testing::full_message(), out);
  return out;
}
user::v1::Roster roster() {
  rpc::testing::EchoUsers users;
  user::v1::Roster out;
  write(**sync_wait(users.roster(GroupKey("g-1"))), out);
  return out;
}

}  // namespace

TEST_CASE("rpc: messages that are none") {
  CHECK(read(message()));
  auto in = message();
  for (const std::uint32_t type :
       {0U, 100U, 103U, 201U, 202U, 301U, 305U, 65'636U /* 101 in 16 bits */, 4'294'967'295U}) {
    in.set_type(type);
    check_refused(read(in));
  }
  for (const char* name : {"", "u", "u:", "u:bob:ann", "u:ann:ann", "u:ann", "g:", "x:ann", "g:A", "s:a/b"}) {
    in = message();
    in.set_conversation(name);
    check_refused(read(in));
  }
  in = message();
  in.add_joined("");
  check_refused(read(in));
  in = message();
  in.add_left("");
  check_refused(read(in));
  google::protobuf::RepeatedPtrField<rpc::wire::Message> list;
  *list.Add() = message();
  *list.Add() = in;
  check_refused(read(list));
}

TEST_CASE("rpc: people that are none") {
  check_refused(read(rpc::wire::Identity()));
  check_refused(read(user::v1::Proven()));
  check_refused(read(user::v1::ServiceIdentity()));
  check_refused(read(user::v1::CardsReply(), 1));
  user::v1::CardsReply cards;
  cards.add_cards();
  cards.add_cards();
  check_refused(read(cards, 1));
  CHECK(read(cards, 2));
}

TEST_CASE("rpc: groups that are none") {
  CHECK(read(roster()));
  auto in = roster();
  in.mutable_group()->set_policy(user::v1::JOIN_POLICY_UNSPECIFIED);
  check_refused(read(in));
  in.mutable_group()->set_policy(static_cast<user::v1::JoinPolicy>(99));
  check_refused(read(in));
  in = roster();
  in.mutable_group()->set_key("");
  check_refused(read(in));
  in = roster();
  in.mutable_members(1)->set_role(user::v1::MEMBER_ROLE_UNSPECIFIED);
  check_refused(read(in));
  in.mutable_members(1)->set_role(static_cast<user::v1::MemberRole>(-1));
  check_refused(read(in));
  in = roster();
  in.mutable_members(0)->set_user("");
  check_refused(read(in));
  in = roster();
  in.mutable_members()->SwapElements(0, 1);
  check_refused(read(in));
  in = roster();
  *in.add_members() = in.members(2);
  check_refused(read(in));
  in = roster();
  in.clear_members();  // a group may be left by all
  CHECK((*read(in))->audience->empty());
}

TEST_CASE("rpc: what inboxes and sequencers say that cannot be") {
  const auto ranges = [](std::vector<ReadRange> list) {
    offline::v1::RangesReply out;
    write(ReadRanges(std::move(list)), out);
    return out;
  };
  CHECK(read(ranges({{1, 2}, {3, 0}})));
  check_refused(read(ranges({{1, 0}, {3, 4}})));
  check_refused(read(ranges({{1, 5}, {5, 0}})));
  check_refused(read(ranges({{7, 5}})));
  offline::v1::ReadersReply readers;
  readers.add_users("");
  check_refused(read(readers));
  offline::v1::AcknowledgeRequest acknowledge;
  acknowledge.add_devices()->set_user("ann");
  check_refused(read(acknowledge));
  acknowledge.mutable_devices(0)->set_device("phone");
  CHECK(read(acknowledge));
  acknowledge.mutable_devices(0)->add_positions();
  check_refused(read(acknowledge));

  sequencer::v1::NumberRequest number;
  check_refused(read(number));
  number.set_once("o");
  check_refused(read(number));
  check_refused(read(sequencer::v1::NumberReply()));
  sequencer::v1::NumberReply reply;
  reply.mutable_owner();
  check_refused(read(reply));
  reply.mutable_published()->set_id("m");
  check_refused(read(reply));  // without a number
  sequencer::v1::CommittedReply committed;
  committed.add_positions(1);
  check_refused(read(committed));
  check_refused(read(sequencer::v1::TailRequest()));
}

TEST_CASE("rpc: clients' calls and answers that cannot be") {
  const gateway::RouteSpec route{"GET", "/v1/groups/{key}"};
  gateway::v1::ForwardRequest request;
  write(route, {.who = rpc::testing::identity(), .params = {"g"}}, request);
  CHECK(read(request, route));
  request.add_params("more");
  check_refused(read(request, route));
  write(route, {.params = {"g"}}, request = {});
  check_refused(read(request, route));
  check_refused(read(request, {.method = "GET", .pattern = "/v1/{key}", .access = gateway::Access::admin}));
  check_refused(read(request, {.method = "GET", .pattern = "/v1/{key}", .access = gateway::Access::service_key}));
  CHECK(read(request, {.method = "GET", .pattern = "/v1/{key}", .access = gateway::Access::open}));

  gateway::v1::ForwardReply reply;
  write(net::Reply{.headers = {{"etag", "1"}}}, reply);
  CHECK(read(reply));
  for (const std::uint32_t status : {0U, 101U, 199U, 600U}) {
    reply.set_status(status);
    check_refused(read(reply));
  }
  reply.set_status(200);
  for (const auto& value : {std::string("a\r\nset-cookie: b"), std::string("a\nb"), std::string("a\0b", 3)}) {
    reply.mutable_headers(0)->set_value(value);
    check_refused(read(reply));
  }
  reply.mutable_headers(0)->set_value("1");
  reply.mutable_headers(0)->set_name("");
  check_refused(read(reply));
  reply.clear_headers();
  reply.set_content_type("text/plain\r\n");
  check_refused(read(reply));
}
