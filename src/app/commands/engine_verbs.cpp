#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/admin_verbs.hpp"
#include "app/commands/command.hpp"
#include "app/maintenance/init_engines.hpp"
#include "app/maintenance/migrate.hpp"
#include "app/maintenance/reindex.hpp"

namespace godwit::app {
namespace {

using Flags = std::shared_ptr<AdminFlags>;

/// At once, also into a pipe: who is watched over by a script is waited for by its lines.
void say(const std::string& line) {
  fmt::print("{}\n", line);
  (void)std::fflush(stdout);
}

Result<Config> distributed_config(const AdminFlags& flags) {
  TRY(auto loaded, load_settings(flags.settings));
  if (loaded.config.engines != "distributed")
    return fail(Code::bad_parameter, "engines is \"embedded\": there is nothing to do. Give the servers' --config");
  return std::move(loaded.config);
}

Result<void> init_distributed_engines(const AdminFlags& flags) {
  TRY(const auto config, distributed_config(flags));
  TRY(const auto lines, init_engines(config));
  for (const auto& line : lines) fmt::print("{}\n", line);
  return {};
}

Result<void> split_ledger_of(const AdminFlags& flags) {
  TRY(const auto config, distributed_config(flags));
  CHECK_OK(split_ledger(config));
  fmt::print("mysql: the ledger stands in {} databases\n", config.mysql.ledger.size());
  return {};
}

Result<void> migrate_directory(const AdminFlags& flags) {
  auto target = flags;
  target.settings.file = flags.to;
  TRY(const auto config, distributed_config(target));
  return migrate(flags.from, config, say);
}

Result<void> reindex_archive(const AdminFlags& flags) {
  if (!flags.settings.data.empty()) return reindex(flags.settings.data, say);
  TRY(const auto config, distributed_config(flags));
  return reindex(config, say);
}

/// A verb that works on engines, or a directory, by itself.
CLI::App* add_own_verb(CLI::App& above, Action& action, const Flags& flags, const char* name, const char* help,
                       Result<void> (*verb)(const AdminFlags&), const std::string& example) {
  auto* command = above.add_subcommand(name, help)->fallthrough();
  command->callback([flags, verb, &action] {
    action = [flags, verb] {
      const auto done = verb(*flags);
      return done ? kExitOk : report(done.error());
    };
  });
  command->footer("Options of `godwit admin` (--config, --data, --set) go here, too.\n\nExample:\n  godwit admin " +
                  example);
  return command;
}

}  // namespace

void add_engine_verbs(CLI::App& admin, Action& action, const std::shared_ptr<AdminFlags>& flags) {
  auto* engines = admin.add_subcommand("engines", "Look after MySQL, Redis, RocketMQ and Elasticsearch")->fallthrough();
  engines->require_subcommand(1);
  add_own_verb(*engines, action, flags, "init", "Make what is missing there: tables, topics, groups, the index",
               init_distributed_engines, "engines init --config cluster.toml");
  add_own_verb(*engines, action, flags, "split-ledger",
               "Make copies of the ledger's databases the ledger, each its part (offline)", split_ledger_of,
               "engines split-ledger --config cluster.toml");
  auto* move =
      add_own_verb(admin, action, flags, "migrate",
                   "Move a data directory to engines that have nothing yet, and compare both (offline). Broken "
                   "off, it goes on where it was",
                   migrate_directory, "migrate --from ./data --to cluster.toml");
  move->add_option("--from", flags->from, "The data directory")->required()->type_name("DIR");
  move->add_option("--to", flags->to, "Settings of the processes on the engines")->required()->type_name("FILE");
  add_own_verb(
      admin, action, flags, "reindex",
      "Make the archive's search index anew: with --config Elasticsearch's, while servers run; with --data that "
      "of a directory at rest",
      reindex_archive, "reindex --config cluster.toml");
}

}  // namespace godwit::app
