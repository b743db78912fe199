#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "app/commands/admin_verbs.hpp"
#include "app/commands/command.hpp"
#include "app/maintenance.hpp"

namespace godwit::app {

Result<Loaded> load_settings(const ConfigFlags& flags) {
  TRY(auto sources, flags.sources());
  sources.foreign_variables = true;
  return load(sources);
}

namespace {

using Flags = std::shared_ptr<AdminFlags>;
constexpr std::int64_t kMostSeconds = 315'360'000;  // ten years

/// --data: the directory at rest. Otherwise the server at --admin, or at the admin.listen of the settings.
Result<std::unique_ptr<Administration>> target(const ConfigFlags& flags) {
  if (!flags.data.empty() && !flags.admin.empty()) {
    return fail(Code::bad_parameter, "give --admin for a running server or --data for a directory at rest, not both");
  }
  if (!flags.data.empty()) {
    if (!std::filesystem::is_directory(flags.data))
      return fail(Code::bad_parameter, flags.data + ": there is no such data directory");
    return administer_directory(flags.data);
  }
  auto without_listener = flags;
  const auto given = std::exchange(without_listener.admin, "");
  TRY(const auto loaded, load_settings(without_listener));
  TRY(const auto listener, given.empty() ? Result<Address>(loaded.config.admin.listen) : parse_address(given));
  return administer_server(listener, loaded.config.admin.key);
}

Result<void> restore_data(const AdminFlags& flags) {
  CHECK_OK(restore(flags.from, flags.settings.data));
  fmt::print("restored {} to {}\n", flags.from, flags.settings.data);
  return {};
}

Result<void> load_data(const AdminFlags& flags) {
  if (flags.settings.data.empty()) {
    TRY(const auto loaded, load_settings(flags.settings));
    if (loaded.config.engines != "distributed")
      return fail(Code::bad_parameter, "give --data DIR, or the --config of servers on engines of their own");
    CHECK_OK(load_test_data(loaded.config, flags.test_data));
  } else {
    CHECK_OK(load_test_data(flags.settings.data, flags.test_data));
  }
  fmt::print("{} users in {} groups; keys and tokens are in {}\n", flags.test_data.users, flags.test_data.groups,
             flags.test_data.out);
  return {};
}

int finish(const Result<void>& done) { return done ? kExitOk : report(done.error()); }

/// A verb for a server or a directory.
CLI::App* add_verb(CLI::App& admin, Action& action, const Flags& flags, const char* name, const char* help, Verb verb) {
  auto* command = admin.add_subcommand(name, help)->fallthrough();
  command->callback([command, flags, verb, &action] {
    if (!command->get_subcommands().empty()) return;  // the verb below it is meant
    action = [flags, verb] {
      const auto administration = target(flags->settings);
      return administration ? finish(verb(*flags, **administration)) : report(administration.error());
    };
  });
  return command;
}

/// A verb for a directory at rest only.
CLI::App* add_offline_verb(CLI::App& admin, Action& action, const Flags& flags, const char* name, const char* help,
                           Result<void> (*verb)(const AdminFlags&)) {
  auto* command = admin.add_subcommand(name, help)->fallthrough();
  command->callback([flags, verb, &action] {
    action = [flags, verb] {
      if (flags->settings.data.empty())
        return report({.code = Code::bad_parameter, .detail = "this works on a directory at rest: give --data DIR"});
      return finish(verb(*flags));
    };
  });
  return command;
}

CLI::App* with_example(CLI::App* command, const std::string& example) {
  command->footer(
      "Options of `godwit admin` (--admin, --data, --config, --set) go here, too.\n\nExample:\n  godwit admin " +
      example);
  return command;
}

/// A verb about one account.
void add_user_verb(CLI::App& above, Action& action, const Flags& flags, const char* name, const char* help, Verb verb,
                   const std::string& example) {
  with_example(add_verb(above, action, flags, name, help, verb), example)
      ->add_option("user", flags->user, "The account's key")
      ->required();
}

void add_people_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  auto* users = add_verb(admin, action, flags, "users", "List accounts, add one, or change one", list_users);
  with_example(users, "users ad")->add_option("query", flags->query, "Only keys that begin with this");
  auto* add = with_example(
      add_verb(*users, action, flags, "add", "Make an account; the last line printed is its password", add_user),
      "users add alice --name \"Alice Liddell\"");
  add->add_option("user", flags->user, "The account's key")->required();
  add->add_option("--name", flags->display_name, "What others see (else the key)");
  add_user_verb(*users, action, flags, "password",
                "Give an account a new password and end its sessions; the last line printed is the password",
                reset_password, "users password alice");
  add_user_verb(*users, action, flags, "grant-admin", "Open the admin page to an account", grant_admin,
                "users grant-admin alice");
  add_user_verb(*users, action, flags, "revoke-admin", "Close it to an account again, at once", revoke_admin,
                "users revoke-admin alice");
  add_user_verb(admin, action, flags, "disable", "End an account's sessions and let it log in no more", disable,
                "disable mallory");
  add_user_verb(admin, action, flags, "enable", "Let a disabled account log in again", enable, "enable mallory");
}

CLI::Option* add_expiry(CLI::App& command, const Flags& flags, const char* help) {
  return command.add_option("--expires", flags->expires, help)
      ->type_name("SECONDS")
      ->check(CLI::Range(std::int64_t{0}, kMostSeconds));
}

void add_key_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  auto* key = with_example(
      add_verb(admin, action, flags, "key", "Make a service key; the last line printed is the key", make_key),
      "key --name billing --scopes push --expires 31536000");
  key->add_option("--name", flags->name, "What its notices are sent as")->capture_default_str();
  key->add_option("--scopes", flags->scopes, "What it may be used for: push, users, groups, messages, import, business")
      ->delimiter(',')
      ->type_name("A,B")
      ->allow_extra_args(false)
      ->capture_default_str();
  add_expiry(*key, flags, "Seconds until it is refused (else it is good until it is revoked)");
  with_example(add_verb(*key, action, flags, "list", "List service keys", list_keys), "key list");
  with_example(add_verb(*key, action, flags, "revoke", "Refuse a service key from now on", revoke_key),
               "key revoke billing")
      ->add_option("key", flags->revoked, "The name of the key")
      ->required();
  with_example(add_verb(admin, action, flags, "keys", "List service keys", list_keys), "keys");
}

void add_invite_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  auto* invite = with_example(add_verb(admin, action, flags, "invite",
                                       "Let people register where `registration` is `invite`; the last line printed is "
                                       "the invite",
                                       make_invite),
                              "invite --uses 20 --expires 86400");
  invite->add_option("--uses", flags->uses, "How many accounts it is good for; 0: any number")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000'000));
  add_expiry(*invite, flags, "Seconds until it is refused; 0: never (else seven days)");
  with_example(add_verb(*invite, action, flags, "list", "List invites", list_invites), "invite list");
  with_example(add_verb(*invite, action, flags, "revoke", "Refuse an invite from now on", revoke_invite),
               "invite revoke 4f6k2m7qaz3d")
      ->add_option("invite", flags->revoked, "The invite, or its id in the list")
      ->required();
}

void add_dead_letter_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  auto* letters = with_example(
      add_verb(admin, action, flags, "dead-letters",
               "List the messages that inbox or archive could not take, and what became of them", list_dead_letters),
      "dead-letters list");
  with_example(add_verb(*letters, action, flags, "list", "List them", list_dead_letters), "dead-letters list");
  const auto add = [&](const char* name, const char* help, Verb verb, const std::string& example) {
    auto* command = with_example(add_verb(*letters, action, flags, name, help, verb), example);
    command->add_option("letters", flags->letters, "Which, as `list` names them");
    command->add_flag("--all", flags->all_letters, "All that there are");
  };
  add("replay", "Hand them to inbox or archive once more; what is taken goes from the list", replay_dead_letters,
      "dead-letters replay offline-4711");
  add("drop", "Delete them: inbox or archive never gets these messages", drop_dead_letters,
      "dead-letters drop store-4711");
}

void add_process_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  with_example(
      add_verb(admin, action, flags, "processes",
               "List the processes of the house: roles, what each waits for, shards; who is missing", list_processes),
      "processes");
}

void add_data_verbs(CLI::App& admin, Action& action, const Flags& flags) {
  with_example(add_verb(admin, action, flags, "backup",
                        "Copy everything to a directory, while the server runs or at rest", back_up),
               "backup --out /backups/today")
      ->add_option("--out", flags->out, "The directory to make")
      ->required()
      ->type_name("DIR");
  with_example(
      add_offline_verb(admin, action, flags, "restore", "Put a backup into an empty data directory", restore_data),
      "restore --from /backups/today --data ./data")
      ->add_option("--from", flags->from, "The backup")
      ->required()
      ->type_name("DIR");
  auto* load = admin
                   .add_subcommand("load-test-data",
                                   "Fill an empty data directory, or engines that nobody serves yet, for load tests")
                   ->fallthrough();
  load->callback([flags, &action] { action = [flags] { return finish(load_data(*flags)); }; });
  with_example(load, "load-test-data --data ./data --users 20000 --groups 20 --hubs 2 --out ./keys");
  auto& wanted = flags->test_data;
  load->add_option("--users", wanted.users, "How many users")->required()->check(CLI::Range(1, 10'000'000));
  load->add_option("--groups", wanted.groups, "How many groups; user i is in group i mod GROUPS")
      ->check(CLI::Range(0, 1'000'000));
  load->add_option("--hubs", wanted.hubs, "The first HUBS users are everyone's friends and members of every group")
      ->check(CLI::Range(0, 1'000));
  load->add_option("--out", wanted.out, "Gets the files users, tokens and groups")->required()->type_name("DIR");
}

}  // namespace

void add_admin(CLI::App& root, Action& action) {
  auto* command =
      root.add_subcommand("admin", "Look after a running server (--admin), or a data directory at rest (--data)");
  command->require_subcommand(1);
  const auto flags = std::make_shared<AdminFlags>();
  flags->settings.add_file(*command);
  flags->settings.add_data(*command);
  command->add_option("--admin", flags->settings.admin, "The admin listener of a running server (admin.listen)")
      ->type_name("ADDR:PORT");
  command->add_option("--set", flags->settings.set, "A setting, as for serve: admin.key")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_people_verbs(*command, action, flags);
  add_key_verbs(*command, action, flags);
  add_invite_verbs(*command, action, flags);
  add_dead_letter_verbs(*command, action, flags);
  add_process_verbs(*command, action, flags);
  add_data_verbs(*command, action, flags);
  add_engine_verbs(*command, action, flags);
  command->footer(R"(Without --admin and --data: the server at the admin.listen of the settings.

Examples:
  godwit admin users ad
  godwit admin users grant-admin alice
  godwit admin --admin 127.0.0.1:8081 disable mallory
  godwit admin users add alice
  godwit admin key --name billing
  godwit admin key revoke billing
  godwit admin invite --uses 20
  godwit admin dead-letters list
  godwit admin processes
  godwit admin backup --out /backups/today
  godwit admin restore --from /backups/today --data ./data
  godwit admin load-test-data --data ./data --users 20000 --groups 20 --hubs 2 --out ./keys
  godwit admin migrate --from ./data --to cluster.toml
  godwit admin reindex --config cluster.toml)");
}

}  // namespace godwit::app
