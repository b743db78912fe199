#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/maintenance.hpp"

namespace godwit::app {

struct AdminFlags {
  ConfigFlags settings;
  std::string query, user, display_name, name = "system", revoked, out, from, to;
  std::vector<std::string> scopes{"push"}, letters;
  bool all_letters = false;
  std::uint64_t uses = 1;
  std::optional<std::int64_t> expires{};  ///< seconds
  TestData test_data;
};

/// The settings as they stand for the server; a client does not mind variables that it does not know.
[[nodiscard]] Result<Loaded> load_settings(const ConfigFlags& flags);

/// Those that go to engines or a directory by themselves, not to a server: engines, migrate, reindex.
void add_engine_verbs(CLI::App& admin, Action& action, const std::shared_ptr<AdminFlags>& flags);

/// What `godwit admin` does to a server or a directory; each prints what was done. Names that people gave are printed
/// without anything that a terminal would obey.
using Verb = Result<void> (*)(const AdminFlags&, Administration&);

Result<void> list_users(const AdminFlags& flags, Administration& administration);
Result<void> add_user(const AdminFlags& flags, Administration& administration);
Result<void> reset_password(const AdminFlags& flags, Administration& administration);
Result<void> disable(const AdminFlags& flags, Administration& administration);
Result<void> enable(const AdminFlags& flags, Administration& administration);
Result<void> grant_admin(const AdminFlags& flags, Administration& administration);
Result<void> revoke_admin(const AdminFlags& flags, Administration& administration);

Result<void> make_key(const AdminFlags& flags, Administration& administration);
Result<void> list_keys(const AdminFlags& flags, Administration& administration);
Result<void> revoke_key(const AdminFlags& flags, Administration& administration);

Result<void> make_invite(const AdminFlags& flags, Administration& administration);
Result<void> list_invites(const AdminFlags& flags, Administration& administration);
Result<void> revoke_invite(const AdminFlags& flags, Administration& administration);

Result<void> list_dead_letters(const AdminFlags& flags, Administration& administration);
Result<void> replay_dead_letters(const AdminFlags& flags, Administration& administration);
Result<void> drop_dead_letters(const AdminFlags& flags, Administration& administration);

Result<void> list_processes(const AdminFlags& flags, Administration& administration);

Result<void> back_up(const AdminFlags& flags, Administration& administration);

}  // namespace godwit::app
