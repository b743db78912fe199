#include <barrier>
#include <thread>

#include "user/every_suite.hpp"
#include "user/role_fixture.hpp"
#include "user/store/request_store.hpp"
#include "user/store/session_store.hpp"

/// Two who do at once what only one of them may.
namespace godwit::user::suite {
namespace {

/// What each of `calls` answered, all begun at the same moment.
std::vector<Replied> at_once(const std::vector<std::function<Replied()>>& calls) {
  std::vector<Replied> answers(calls.size());
  std::barrier start(static_cast<std::ptrdiff_t>(calls.size()));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        answers[i] = calls[i]();
      });
    }
  }
  return answers;
}
std::ptrdiff_t how_many(const std::vector<Replied>& answers, int status) {
  return std::ranges::count(answers, status, &Replied::status);
}

constexpr int kRounds = 10;

void crossing_requests_make_friends(const MakeBed& make) {
  RoleBed bed(make);
  for (int round = 0; round < kRounds; ++round) {
    const auto name = std::to_string(round);
    const auto ann = bed.person("ann" + name), bob = bed.person("bob" + name);
    const auto ask = [&](const Identity& who, const Identity& other) {
      return [&bed, &who, &other] {
        return bed.call(who, "POST", "/v1/friend-requests", {}, R"({"receiver":")" + other.user.str() + "\"}");
      };
    };
    const auto answers = at_once({ask(ann, bob), ask(bob, ann)});
    CHECK(how_many(answers, 201) == 1);
    CHECK(how_many(answers, 200) == 1);
    CHECK(taken(sync_wait(bed.role().relation(ann.user, bob.user))).friends);
    for (const auto& [from, to] : {std::pair{ann, bob}, std::pair{bob, ann}}) {
      CHECK_FALSE(
          read(bed.store(), [&](Tables& tables) { return tables.friend_requests.pending(from.user, to.user); }));
    }
  }
}

void a_group_has_one_owner(const MakeBed& make) {
  RoleBed bed(make);
  for (int round = 0; round < kRounds; ++round) {
    const auto name = std::to_string(round);
    const auto ann = bed.person("ann" + name), bob = bed.person("bob" + name), carl = bed.person("carl" + name);
    const auto group = bed.group_of(ann, {bob, carl});
    const auto hand_to = [&](const Identity& whom) {
      return [&bed, &ann, &group, &whom] {
        return bed.call(ann, "PATCH", "/v1/groups/{key}/members/{user}", {group, whom.user.str()},
                        R"({"role":"owner"})");
      };
    };
    CHECK(how_many(at_once({hand_to(bob), hand_to(carl)}), 200) == 1);
    const auto roster = taken(sync_wait(bed.role().roster(GroupKey(group))));
    CHECK(std::ranges::count_if(roster->members, [](const auto& one) { return one.second.role == Role::owner; }) == 1);
    CHECK(roster->members.at(roster->group.owner).role == Role::owner);
  }
}

void sessions_stay_below_their_cap(const MakeBed& make) {
  RoleBed bed(make);
  bed.settings.sessions_per_user = 2;
  bed.restart_role();
  const auto ann = bed.person("ann");
  std::vector<std::function<Replied()>> logins;
  for (const auto* device : {"a", "b", "c", "d", "a"})
    logins.emplace_back([&bed, device] { return bed.try_log_in("ann", device); });
  for (int round = 0; round < kRounds; ++round) {
    CHECK(how_many(at_once(logins), 201) == 5);
    CHECK(read(bed.store(), [&](Tables& tables) { return tables.sessions.of_user(ann.user); }).size() == 2);
  }
}

void a_name_is_given_once(const MakeBed& make) {
  RoleBed bed(make);
  for (int round = 0; round < kRounds; ++round) {
    const auto name = "name" + std::to_string(round);
    const auto sign_up = [&] {
      return bed.call({}, "POST", "/v1/users", {}, R"({"key":")" + name + R"(","password":"12345678"})");
    };
    const auto answers = at_once({sign_up, sign_up, [&] {
                                    const auto made = sync_wait(bed.role().admin().create_service_key({.name = name}));
                                    return Replied{.status = made ? 201 : info(made.error().code).status};
                                  }});
    CHECK(how_many(answers, 201) == 1);
    CHECK(how_many(answers, 409) == 2);
  }
}

void an_invite_is_spent_as_often_as_it_says(const MakeBed& make) {
  RoleBed bed(make);
  bed.role().set_registration(Registration::invite, {});
  for (int round = 0; round < kRounds; ++round) {
    const auto invite = taken(sync_wait(bed.role().admin().make_invite({.uses = 1}))).text;
    const auto sign_up = [&](const std::string& key) {
      return [&bed, &invite, key] {
        const auto body = R"({"key":")" + key + R"(","password":"12345678","invite":")" + invite + "\"}";
        return bed.call({}, "POST", "/v1/users", {}, body);
      };
    };
    const auto name = std::to_string(round);
    const auto answers = at_once({sign_up("ann" + name), sign_up("bob" + name)});
    CHECK(how_many(answers, 201) == 1);
    CHECK(how_many(answers, 403) == 1);
  }
}

void the_last_place_is_taken_once(const MakeBed& make) {
  for (int round = 0; round < kRounds; ++round) {
    RoleBed bed(make);
    Members in(bed);
    bed.settings.caps.group_members = 4;
    bed.restart_role();
    const auto dora = bed.person("dora");
    const auto carls = in.join(in.carl).text("id"), doras = in.join(dora).text("id");
    const auto answers = at_once(
        {[&] { return in.answer(in.owner, carls, "approve"); }, [&] { return in.answer(in.owner, doras, "approve"); }});
    CHECK(how_many(answers, 200) == 1);
    CHECK(how_many(answers, 409) == 1);
    CHECK(taken(sync_wait(bed.role().roster(GroupKey(in.group))))->members.size() == 4);
  }
}

void a_request_is_answered_once(const MakeBed& make) {
  for (int round = 0; round < kRounds; ++round) {
    RoleBed bed(make);
    Members in(bed);
    const auto asked = in.join(in.carl).text("id");
    bed.dispatch.take();
    const auto answers = at_once(
        {[&] { return in.answer(in.owner, asked, "approve"); }, [&] { return in.answer(in.owner, asked, "reject"); }});
    CHECK(how_many(answers, 200) == 1);
    CHECK(how_many(answers, 409) == 1);
    CHECK(bed.dispatch.take().size() == 1);
    const bool inside = taken(sync_wait(bed.role().roster(GroupKey(in.group))))->members.contains(in.carl.user);
    CHECK(inside == (answers[0].status == 200));
  }
}

void friends_stay_below_their_cap(const MakeBed& make) {
  for (int round = 0; round < kRounds; ++round) {
    RoleBed bed(make);
    bed.settings.caps.friends = 1;
    bed.restart_role();
    const auto ann = bed.person("ann"), bob = bed.person("bob"), carl = bed.person("carl");
    const auto ask = [&](const Identity& who) {
      return bed.call(who, "POST", "/v1/friend-requests", {}, R"({"receiver":"ann"})").text("id");
    };
    const auto approve = [&](const std::string& id) {
      return [&bed, &ann, id] { return bed.call(ann, "POST", "/v1/friend-requests/{id}/approve", {id}); };
    };
    const auto answers = at_once({approve(ask(bob)), approve(ask(carl))});
    CHECK(how_many(answers, 200) == 1);
    CHECK(how_many(answers, 409) == 1);
    CHECK(taken(sync_wait(bed.role().awake_friends(ann.user)))->size() == 1);
  }
}

}  // namespace

void races(const MakeBed& make) {
  crossing_requests_make_friends(make);
  a_group_has_one_owner(make);
  sessions_stay_below_their_cap(make);
  a_name_is_given_once(make);
  an_invite_is_spent_as_often_as_it_says(make);
  the_last_place_is_taken_once(make);
  a_request_is_answered_once(make);
  friends_stay_below_their_cap(make);
}

}  // namespace godwit::user::suite
